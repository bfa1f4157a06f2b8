"""A board's index in its arrangements, and the reader's choice of one."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.members.models import Member
from rejoinder.threads.board_arrangements.registry import ARRANGEMENTS
from tests.factories import make_board, make_member, make_response, make_thread
from tests.web.reading import found_post, page, words_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", sorted(ARRANGEMENTS))
def test_every_arrangement_shows_a_threads_title(client: Client, name: str) -> None:
    board = make_board()
    make_thread(board, "The quay is closed", "For a week.")
    source = page(client, "board", board.handle_id, query=f"?as={name}")
    assert "The quay is closed" in words_of(source)
    assert f'as={name}" aria-current="true"' in source


def test_a_guest_gets_a_cookie_only_by_choosing(client: Client) -> None:
    board = make_board()
    make_thread(board, "Root")
    response = client.get(f"/b/{board.handle_id}")
    assert not response.cookies
    client.get(f"/b/{board.handle_id}?as=flat")
    assert client.cookies["arrangement"].value == "flat"
    assert 'as=flat" aria-current="true"' in page(client, "board", board.handle_id)


def test_a_members_choice_is_kept_with_the_member(client: Client) -> None:
    board, member = make_board(), make_member()
    client.force_login(member)
    client.get(f"/b/{board.handle_id}?as=compressed")
    assert Member.objects.get(pk=member.pk).arrangement == "compressed"
    assert "arrangement" not in client.cookies
    assert 'as=compressed" aria-current="true"' in page(client, "board", board.handle_id)


def test_an_arrangement_that_there_is_not_is_not_kept(client: Client) -> None:
    board, member = make_board(), make_member()
    client.force_login(member)
    page(client, "board", board.handle_id, query="?as=upside-down")
    assert Member.objects.get(pk=member.pk).arrangement == ""


def test_what_is_older_than_the_chosen_span_is_left_out(client: Client) -> None:
    board = make_board()
    found_post(board, "old@x", title="From an archive")
    make_thread(board, "From today")
    text = words_of(page(client, "board", board.handle_id, query="?within=week"))
    assert "From today" in text
    assert "From an archive" not in text


def test_a_date_leads_to_what_was_posted_up_to_it(client: Client) -> None:
    board = make_board()
    found_post(board, "old@x", title="From an archive")
    make_thread(board, "From today")
    text = words_of(page(client, "board", board.handle_id, query="?on=2021-03-04"))
    assert "From an archive" in text
    assert "From today" not in text


def test_a_date_that_is_none_is_answered_with_how_to_give_one(client: Client) -> None:
    board = make_board()
    text = words_of(page(client, "board", board.handle_id, query="?on=yesterday", status=400))
    assert "year-month-day" in text


def test_older_threads_are_on_the_next_page(client: Client) -> None:
    board, author = make_board(), make_member()
    for number in range(62):
        make_thread(board, f"Thread number {number} of many", author=author)
    query = "?as=compressed"
    source = page(client, "board", board.handle_id, query=query)
    assert "number 61 of" in source
    assert "number 1 of" not in source
    later = source.split('rel="next" class="later" href="')[1].split('"')[0]
    source = client.get(later.replace("&amp;", "&")).content.decode()
    assert "number 1 of" in source
    assert "Newer" in source


def test_a_long_thread_is_folded_with_a_link_to_the_rest(client: Client) -> None:
    board, author = make_board(), make_member()
    post = make_thread(board, "Long", author=author)
    for number in range(1, 20):
        post = make_response(post, f"Depth {number}", author=author)
    source = page(client, "board", board.handle_id)
    assert "… and 5 more in “Long”" in words_of(source)
    address = source.split('class="fold" href="')[1].split('"')[0]
    assert "Depth 19" in client.get(address).content.decode()


def test_an_empty_board_says_so(client: Client) -> None:
    board = make_board()
    assert "Nobody has posted here yet." in words_of(page(client, "board", board.handle_id))


def test_a_board_that_is_not_there_is_answered_with_404(client: Client) -> None:
    page(client, "board", "no-such-board", status=404)


def test_a_member_can_start_a_thread_unless_the_board_is_closed(client: Client) -> None:
    board = make_board()
    client.force_login(make_member())
    assert f"/b/{board.handle_id}/start" in page(client, "board", board.handle_id)
    board.is_closed = True
    board.save()
    source = page(client, "board", board.handle_id)
    assert f"/b/{board.handle_id}/start" not in source
    assert "This board is closed" in words_of(source)


def test_threads_are_items_of_one_list_and_every_list_ends(client: Client) -> None:
    board = make_board()
    for number in range(2):
        make_response(make_response(make_thread(board, f"Thread {number}")))
    source = page(client, "board", board.handle_id)
    main = source[source.index('<ul class="outline threads">') : source.index("</main>")]
    assert main.count("<ul") == main.count("</ul>") == 5
    assert main.count("<li") == main.count("</li>") == 6
