"""Pin a thread above its board's list.

A pinned thread is shown above the first page of the lists of threads, and keeps its place
in time in the list itself: so a page's cursor needs no exception. On the first page it
isn't repeated in the list.

Called by code that has asked the gate, within its transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import Conflict
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import MOMENT, NUMBER
from rejoinder.threads import tallies, thread_state, tree
from rejoinder.threads.models import Thread
from rejoinder.threads.thread_lines import COLUMNS, ThreadLine, thread_lines
from rejoinder.threads.thread_state import ThreadState

# More would push what is new off the page.
MOST_PINNED = 10


def pin(thread: Thread, until: datetime | None = None) -> ThreadState:
    """Pin a thread, and return what it was. Without `until` it stays until it's unpinned.

    Locks the thread, then its board's tally. Raises Conflict if the board has ten pinned
    threads already, Missing if the thread is gone.
    """
    tree.locked([thread.pk])
    # Two moderators at once wait here for each other.
    tallies.tally_of(thread.board_id)
    pinned = _pinned_at(Thread.unscoped.filter(board_id=thread.board_id), timezone.now())
    others = pinned.exclude(pk=thread.pk)
    if others.count() >= MOST_PINNED:
        raise Conflict(
            _("This board has %(count)s pinned threads already. Unpin one of them first.")
            % {"count": MOST_PINNED}
        )
    return thread_state.change(thread, is_pinned=True, pinned_until=until)


def unpin(thread: Thread) -> ThreadState:
    """Unpin a thread, and return what it was. Raises Missing if it's gone."""
    return thread_state.change(thread, is_pinned=False, pinned_until=None)


def pinned_threads(principal: Principal, board: Board) -> list[ThreadLine]:
    """Return a board's pinned threads, the newest first: one query, three if there are any."""
    return thread_lines(principal, _PINNED.all(principal, board.pk, timezone.now()))


def _pinned_at(threads: QuerySet[Thread], now: datetime) -> QuerySet[Thread]:
    to_come = Q(pinned_until=None) | Q(pinned_until__gt=now)
    # The first for the condition of the index, the second for SQLite to search by it.
    return threads.filter(to_come, is_pinned=True).filter(is_pinned__in=[True])


_PINNED: ForPrincipal[tuple[Any, ...]] = ForPrincipal(
    lambda principal, board_id, now: (
        _pinned_at(gate.visible(principal, Thread.objects.filter(board=board_id)), now)
        .order_by("-started_at", "-pk")[:MOST_PINNED]
        .values_list(*COLUMNS)
    ),
    NUMBER,
    MOMENT,
)
