"""A line for each thread, the newest thread first."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from rejoinder.boards.models import Board
from rejoinder.policy.principals import Principal
from rejoinder.threads.board_arrangements.arrangement import BoardArrangement
from rejoinder.threads.paging import Cursor, Slice
from rejoinder.threads.thread_lines import BY_START, ThreadLine, threads_of_board


def page(
    principal: Principal, board: Board, cursor: Cursor, limit: int, within: timedelta | None
) -> Slice[ThreadLine]:
    """Return a page of a board's threads, begun within a time."""
    return threads_of_board(principal, board, BY_START, cursor, limit, within=within)


ARRANGEMENT = BoardArrangement("compressed", _("Compressed"), "threads", with_text=False, page=page)
