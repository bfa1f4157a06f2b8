"""Pinned, locked and slow threads, and held posts, as readers see them."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.posts.states import change_state
from rejoinder.threads import lock, pin, slow
from rejoinder.threads.models import State
from rejoinder.web.views import board as board_view
from tests.factories import make_board, make_member, make_response, make_thread
from tests.web.reading import page, words_of

pytestmark = pytest.mark.django_db

LISTS = ["threaded", "compressed", "last"]


@pytest.mark.parametrize("name", LISTS)
def test_a_pinned_thread_stands_above_the_list_and_once_on_the_page(
    client: Client, name: str
) -> None:
    board = make_board()
    old, new = make_thread(board, "The rules here"), make_thread(board, "Today's news")
    pin.pin(old.thread)
    source = page(client, "board", board.handle_id, query=f"?as={name}")
    assert source.count("The rules here") == 1
    assert source.index("The rules here") < source.index("Today&#39;s news")
    assert "pinned" in words_of(source)
    assert new.public_id in source


@pytest.mark.parametrize("name", LISTS)
def test_every_thread_is_met_once_in_its_time_on_the_pages_of_the_list(
    client: Client, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_view, "PAGE", {"outlines": 2, "threads": 2, "posts": 2})
    board, author = make_board(), make_member()
    roots = [make_thread(board, f"Thread {n}", author=author) for n in range(5)]
    pin.pin(roots[4].thread)
    pin.pin(roots[0].thread)
    address: str | None = f"/b/{board.handle_id}?as={name}"
    pages = []
    while address:
        source = client.get(address).content.decode()
        pages.append([n for n in (4, 3, 2, 1, 0) if f"Thread {n}<" in source])
        later = source.partition('<a rel="next" class="later" href="')[2].partition('"')[0]
        address = later.replace("&amp;", "&") or None
    # Above the first page, and the oldest in its own time too.
    assert pages == [[4, 3, 0], [2, 1], [0]]


def test_lists_of_posts_and_of_one_day_have_no_pinned_threads(client: Client) -> None:
    root = make_thread()
    pin.pin(root.thread)
    for query in ("?as=flat", "?within=day", "?on=2020-01-01"):
        source = page(client, "board", root.board.handle_id, query=query)
        assert 'id="pinned"' not in source


def test_a_board_of_pinned_threads_only_is_not_said_to_be_empty(client: Client) -> None:
    root = make_thread()
    pin.pin(root.thread)
    source = page(client, "board", root.board.handle_id)
    assert "Nobody has posted" not in source
    assert source.count(root.title) == 1


@pytest.mark.parametrize("kind", ["thread", "post"])
def test_a_page_says_in_words_what_a_moderator_set(client: Client, kind: str) -> None:
    root = make_thread()
    assert "slow mode" not in page(client, kind, root.public_id)
    pin.pin(root.thread)
    lock.lock(root.thread)
    slow.slow_down(root.thread, 120)
    words = words_of(page(client, kind, root.public_id))
    for word in ("pinned", "locked", "slow mode: each member posts once in 2 minutes"):
        assert word in words


def test_a_held_post_with_answers_is_a_stub_and_one_without_is_not_there(client: Client) -> None:
    root = make_thread()
    held = make_response(root, "A rude word")
    answer = make_response(held, "An answer")
    change_state(held, State.HELD)
    for address in (f"/t/{root.public_id}", f"/p/{answer.public_id}", f"/p/{held.public_id}"):
        response = client.get(address)
        source = response.content.decode()
        assert "A rude word" not in source
        assert "moderator is looking at" in source
        assert response.status_code == (404 if held.public_id in address else 200)
    change_state(answer, State.HELD)
    assert "moderator is looking at" not in page(client, "thread", root.public_id)
    hidden, missing = client.get(f"/p/{held.public_id}"), client.get("/p/bcdfghjkmnpq")
    assert hidden.status_code == missing.status_code == 404
    assert "moderator is looking at" not in hidden.content.decode()
