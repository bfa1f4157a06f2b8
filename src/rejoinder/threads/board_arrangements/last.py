"""A line for each thread, the one last responded to first."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from rejoinder.boards.models import Board
from rejoinder.policy.principals import Principal
from rejoinder.threads.board_arrangements.arrangement import BoardArrangement
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.thread_lines import BY_LAST_POST, ThreadLine, threads_of_board


def page(
    principal: Principal, board: Board, cursor: Cursor, limit: int, within: timedelta | None
) -> Slice[ThreadLine]:
    """Return a page of a board's threads, last posted to within a time."""
    return threads_of_board(principal, board, BY_LAST_POST, cursor, limit, within=within)


ARRANGEMENT = BoardArrangement("last", _("By last response"), "threads", with_text=False, page=page)
