"""Which members and groups a principal may see, and who may do what to them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from rejoinder.members.models import (
    ApplicationPassword,
    Group,
    Invite,
    Member,
    Membership,
)
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal


def register() -> None:
    """Tell the gate about members and groups."""
    gate.register_rows(Member, _visible, _reachable)
    gate.register(gate.Verb.READ, Member, _may_see)
    gate.register(gate.Verb.EDIT, Member, _is_oneself)
    gate.register(gate.Verb.WARN, Member, _may_sanction)
    gate.register(gate.Verb.SANCTION, Member, _may_sanction)
    gate.register(gate.Verb.ADMINISTER, Member, lambda p, member: is_in_charge(p))
    gate.register_field(gate.Field.ADDRESS, Member, _sees_address)
    gate.register_rows(Group, _visible_groups)
    gate.register_rows(Membership, _visible_memberships)
    gate.register_rows(Invite, _visible_invites)
    gate.register(gate.Verb.READ, Invite, lambda p, invite: is_in_charge(p))
    gate.register(gate.Verb.ADMINISTER, Invite, lambda p, invite: is_in_charge(p))
    gate.register_rows(ApplicationPassword, _own_application_passwords)
    gate.register(gate.Verb.READ, Group, _sees_group)
    gate.register(gate.Verb.ADMINISTER, Group, lambda p, group: is_in_charge(p))
    gate.register_field(gate.Field.MEMBERS, Group, lambda p, group: moderates_site(p))


def is_in_charge(principal: Principal) -> bool:
    """Tell whether a principal runs the site."""
    return principal.kind is Kind.SYSTEM or (principal.holds_office and principal.is_administrator)


def moderates_site(principal: Principal) -> bool:
    """Tell whether a principal moderates every board."""
    return is_in_charge(principal) or (principal.holds_office and principal.moderates_everywhere)


def _visible(principal: Principal, members: QuerySet[Member]) -> QuerySet[Member]:
    return members.filter(is_active=True)


def _reachable(principal: Principal, members: QuerySet[Member]) -> QuerySet[Member]:
    """Those who ask for an account, too, to whoever decides on it."""
    if is_in_charge(principal):
        return members.filter(Q(is_active=True) | Q(is_awaiting=True))
    return _visible(principal, members)


def _may_see(principal: Principal, member: Member) -> bool:
    return member.is_active or (member.is_awaiting and is_in_charge(principal))


def _is_oneself(principal: Principal, member: Member) -> bool:
    return principal.kind is Kind.SYSTEM or (
        principal.is_member and principal.member_id == member.pk
    )


def _may_sanction(principal: Principal, member: Member) -> bool:
    """A moderator of the site may; of those who run or moderate it, administrators alone."""
    if principal.kind is Kind.SYSTEM:
        return True
    if not moderates_site(principal) or principal.member_id == member.pk:
        return False
    return principal.is_administrator or not _has_office(member)


def _has_office(member: Member) -> bool:
    groups = Membership.unscoped.filter(member=member, group__moderates_everywhere=True)
    return member.is_administrator or groups.exists()


def _sees_address(principal: Principal, member: Member) -> bool:
    is_theirs = is_in_charge(principal) or _is_oneself(principal, member)
    return is_theirs and _may_see(principal, member)


def _visible_groups(principal: Principal, groups: QuerySet[Group]) -> QuerySet[Group]:
    return groups if moderates_site(principal) else groups.filter(pk__in=principal.groups)


def _visible_memberships(
    principal: Principal, memberships: QuerySet[Membership]
) -> QuerySet[Membership]:
    if moderates_site(principal):
        return memberships
    return memberships.filter(member=principal.member_id)


def _sees_group(principal: Principal, group: Group) -> bool:
    return moderates_site(principal) or group.pk in principal.groups


def _visible_invites(principal: Principal, invites: QuerySet[Invite]) -> QuerySet[Invite]:
    return invites if is_in_charge(principal) else invites.none()


def _own_application_passwords(
    principal: Principal, passwords: QuerySet[ApplicationPassword]
) -> QuerySet[ApplicationPassword]:
    """Their member's, who is signed in: no program sees or makes passwords of others."""
    if principal.kind is not Kind.MEMBER or principal.member_id is None:
        return passwords.none()
    return passwords.filter(member_id=principal.member_id)
