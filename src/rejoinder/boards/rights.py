"""Who may see and use boards."""

from __future__ import annotations

from django.db.models import QuerySet

from rejoinder.boards.models import Board, Site
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal


def register() -> None:
    """Tell the gate about boards and the site."""
    gate.register_rows(Board, _visible)
    gate.register(gate.Verb.READ, Board, lambda principal, board: True)
    gate.register(gate.Verb.START_THREAD, Board, may_write)
    gate.register(gate.Verb.ADMINISTER, Board, is_in_charge)
    gate.register(gate.Verb.IMPORT, Board, lambda p, board: p.kind is Kind.SYSTEM)
    gate.register(gate.Verb.READ, Site, lambda principal, site: True)
    gate.register(gate.Verb.ADMINISTER, Site, is_in_charge)


def _visible(principal: Principal, boards: QuerySet[Board]) -> QuerySet[Board]:
    return boards


def may_write(principal: Principal, board: Board) -> bool:
    """Tell whether a principal may post on a board."""
    return principal.kind is Kind.MEMBER and not board.is_closed


def is_in_charge(principal: Principal, thing: object) -> bool:
    """Tell whether a principal runs the site."""
    return principal.kind is Kind.SYSTEM or principal.is_administrator
