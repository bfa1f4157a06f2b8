"""Who has asked for an account and waits for an administrator's yes or no."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.errors import Missing
from rejoinder.members.models import Handle, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal

MOST_SHOWN = 100


def waiting(principal: Principal) -> list[Member]:
    """Return who waits, the longest first, at most a hundred; empty for whoever may not see it."""
    asked = Member.objects.filter(is_awaiting=True).order_by("joined_at", "pk")
    return list(gate.reachable(principal, asked)[:MOST_SHOWN])


def approve(principal: Principal, member_id: int) -> Member:
    """Give an applicant the account and return it. Raises Missing if nobody waits there."""
    member = _find(principal, member_id)
    changed = Member.objects.filter(pk=member.pk, is_awaiting=True).update(
        is_awaiting=False, is_active=True
    )
    if not changed:
        raise Missing(_missing())
    member.refresh_from_db(fields=["is_awaiting", "is_active"])
    return member


def turn_down(principal: Principal, member_id: int) -> str:
    """Take an applicant, who never posted, out of the database; return the name. Raises Missing.

    The handle goes too: no address with it was ever shown.
    """
    member = _find(principal, member_id)
    with transaction.atomic():
        if not Member.objects.filter(pk=member.pk, is_awaiting=True).delete()[0]:
            raise Missing(_missing())
        Handle.objects.filter(pk=member.handle_id).delete()
    return member.name


def _find(principal: Principal, member_id: int) -> Member:
    asked = Member.objects.filter(pk=member_id, is_awaiting=True)
    member = gate.reachable(principal, asked).first()
    if member is None:
        raise Missing(_missing())
    gate.check(principal, gate.Verb.ADMINISTER, member)
    return member


def _missing() -> str:
    return _("Nobody waits here for approval any more.")
