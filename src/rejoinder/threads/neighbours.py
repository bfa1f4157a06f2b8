"""What stands beside a post: before and after it in its thread, and its thread's neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import MOMENT, NUMBER, number
from rejoinder.threads.counts import MOST_COUNTED, Count
from rejoinder.threads.lines import Line, lines_by_id
from rejoinder.threads.models import Post, Thread
from rejoinder.threads.paging import earlier_than, later_than
from rejoinder.threads.ranges import ids_in
from rejoinder.threads.scopes import whole
from rejoinder.threads.thread_lines import COLUMNS as THREAD_COLUMNS
from rejoinder.threads.thread_lines import ThreadLine, thread_lines


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A post's ways out. None: there's nothing that way."""

    parent: Line | None
    # In outline order.
    previous: Line | None
    next: Line | None
    # How many of the thread's drawn posts stand before it in outline order.
    before: Count
    # On its board, by start.
    previous_thread: ThreadLine | None
    next_thread: ThreadLine | None


def neighbours(principal: Principal, post: Post) -> Neighbours:
    """Return what stands beside a post: six queries, seven if a thread's root is a stub."""
    scope = whole(post.thread)
    # The nearest first: it's the one before, and all of them together are the count.
    above = ids_in(principal, scope.range(before=post.opens), "-opens", MOST_COUNTED + 1)
    under = ids_in(principal, scope.range(after=post.opens), "opens", 1)
    lines = lines_by_id(principal, [*above[:1], *under, post.parent_id])
    previous_thread, next_thread = _threads_beside(principal, post.thread)
    return Neighbours(
        parent=lines.get(post.parent_id or 0),
        previous=lines.get(above[0]) if above else None,
        next=lines.get(under[0]) if under else None,
        before=Count(len(above)),
        previous_thread=previous_thread,
        next_thread=next_thread,
    )


def _threads_beside(
    principal: Principal, thread: Thread
) -> tuple[ThreadLine | None, ThreadLine | None]:
    place = (thread.started_at, thread.pk)
    earlier = _EARLIER.all(principal, thread.board_id, *place)
    later = _LATER.all(principal, thread.board_id, *place)
    found = thread_lines(principal, [*earlier, *later])
    return (
        next((line for line in found if (line.started_at, line.id) < place), None),
        next((line for line in found if (line.started_at, line.id) > place), None),
    )


def _on_board(principal: Principal, board_id: int) -> QuerySet[Thread]:
    return gate.visible(principal, Thread.objects.filter(board_id=board_id))


_PLACE = (NUMBER, MOMENT, number(1))
_EARLIER: ForPrincipal[tuple[Any, ...]] = ForPrincipal(
    lambda principal, board_id, *place: (
        earlier_than(_on_board(principal, board_id), "started_at", place)
        .order_by("-started_at", "-pk")[:1]
        .values_list(*THREAD_COLUMNS)
    ),
    *_PLACE,
)
_LATER: ForPrincipal[tuple[Any, ...]] = ForPrincipal(
    lambda principal, board_id, *place: (
        later_than(_on_board(principal, board_id), "started_at", place)
        .order_by("started_at", "pk")[:1]
        .values_list(*THREAD_COLUMNS)
    ),
    *_PLACE,
)
