"""Each arrangement of a board, the front page, and a member's posts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from rejoinder.errors import BadInput, Missing
from rejoinder.policy.principals import GUEST
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.board_arrangements.registry import ARRANGEMENTS
from rejoinder.threads.by_time import posts_of_member
from rejoinder.threads.front import front
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post, State, Thread
from rejoinder.threads.paging import START, Cursor, read_cursor
from rejoinder.threads.thread_lines import ThreadLine, title_of
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.planting import EPOCH, chain, plant, star

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def key(row: Any) -> int:
    if isinstance(row, Line):
        return row.id
    return row.root.id if isinstance(row, ThreadLine) else row.thread.root.id


def everything(name: str, board: Any, limit: int = 3, within: timedelta | None = None) -> list[int]:
    page = ARRANGEMENTS[name].page(GUEST, board, START, limit, within)
    keys = [key(row) for row in page.rows]
    while page.later:
        before = [key(row) for row in page.rows]
        page = ARRANGEMENTS[name].page(GUEST, board, page.later, limit, within)
        keys += [key(row) for row in page.rows]
        assert page.earlier is not None
        back = ARRANGEMENTS[name].page(GUEST, board, page.earlier, limit, within)
        assert [key(row) for row in back.rows] == before
    return keys


def planted_board() -> tuple[Any, list[list[Post]]]:
    """Return a board of ten threads, begun one a day, the earlier ones the longer."""
    board, member = make_board(), make_member()
    threads = [
        plant(board, member, chain(20 - n), start=EPOCH + n * 24 * HOUR, every=24 * HOUR)
        for n in range(10)
    ]
    return board, threads


@pytest.mark.parametrize("name", ["threaded", "compressed"])
def test_threads_come_the_newest_first(name: str) -> None:
    board, threads = planted_board()
    assert everything(name, board) == [posts[0].pk for posts in reversed(threads)]


def test_threads_come_by_last_response_and_ties_by_age() -> None:
    board, threads = planted_board()
    # All end on the same day; then one is answered.
    make_response(threads[4][0])
    roots = [posts[0].pk for posts in reversed(threads)]
    roots.remove(threads[4][0].pk)
    assert everything("last", board) == [threads[4][0].pk, *roots]


@pytest.mark.parametrize("name", ["chronological", "flat"])
def test_posts_come_the_newest_first(name: str) -> None:
    board, threads = planted_board()
    posts = [post for posts in threads for post in posts]
    posts.sort(key=lambda post: (post.posted_at, post.pk), reverse=True)
    assert everything(name, board, limit=20) == [post.pk for post in posts]


def test_a_threaded_page_folds_long_threads() -> None:
    board, threads = planted_board()
    rows = ARRANGEMENTS["threaded"].page(GUEST, board, START, 10, None).rows
    assert [len(row.outline.rows) for row in rows] == [11, 12, 13, 14, *[15] * 6]
    assert [row.outline.later is not None for row in rows] == [False] * 5 + [True] * 5
    assert [row.thread.posts_count for row in rows] == list(range(11, 21))
    assert rows[0].thread.last.id == threads[9][-1].pk


def test_a_date_begins_a_page_of_threads() -> None:
    board, threads = planted_board()
    page = ARRANGEMENTS["compressed"].page(GUEST, board, Cursor(on=date(2020, 1, 4)), 3, None)
    assert [row.root.id for row in page.rows] == [threads[n][0].pk for n in (3, 2, 1)]
    assert page.earlier == Cursor(before=threads[3][0].public_id)
    nothing = ARRANGEMENTS["compressed"].page(GUEST, board, Cursor(on=date(2019, 1, 1)), 3, None)
    assert (nothing.rows, nothing.earlier, nothing.later) == ([], START, None)


@pytest.mark.parametrize("name", list(ARRANGEMENTS))
def test_only_what_was_posted_within_a_time_is_listed(name: str) -> None:
    board, member = make_board(), make_member()
    for days in range(8):
        plant(board, member, [None], start=timezone.now() - timedelta(days=days, minutes=5))
    assert len(everything(name, board, within=timedelta(days=5))) == 5
    assert len(everything(name, board)) == 8


def test_a_thread_with_nothing_visible_is_in_no_list() -> None:
    author = make_member()
    board = make_board()
    root = make_thread(board, author=author)
    kept = make_thread(board)
    withdraw(principal_of(author), root)
    for name in ARRANGEMENTS:
        assert everything(name, board) == [kept.pk]


def test_a_thread_whose_root_is_a_stub_goes_by_its_first_visible_post() -> None:
    author = make_member()
    root = make_thread(title="Gone", author=author)
    make_response(root, title="Still here")
    withdraw(principal_of(author), root)
    (row,) = ARRANGEMENTS["compressed"].page(GUEST, root.board, START, 3, None).rows
    assert isinstance(row, ThreadLine)
    assert (row.title, row.root.title, row.responses_count) == ("Still here", "", 1)
    assert title_of(GUEST, Thread.unscoped.get(root=root)) == "Still here"


def test_a_cursor_that_names_no_root_is_refused() -> None:
    board, threads = planted_board()
    with pytest.raises(Missing):
        ARRANGEMENTS["compressed"].page(
            GUEST, board, Cursor(after=threads[0][1].public_id), 3, None
        )
    with pytest.raises(Missing):
        ARRANGEMENTS["flat"].page(GUEST, board, Cursor(after="nothing"), 3, None)


def test_a_cursor_goes_through_an_address_unchanged() -> None:
    for cursor in (START, Cursor(after="abc"), Cursor(before="abc"), Cursor(on=date(2020, 2, 29))):
        query = dict(pair.split("=") for pair in cursor.as_query().split("&") if pair)
        assert read_cursor(query) == cursor
    with pytest.raises(BadInput):
        read_cursor({"on": "yesterday"})


def test_a_members_posts_leave_out_what_was_withdrawn() -> None:
    author, board = make_member(), make_board()
    root = make_thread(board, author=author)
    make_response(root)
    second = make_thread(board, author=author)
    assert [row.id for row in posts_of_member(GUEST, author, START, 5).rows] == [second.pk, root.pk]
    withdraw(principal_of(author), root)
    assert [row.id for row in posts_of_member(GUEST, author, START, 5).rows] == [second.pk]


def test_the_front_page_shows_every_board_with_its_newest_threads() -> None:
    empty, busy = make_board("Empty"), make_board("Busy")
    member = make_member()
    threads = [plant(busy, member, star(2), start=EPOCH + n * HOUR) for n in range(5)]
    rows = front(GUEST, threads_each=2)
    assert [row.board.name for row in rows] == ["Empty", "Busy"]
    assert (rows[0].posts_count, rows[0].last_at, rows[0].threads) == (0, None, [])
    assert (rows[1].posts_count, rows[1].threads_count) == (15, 5)
    assert rows[1].last_at == threads[4][-1].posted_at
    assert [line.root.id for line in rows[1].threads] == [threads[4][0].pk, threads[3][0].pk]
    assert empty.pk == rows[0].board.pk


def test_held_posts_are_in_no_list_of_a_board() -> None:
    root = make_thread()
    held = make_response(root)
    Post.unscoped.filter(pk=held.pk).update(state=State.HELD)
    assert everything("chronological", root.board) == [root.pk]
