"""Find a board for a principal. What it may not see and what isn't look the same."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import Missing
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal


def board_by_handle(principal: Principal, handle: str) -> Board:
    """Return the board of a handle. Raises Missing."""
    board = gate.visible(principal, Board.objects.filter(handle=handle)).first()
    if board is None:
        raise Missing(_("There is no such board."))
    return board
