"""Notices: the lines on a member's page that say what moderators did and decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from rejoinder.members.models import Member
from rejoinder.moderation.models import Notice, Statement
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal

MOST_SHOWN = 100


def tell_reporters(answered: Sequence[tuple[int, int]]) -> None:
    """Tell members that their reports are answered: pairs of a report's id and a member's."""
    _tell([Notice(member_id=by, report_id=report) for report, by in answered])


def tell_of_statements(statements: Sequence[Statement]) -> None:
    """Tell members of statements, or that something about them has changed."""
    _tell([Notice(member_id=s.member_id, statement=s) for s in statements])


def notices_of(principal: Principal) -> list[Notice]:
    """Return a member's latest notices, the newest first: one query."""
    seen = gate.visible(principal, Notice.objects.all())
    return list(
        seen.select_related(
            "statement__deed__board", "statement__deed__undone_by", "report__case__verdict"
        ).order_by("-at", "-pk")[:MOST_SHOWN]
    )


def mark_read(principal: Principal) -> None:
    """Count a member's notices as read."""
    with transaction.atomic():
        Notice.unscoped.filter(member=principal.member_id, is_read=False).update(is_read=True)
        Member.objects.filter(pk=principal.member_id or 0).update(unread_notices=0)


def _tell(notices: Sequence[Notice]) -> None:
    Notice.unscoped.bulk_create(notices)
    _count(notice.member_id for notice in notices)


def _count(member_ids: Iterable[int]) -> None:
    # In the order of their ids, so that two deeds can't wait for each other.
    for member_id, more in sorted(Counter(member_ids).items()):
        Member.objects.filter(pk=member_id).update(unread_notices=F("unread_notices") + more)
