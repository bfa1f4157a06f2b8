"""Which members a principal may see, and who may act for whom."""

from __future__ import annotations

from django.db.models import QuerySet

from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal


def register() -> None:
    """Tell the gate about members."""
    gate.register_rows(Member, _visible)
    gate.register(gate.Verb.READ, Member, lambda principal, member: member.is_active)
    gate.register(gate.Verb.EDIT, Member, _is_oneself)


def _visible(principal: Principal, members: QuerySet[Member]) -> QuerySet[Member]:
    return members.filter(is_active=True)


def _is_oneself(principal: Principal, member: Member) -> bool:
    return principal.kind is Kind.SYSTEM or principal.member_id == member.pk
