"""Cases: how something comes onto the desk, and leaves it with an answer to who reported."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from rejoinder.moderation import notices
from rejoinder.moderation.models import (
    Case,
    CaseKind,
    Deed,
    DeedKind,
    DeedPost,
    Report,
    Statement,
)
from rejoinder.threads.models import Post, State

ABOUT_POSTS = (CaseKind.REPORTED, CaseKind.HELD, CaseKind.FIRST)


def open_case(post: Post, kind: CaseKind) -> Case:
    """Lay a post on the desk and return its case: the one that's open already, if there is.

    Runs in the caller's transaction, under the lock of the post's thread.
    """
    return Case.unscoped.get_or_create(post=post, kind=kind, closed_at=None)[0]


def lay_on_desk(post_ids: Collection[int], kind: CaseKind) -> None:
    """Open a case for each of these posts that has none of the kind; under their locks."""
    Case.unscoped.bulk_create(
        [Case(post_id=pk, kind=kind) for pk in post_ids], batch_size=500, ignore_conflicts=True
    )


def close_cases(
    deed: Deed, post_ids: Collection[int], kinds: Iterable[CaseKind] = ABOUT_POSTS
) -> None:
    """Close what is open about some posts by a deed, and tell who reported them.

    Runs in the deed's transaction, under the locks of the posts' threads.
    """
    _close(post_ids, kinds, closed_by_id=deed.by_id, verdict=deed)


def close_withdrawn(post_ids: Collection[int]) -> None:
    """Close what is open about posts that their authors took back: nothing is left to decide.

    Runs in the transaction that withdraws them, under the locks of their threads.
    """
    _close(post_ids, ABOUT_POSTS)


def _close(post_ids: Collection[int], kinds: Iterable[CaseKind], **by: object) -> None:
    cases = Case.unscoped.filter(post__in=post_ids, kind__in=list(kinds), closed_at=None)
    closed = list(cases.values_list("pk", flat=True))
    if not closed:
        return
    now = timezone.now()
    Case.unscoped.filter(pk__in=closed).update(closed_at=now, **by)
    reports = Report.unscoped.filter(case__in=closed, answered_at=None)
    answered = list(reports.values_list("pk", "by_id"))
    reports.update(answered_at=now, address="")
    notices.tell_reporters([(pk, by_id) for pk, by_id in answered if by_id is not None])


def reopen_cases(deed: Deed, post_ids: Collection[int]) -> None:
    """Lay on the desk again, at their old places, what a deed had closed about some posts."""
    twin = Case.unscoped.filter(post=OuterRef("post"), kind=OuterRef("kind"), closed_at=None)
    closed = Case.unscoped.filter(verdict=deed, post__in=post_ids).exclude(kind=CaseKind.APPEAL)
    # One that waited because its post was held waits only if it is held again.
    waiting = closed.exclude(Q(kind=CaseKind.HELD) & ~Q(post__state=State.HELD))
    again = list(waiting.filter(~Exists(twin)).values_list("pk", flat=True))
    Case.unscoped.filter(pk__in=again).update(closed_at=None, closed_by=None, verdict=None)
    Report.unscoped.filter(case__in=again).update(answered_at=None)


def close_appeals(deed: Deed, undoing: Deed) -> None:
    """Answer who appealed against a deed that is undone on its own: they were right."""
    open_ones = Case.unscoped.filter(kind=CaseKind.APPEAL, statement__deed=deed, closed_at=None)
    statements = list(open_ones.values_list("statement", flat=True))
    now = timezone.now()
    open_ones.update(closed_at=now, closed_by_id=undoing.by_id, verdict=undoing)
    Statement.unscoped.filter(pk__in=statements).update(
        decided_at=now, was_upheld=False, decision=undoing.reason
    )


def closed_by(deed: Deed) -> list[int]:
    """Return the ids of posts about which a deed closed cases without changing their state."""
    changed = DeedPost.unscoped.filter(deed=deed).exclude(before=F("after")).values("post_id")
    closed = Case.unscoped.filter(verdict=deed, post__isnull=False).exclude(post__in=changed)
    return [pk for pk in closed.values_list("post_id", flat=True) if pk is not None]


def reported_among(post_ids: Collection[int]) -> set[int]:
    """Return which of these posts have an open case by reports."""
    cases = Case.unscoped.filter(post__in=post_ids, kind=CaseKind.REPORTED, closed_at=None)
    return {pk for pk in cases.values_list("post_id", flat=True) if pk is not None}


def found_by_rule_among(post_ids: Collection[int]) -> set[int]:
    """Return which of these posts a rule, and no moderator, has laid on the desk."""
    held = Case.unscoped.filter(post__in=post_ids, kind=CaseKind.HELD, closed_at=None)
    by_hand = DeedPost.unscoped.filter(
        post__in=post_ids, deed__kind=DeedKind.HOLD, after=State.HELD
    )
    return set(held.values_list("post_id", flat=True)) - set(
        by_hand.values_list("post_id", flat=True)
    )
