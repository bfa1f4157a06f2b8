"""The post's page: its parts in the order of the classic page, and its stubs."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.posts.edit import Change, edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.web.reading import found_post, page, words_of

pytestmark = pytest.mark.django_db


def in_order(text: str, *parts: str) -> None:
    place = -1
    for part in parts:
        found = text.find(part, place + 1)
        assert found > place, f"{part!r} isn't there, or too early, in:\n{text}"
        place = found


def fresh(post: Post) -> Post:
    return Post.unscoped.select_related("text", "board", "thread", "parent", "author").get(
        pk=post.pk
    )


def test_the_parts_stand_in_the_order_of_the_classic_page(client: Client) -> None:
    ada, bo = make_member("Ada Parent"), make_member("Bo Author")
    parent = make_thread(make_board("Harbour"), "The lighthouse stays", author=ada)
    post = make_response(parent, "Oil is dearer than gas", "The council’s own figures.", bo)
    make_response(post, "Which figures", "Those of May.")
    before, after = words_of(page(client, "post", post.public_id)).split("Responses:")
    in_order(
        before,
        "In response to “The lighthouse stays” by Ada Parent",
        "Oil is dearer than gas",
        "Bo Author",
        "post 2 of 3 in its thread",
        "The council’s own figures.",
        "Respond",
    )
    in_order(after, "Which figures", "Up and previous The lighthouse stays", "Next", "Harbour")


def test_a_post_that_starts_a_thread_answers_nothing(client: Client) -> None:
    root = make_thread(title="First")
    text = words_of(page(client, "post", root.public_id))
    assert "In response to" not in text
    assert "Nobody has responded yet." in text


def test_parent_and_its_author_are_links(client: Client) -> None:
    ada = make_member("Ada Parent")
    parent = make_thread(author=ada)
    post = make_response(parent)
    source = page(client, "post", post.public_id)
    line = source[source.index('<p class="parent">') : source.index("<h1")]
    assert f'href="/p/{parent.public_id}"' in line
    assert f'href="/m/{ada.handle_id}"' in line


def test_the_windows_title_begins_with_the_posts(client: Client) -> None:
    root = make_thread(title="The ferry is back")
    assert "<title>The ferry is back · " in page(client, "post", root.public_id)


def test_a_title_without_text_is_marked(client: Client) -> None:
    root = make_thread(title="Yes", source="")
    assert "Yes n/t" in words_of(page(client, "post", root.public_id))


def test_responses_are_nested_as_they_answer_each_other(client: Client) -> None:
    root = make_thread()
    first = make_response(root, "One")
    make_response(first, "One and a half")
    make_response(root, "Two")
    responses = page(client, "post", root.public_id).split("Responses:")[1]
    inner = responses[responses.index("One</a>") :]
    in_order(inner, "<ul>", "One and a half", "</ul>", "Two")


def test_a_guest_finds_the_way_to_respond_but_none_to_edit(client: Client) -> None:
    root = make_thread(source="Text")
    source = page(client, "post", root.public_id)
    assert f"/p/{root.public_id}/respond" in source
    assert "/edit" not in source
    assert "/withdraw" not in source


def test_the_author_may_edit_and_withdraw_and_others_may_not(client: Client) -> None:
    author, other = make_member(), make_member()
    root = make_thread(author=author, source="Text")
    client.force_login(author)
    assert f"/p/{root.public_id}/edit" in page(client, "post", root.public_id)
    client.force_login(other)
    source = page(client, "post", root.public_id)
    assert f"/p/{root.public_id}/respond?quote=1" in source
    assert "/edit" not in source


def test_an_edit_after_a_response_leads_to_the_revisions(client: Client) -> None:
    author = make_member()
    root = make_thread(title="Before", source="Text", author=author)
    edit(principal_of(author), fresh(root), Change("Between", "Text", edits_seen=0))
    assert "/revisions" not in page(client, "post", root.public_id)
    make_response(root)
    edit(principal_of(author), fresh(root), Change("After", "Text", edits_seen=1))
    assert f"/p/{root.public_id}/revisions" in page(client, "post", root.public_id)


def test_a_withdrawn_post_is_gone_and_what_answers_it_stays(client: Client) -> None:
    author = make_member("Wren Withdrawer")
    root = make_thread()
    post = make_response(root, "Too hasty", "A hasty text", author)
    answer = make_response(post, "Still here")
    withdraw(principal_of(author), fresh(post))
    source = page(client, "post", post.public_id, status=410)
    assert "Still here" in words_of(source)
    assert "its author has taken this post back" in words_of(source).lower()
    assert "a post that its author withdrew" in words_of(page(client, "post", answer.public_id))


def test_a_withdrawn_post_that_nothing_hangs_on_is_nowhere(client: Client) -> None:
    author = make_member()
    post = make_response(make_thread(), author=author)
    withdraw(principal_of(author), fresh(post))
    page(client, "post", post.public_id, status=404)


def test_the_place_of_a_missing_post_shows_what_answers_it(client: Client) -> None:
    board = make_board()
    answer = found_post(board, "answer@x", title="An answer", answers=("ghost@x",))
    assert answer.parent is not None
    source = page(client, "post", answer.parent.public_id, status=404)
    assert "An answer" in words_of(source)
    assert "a post that isn’t here" in words_of(page(client, "post", answer.public_id))


def test_a_title_that_repeats_its_parents_is_dimmed_with_the_first_words_beside(
    client: Client,
) -> None:
    board = make_board()
    root = found_post(board, "a@x", title="Which port?")
    found_post(board, "b@x", title="Re: Which port?", source="The old one.", answers=("a@x",))
    source = page(client, "post", root.public_id)
    assert '<span class="re">Re: Which port?</span> <span class="first">The old one.</span>' in (
        source
    )


def test_many_responses_come_in_pages_and_long_branches_folded(client: Client) -> None:
    root = make_thread()
    author = make_member()
    for number in range(53):
        make_response(root, f"Number {number}", author=author)
    first = make_response(Post.unscoped.get(title="Number 0"), "Deep 1", author=author)
    for number in range(2, 15):
        first = make_response(first, f"Deep {number}", author=author)
    source = page(client, "post", root.public_id)
    assert "Number 49" in source
    assert "Number 50" not in source
    assert '<details class="folded"><summary>14 responses' in source
    assert "and more of 14 below “Number 0”" in words_of(source)
    later = source.split('rel="next" class="later" href="')[1].split('"')[0]
    assert "Number 52" in client.get(later.replace("&amp;", "&")).content.decode()


def test_the_posts_marks_for_machines_are_complete(client: Client) -> None:
    author = make_member("Mara Marked")
    root = make_thread(title="Marked up", source="With a text", author=author)
    make_response(root, "Commented")
    source = page(client, "post", root.public_id)
    for mark in (
        'itemtype="https://schema.org/DiscussionForumPosting"',
        'itemprop="headline"',
        'itemprop="author"',
        'itemprop="datePublished"',
        'itemprop="text"',
        'itemprop="comment" itemscope itemtype="https://schema.org/Comment"',
        f'<link rel="canonical" href="http://testserver/p/{root.public_id}">',
        '<meta property="og:title" content="Marked up">',
    ):
        assert mark in source


def test_times_are_in_the_readers_zone_and_the_footer_names_it(client: Client) -> None:
    board = make_board()
    post = found_post(board, "a@x")
    assert "4 Mar 2021, 05:06" in words_of(page(client, "post", post.public_id))
    reader = make_member()
    reader.time_zone = "Asia/Tokyo"
    reader.save()
    client.force_login(reader)
    source = page(client, "post", post.public_id)
    assert "4 Mar 2021, 14:06" in words_of(source)
    assert '<span id="zone">Asia/Tokyo</span>' in source
    assert 'datetime="2021-03-04T05:06Z"' in source
