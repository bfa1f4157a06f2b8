"""Threads with their outlines, the newest thread first."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from rejoinder.boards.models import Board
from rejoinder.policy.principals import Principal
from rejoinder.threads.board_arrangements.arrangement import BoardArrangement, ThreadOutline
from rejoinder.threads.outline import outlines
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.thread_lines import BY_START, threads_of_board

# A longer thread is folded after so many lines.
LINES_EACH = 15


def page(
    principal: Principal, board: Board, cursor: Cursor, limit: int, within: timedelta | None
) -> Slice[ThreadOutline]:
    """Return a page of a board's threads, begun within a time, with the first lines of each."""
    threads = threads_of_board(principal, board, BY_START, cursor, limit, within=within)
    opened = outlines(principal, [thread.scope for thread in threads.rows], LINES_EACH)
    rows = [
        ThreadOutline(thread, outline) for thread, outline in zip(threads.rows, opened, strict=True)
    ]
    return Slice(rows, threads.earlier, threads.later)


ARRANGEMENT = BoardArrangement("threaded", _("Threaded"), "outlines", with_text=False, page=page)
