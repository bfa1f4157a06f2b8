"""A board's rights: to whom each ability is granted, and how that is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.boards.models import Ability, Audience, Board, Grant
from rejoinder.errors import BadInput
from rejoinder.events.remembered import remembered
from rejoinder.limits import security_log
from rejoinder.members.groups import check_groups
from rejoinder.members.models import Group
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal


@dataclass(frozen=True)
class Granted:
    """Whom one ability is granted to."""

    everyone: bool = False
    members: bool = False
    # Ids.
    groups: frozenset[int] = frozenset()

    def admits(self, principal: Principal) -> bool:
        """Tell whether a principal is among them."""
        if self.everyone or (self.members and principal.is_member):
            return True
        return principal.is_member and not self.groups.isdisjoint(principal.groups)


NOBODY, EVERYONE, MEMBERS = Granted(), Granted(everyone=True), Granted(members=True)
Rights = Mapping[Ability, Granted]

# What boards commonly are.
PUBLIC: Rights = {
    Ability.READ: EVERYONE,
    Ability.START: MEMBERS,
    Ability.RESPOND: MEMBERS,
    Ability.MODERATE: NOBODY,
}
MEMBERS_ONLY: Rights = {**PUBLIC, Ability.READ: MEMBERS}


def announcements(writers: frozenset[int] = frozenset()) -> Rights:
    """Return the rights of a board that everyone reads, and these groups write to."""
    return {**PUBLIC, Ability.START: Granted(groups=writers), Ability.RESPOND: NOBODY}


def private_to(groups: frozenset[int]) -> Rights:
    """Return the rights of a board that these groups alone read and write to."""
    theirs = Granted(groups=groups)
    return {
        Ability.READ: theirs,
        Ability.START: theirs,
        Ability.RESPOND: theirs,
        Ability.MODERATE: NOBODY,
    }


def granting_to(principal: Principal, group: Group) -> list[Board]:
    """Return the boards on which a group has a right, as far as a principal sees them."""
    granted = gate.visible(principal, Grant.objects.filter(group=group)).values("board_id")
    return list(gate.visible(principal, Board.objects.filter(pk__in=granted)))


def rights_of(board: Board) -> Rights:
    """Return a board's rights as they are now; read once for each board object at hand."""
    kept: Rights | None = board.__dict__.get("_rights")
    if kept is None:
        kept = remembered(("rights", board.pk), lambda: _read(board))
        board.__dict__["_rights"] = kept
    return kept


def set_rights(principal: Principal, board: Board, rights: Rights) -> None:
    """Give a board these rights; they hold at once. What's left out is nobody's.

    Raises Refused, or BadInput where guests would write or moderate.
    """
    gate.check(
        principal, gate.Verb.ADMINISTER, board, _("Only an administrator may change a board.")
    )
    check_rights(rights)
    put_rights(board, rights)
    by = principal.member_id
    security_log.note("rights_changed", address=principal.address, by=by, board=board.pk)


def check_rights(rights: Rights) -> None:
    """Raise BadInput where guests would write, or others than groups moderate."""
    for ability, granted in rights.items():
        if granted.everyone and ability is not Ability.READ:
            raise BadInput(_("Guests can only read. Choose members, or groups."))
        if granted.members and ability is Ability.MODERATE:
            raise BadInput(_("Only groups can moderate. Choose which."))


def put_rights(board: Board, rights: Rights) -> None:
    """Keep a board's rights in place of those it had. Locks the board, then the groups.

    Raises BadInput if one of the groups isn't there any more.
    """
    with transaction.atomic():
        # Where the database locks no rows (SQLite), Django leaves the lock out.
        Board.unscoped.select_for_update().get(pk=board.pk)
        check_groups(frozenset().union(*(granted.groups for granted in rights.values())))
        Grant.unscoped.filter(board=board).delete()
        Grant.unscoped.bulk_create(
            row for ability, granted in rights.items() for row in _rows(board, ability, granted)
        )
    board.__dict__.pop("_rights", None)


def _rows(board: Board, ability: Ability, granted: Granted) -> list[Grant]:
    rows = [Grant(board=board, ability=ability, audience="g", group_id=g) for g in granted.groups]
    if granted.everyone:
        rows.append(Grant(board=board, ability=ability, audience=Audience.EVERYONE))
    elif granted.members:
        rows.append(Grant(board=board, ability=ability, audience=Audience.MEMBERS))
    return rows


def _read(board: Board) -> Rights:
    rows = list(Grant.unscoped.filter(board=board).values_list("ability", "audience", "group_id"))
    return {
        ability: Granted(
            everyone=any(a == ability and who == Audience.EVERYONE for a, who, _g in rows),
            members=any(a == ability and who == Audience.MEMBERS for a, who, _g in rows),
            groups=frozenset(g for a, _who, g in rows if a == ability and g is not None),
        )
        for ability in Ability
    }
