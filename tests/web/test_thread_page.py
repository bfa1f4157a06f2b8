"""A thread's page and a branch's, in every arrangement."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.threads.arrangements.registry import ARRANGEMENTS
from rejoinder.threads.models import Post
from rejoinder.web.views import thread as views
from tests.factories import make_board, make_member, make_response, make_thread
from tests.web.reading import found_post, page, words_of

pytestmark = pytest.mark.django_db


def chain(length: int, root: Post) -> list[Post]:
    author = make_member()
    posts = [root]
    for number in range(1, length):
        posts.append(make_response(posts[-1], f"Link {number}.", f"Text {number}.", author))
    return posts


@pytest.mark.parametrize("name", sorted(ARRANGEMENTS))
def test_every_arrangement_shows_the_responses(client: Client, name: str) -> None:
    root = make_thread(title="Root", source="Body of the root")
    make_response(root, "Answer", "Body of the answer")
    text = words_of(page(client, "thread", root.public_id, query=f"?as={name}"))
    assert "Answer" in text
    assert ("Body of the answer" in text) == ARRANGEMENTS[name].with_text


def test_a_post_that_starts_no_thread_leads_to_its_place(client: Client) -> None:
    root = make_thread()
    answer = make_response(root)
    response = client.get(f"/t/{answer.public_id}")
    place = f"/t/{root.public_id}?at={answer.public_id}#p-{answer.public_id}"
    assert response.status_code == 302
    assert response["Location"] == place
    source = client.get(place).content.decode()
    assert f'class="line here" id="p-{answer.public_id}"' in source


def test_a_place_in_another_thread_leads_there(client: Client) -> None:
    one, other = make_thread(), make_thread()
    response = client.get(f"/t/{one.public_id}?at={other.public_id}")
    assert response["Location"].startswith(f"/t/{other.public_id}?")


def test_a_page_from_the_middle_shows_what_its_first_line_answers(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "TITLES", 20)
    posts = chain(25, make_thread(title="Root of a long chain"))
    source = page(client, "thread", posts[0].public_id)
    later = source.split('rel="next" class="later" href="')[1].split('"')[0]
    source = client.get(later.replace("&amp;", "&")).content.decode()
    lines = source[source.index("Link 15.") :]
    assert lines.index("Link 19.") < lines.index("Link 20.")
    assert source.count('class="line above"') == 5
    assert "Link 14." not in source


def test_lines_past_the_cap_say_what_they_answer(client: Client) -> None:
    posts = chain(30, make_thread(title="Root"))
    source = page(client, "thread", posts[0].public_id)
    assert max(depths(source)) == 15
    text = words_of(source)
    assert "↳ level 30, in response to Member" in text


def test_a_chain_is_drawn_without_deep_lists(client: Client) -> None:
    board = make_board()
    ids = [f"{number}@x" for number in range(40)]
    root = found_post(board, ids[0])
    for number in range(1, 40):
        found_post(board, ids[number], answers=(ids[number - 1],), minutes=number)
    source = page(client, "thread", root.public_id, query="?as=nested")
    assert max(depths(source)) <= 7


def depths(source: str) -> list[int]:
    """Return how deep lists stand in each other, at each opening of one; they must close."""
    main = source[source.index("<main") : source.index("</main>")].rsplit("</nav>", maxsplit=1)[-1]
    deep, seen = 0, [0]
    for part in main.split("<")[1:]:
        if part.startswith(("ul>", "ul ")):
            deep += 1
            seen.append(deep)
        elif part.startswith("/ul>"):
            deep -= 1
    assert deep == 0
    assert main.count("<li") == main.count("</li>")
    return seen


def test_a_branch_shows_only_what_hangs_below(client: Client) -> None:
    root = make_thread(title="Root of all")
    one = make_response(root, "Branch one")
    make_response(one, "Twig")
    make_response(root, "Branch two")
    source = page(client, "branch", one.public_id)
    text = words_of(source)
    assert "Twig" in text
    assert "Branch two" not in text
    assert f'<link rel="canonical" href="http://testserver/p/{one.public_id}">' in source


def test_a_thread_whose_root_is_missing_goes_by_its_first_post(client: Client) -> None:
    board = make_board()
    answer = found_post(board, "b@x", title="The only words left", answers=("gone@x",))
    root = answer.thread.root
    assert root is not None
    source = page(client, "thread", root.public_id)
    assert "<title>The only words left · " in source


def test_a_cursor_that_leads_nowhere_is_answered_with_404(client: Client) -> None:
    root = make_thread()
    page(client, "thread", root.public_id, query="?after=nonsense", status=404)
