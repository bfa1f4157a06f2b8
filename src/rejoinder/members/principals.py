"""Who a member is to the gate: the one place where doors get a member's principal."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from rejoinder.limits import addresses
from rejoinder.members import second_step
from rejoinder.members.models import AddressBan, Member, Membership
from rejoinder.members.standing import standing_of, terms_of
from rejoinder.policy.principals import GUEST, Kind, Principal, Standing
from rejoinder.policy.verbs import Verb
from rejoinder.statements.prepared import MOMENT, NUMBER, Prepared

_GROUPS: Prepared[tuple[int, bool]] = Prepared(
    lambda member: Membership.unscoped.filter(member=member).values_list(
        "group_id", "group__moderates_everywhere"
    ),
    NUMBER,
)
_BANS = Prepared(lambda now: AddressBan.objects.filter(until__gt=now), MOMENT)


def principal_for(
    member: Member | None,
    *,
    address: str = "",
    kind: Kind = Kind.MEMBER,
    verbs: frozenset[Verb] | None = None,
) -> Principal:
    """Return who asks, read from the database now: so that every change holds at once.

    `member` is who the door found to ask, just read; None or one who can't sign in is a
    guest. Who lacks the second step that the site asks for holds no office. Two queries for
    a member; one more for a trusted one; one or two more for who could hold an office.
    """
    made = with_second_step(member, address=address, kind=kind, verbs=verbs)
    if member is None or not made.is_member:
        return made
    if not second_step.is_lacking(member, belongs=bool(made.groups)):
        return made
    return replace(made, is_administrator=False, moderates_everywhere=False, lacks_second_step=True)


def with_second_step(
    member: Member | None,
    *,
    address: str = "",
    kind: Kind = Kind.MEMBER,
    verbs: frozenset[Verb] | None = None,
) -> Principal:
    """Return who would ask if a second step were there: to tell somebody what waits for it.

    Nothing may be let through by it; `principal_for` is what doors call.
    """
    if member is None or not may_sign_in(member):
        return replace(GUEST, address=address)
    belongs = _GROUPS.all(member.pk)
    standing = standing_of(member)
    is_off_duty = _is_ahead(member.silenced_until)
    is_silenced = is_off_duty or ban_on(address) is not None
    return Principal(
        kind,
        member_id=member.pk,
        is_administrator=member.is_administrator,
        address=address,
        groups=frozenset(group_id for group_id, _everywhere in belongs),
        moderates_everywhere=any(everywhere for _id, everywhere in belongs),
        standing=standing,
        approves=not is_silenced
        and kind is not Kind.MAIL
        and standing is Standing.TRUSTED
        and terms_of(standing).may_approve,
        is_silenced=is_silenced,
        is_off_duty=is_off_duty,
        verbs=verbs,
    )


def may_sign_in(member: Member) -> bool:
    """Tell whether a member may sign in, and stay so: not staged, closed or suspended."""
    return member.is_active and not member.is_staged and not _is_ahead(member.suspended_until)


def ban_on(address: str) -> AddressBan | None:
    """Return the ban in force on an address, if there's one: one query."""
    asked = addresses.parsed(address)
    if asked is None:
        return None
    for ban in _BANS.all(timezone.now()):
        # No address of one version is in a network of the other.
        if asked in ipaddress.ip_network(ban.network):
            return ban
    return None


def _is_ahead(moment: datetime | None) -> bool:
    return moment is not None and moment > timezone.now()
