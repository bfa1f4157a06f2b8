"""A thread in a list: its root, what names it, its last post, its count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet

from rejoinder.boards.models import Board
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import (
    MOMENT,
    NUMBER,
    TEXT,
    Prepared,
    lists,
    number,
    numbers,
)
from rejoinder.threads.lines import Line, lines_by_id, lines_seen
from rejoinder.threads.models import Post, State, Thread
from rejoinder.threads.paging import START, ByTime, Cursor, Slice, cut, gone
from rejoinder.threads.scopes import Scope
from rejoinder.threads.thread_state import FIELDS as STATE_FIELDS
from rejoinder.threads.thread_state import ThreadState

BY_START = ByTime("started_at", newest_first=True)
BY_LAST_POST = ByTime("last_at", newest_first=True)


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One thread in a list."""

    id: int
    board_id: int
    # The post that starts it; may be a stub.
    root: Line
    # Whose title the thread goes by: the root, or the first visible post if that's a stub.
    named_by: Line
    started_at: datetime
    last_at: datetime
    # The newest visible post.
    last: Line
    # Visible posts, the root among them.
    posts_count: int
    # Locked, pinned, slow.
    state: ThreadState

    @property
    def title(self) -> str:
        """Return the title that the thread goes by."""
        return self.named_by.title

    @property
    def responses_count(self) -> int:
        """Return the number of visible posts besides the root."""
        return self.posts_count - (not self.root.is_stub)

    @property
    def scope(self) -> Scope:
        """Return the scope of the whole thread."""
        return Scope(self.id, self.root.id)


# What is read of a thread for its line.
COLUMNS = (
    "pk",
    "board_id",
    "root_id",
    "last_post_id",
    "started_at",
    "last_at",
    "posts_count",
    *STATE_FIELDS,
)


def threads_of_board(
    principal: Principal,
    board: Board,
    order: ByTime,
    cursor: Cursor,
    limit: int,
    *,
    within: timedelta | None = None,
) -> Slice[ThreadLine]:
    """Return a page of a board's threads: three queries, and one for the cursor.

    A cursor names a thread by its root. Raises Missing if it's no root on this board
    that the principal sees.
    """
    place = None
    if cursor.post:
        named = gate.visible(
            principal, Thread.objects.filter(root__public_id=cursor.post, board=board)
        )
        place = named.values_list(order.field, "pk").first()
        if place is None:
            raise gone()
    if within is None and cursor.on is None:
        page = _page(order, bool(cursor.before), place is not None, limit)
        rows = page.all(principal, board.pk, *(place or _NO_PLACE))
    else:
        threads = _of_board(principal, board.pk)
        rows = list(order.rows(threads, cursor, place, limit, within=within).values_list(*COLUMNS))
    found = thread_lines(principal, rows)
    return cut(found, cursor, limit, lambda thread: thread.root.public_id)


_NO_PLACE = (MOMENT, 0)


def _of_board(principal: Principal, board_id: int) -> QuerySet[Thread]:
    return gate.visible(principal, Thread.objects.filter(board=board_id))


# As many as there are orders and sizes of pages.
@cache
def _page(
    order: ByTime, goes_up: bool, has_place: bool, limit: int
) -> ForPrincipal[tuple[Any, ...]]:
    cursor = Cursor(before=TEXT) if goes_up else START
    return ForPrincipal(
        lambda principal, board_id, *place: order.rows(
            _of_board(principal, board_id), cursor, place if has_place else None, limit
        ).values_list(*COLUMNS),
        NUMBER,
        MOMENT,
        number(1),
    )


def read_threads(principal: Principal, threads: QuerySet[Thread]) -> list[ThreadLine]:
    """Return a query's threads as lines, in its order: two queries, or three if roots are stubs."""
    return thread_lines(principal, list(threads.values_list(*COLUMNS)))


def threads_seen(principal: Principal, ids: Sequence[int]) -> list[ThreadLine]:
    """Return threads that the gate was asked for as lines, in no order: two queries for 512, or
    three."""
    rows: list[tuple[Any, ...]] = []
    for some in lists(ids):
        rows += _seen(len(some)).all(*some)
    return thread_lines(principal, rows)


@cache
def _seen(length: int) -> Prepared[tuple[Any, ...]]:
    return Prepared(
        lambda *ids: Thread.unscoped.filter(pk__in=ids).values_list(*COLUMNS), *numbers(length)
    )


def thread_lines(principal: Principal, rows: Sequence[tuple[Any, ...]]) -> list[ThreadLine]:
    """Return rows of `COLUMNS` as lines, in their order: one query, or two if roots are stubs."""
    lines = lines_by_id(principal, [pk for row in rows for pk in row[2:4]])
    nameless = [row[0] for row in rows if row[2] in lines and lines[row[2]].is_stub]
    names = first_visible(principal, nameless)
    found = []
    for pk, board_id, root_id, last_id, started_at, last_at, posts_count, *state in rows:
        root, last = lines.get(root_id), lines.get(last_id)
        # Between the two queries it may have changed: what's no longer whole is left out.
        if root is not None and last is not None:
            named_by = names.get(pk, root)
            found.append(
                ThreadLine(
                    pk,
                    board_id,
                    root,
                    named_by,
                    started_at,
                    last_at,
                    last,
                    posts_count,
                    ThreadState(*state),
                )
            )
    return found


def first_visible(principal: Principal, thread_ids: Sequence[int]) -> dict[int, Line]:
    """Return the earliest visible post of each thread, by thread id: two queries."""
    ids = _EARLIEST.each(principal, [(pk,) for pk in thread_ids])
    return {line.thread_id: line for line in lines_seen(ids)}


_EARLIEST: ForPrincipal[int] = ForPrincipal(
    lambda principal, pk: (
        gate.visible(principal, Post.objects.filter(thread_id=pk, state=State.VISIBLE))
        .order_by("posted_at", "pk")[:1]
        .values_list("pk", flat=True)
    ),
    NUMBER,
)


def title_of(principal: Principal, thread: Thread) -> str:
    """Return the title a thread goes by: its root's, or if that's a stub its first visible post's.

    Empty if nothing in it is visible.
    """
    root = thread.root
    if root is not None and root.state == State.VISIBLE:
        return root.title
    line = first_visible(principal, [thread.pk]).get(thread.pk)
    return line.title if line else ""
