"""Who may see, use and moderate boards."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from rejoinder.boards.grants import rights_of
from rejoinder.boards.models import Ability, Audience, Board, Grant, Site
from rejoinder.members.rights import is_in_charge, moderates_site
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal


def register() -> None:
    """Tell the gate about boards and the site."""
    gate.register_rows(Board, _visible)
    gate.register_rows(Grant, _visible_grants)
    gate.register(gate.Verb.READ, Board, may_read)
    gate.register(gate.Verb.START_THREAD, Board, _may_start)
    gate.register(gate.Verb.MODERATE, Board, moderates)
    gate.register(gate.Verb.ADMINISTER, Board, lambda principal, board: is_in_charge(principal))
    gate.register(gate.Verb.IMPORT, Board, lambda p, board: p.kind is Kind.SYSTEM)
    gate.register(gate.Verb.READ, Site, lambda principal, site: True)
    gate.register(gate.Verb.MODERATE, Site, lambda principal, site: moderates_site(principal))
    gate.register(gate.Verb.ADMINISTER, Site, lambda principal, site: is_in_charge(principal))


def may_read(principal: Principal, board: Board) -> bool:
    """Tell whether a principal may read a board."""
    rights = rights_of(board)
    # Who moderates it reads it also by mail, where they don't moderate.
    return (
        moderates_site(principal)
        or rights[Ability.READ].admits(principal)
        or (not principal.lacks_second_step and rights[Ability.MODERATE].admits(principal))
    )


def moderates(principal: Principal, board: Board) -> bool:
    """Tell whether a principal moderates a board."""
    groups = rights_of(board)[Ability.MODERATE].groups
    return moderates_site(principal) or not groups.isdisjoint(principal.moderating_groups)


def may_write(principal: Principal, board: Board, ability: Ability) -> bool:
    """Tell whether a principal may start threads, or respond, on a board."""
    if not principal.is_member or principal.is_silenced or board.is_closed:
        return False
    if not may_read(principal, board):
        return False
    return rights_of(board)[ability].admits(principal) or moderates(principal, board)


def sees_all(principal: Principal) -> bool:
    """Tell whether a principal sees every board, whatever was granted."""
    return moderates_site(principal)


def readable(principal: Principal) -> QuerySet[Grant, int]:
    """Return the ids of the boards that a principal may read, as a subquery."""
    to_all = [Audience.EVERYONE, Audience.MEMBERS] if principal.is_member else [Audience.EVERYONE]
    granted = Q(ability=Ability.READ, audience__in=to_all)
    if principal.is_member and principal.groups:
        by_office = [] if principal.lacks_second_step else [Ability.MODERATE]
        granted |= Q(ability__in=[Ability.READ, *by_office], group__in=principal.groups)
    return Grant.unscoped.filter(granted).values_list("board_id", flat=True)


def moderated(principal: Principal) -> QuerySet[Grant, int]:
    """Return the ids of the boards that a principal moderates by a group, as a subquery."""
    groups = principal.moderating_groups
    granted = Grant.unscoped.filter(ability=Ability.MODERATE, group__in=groups)
    return granted.values_list("board_id", flat=True)


def _visible(principal: Principal, boards: QuerySet[Board]) -> QuerySet[Board]:
    return boards if sees_all(principal) else boards.filter(pk__in=readable(principal))


def _visible_grants(principal: Principal, grants: QuerySet[Grant]) -> QuerySet[Grant]:
    return grants if is_in_charge(principal) else grants.none()


def _may_start(principal: Principal, board: Board) -> bool:
    return may_write(principal, board, Ability.START)
