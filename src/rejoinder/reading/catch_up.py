"""Catch up: mark all of a thread, a branch, a board or the site as read, and undo it.

Every door calls these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from rejoinder.boards.models import Board
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.reading import keep
from rejoinder.reading.mark import member_of
from rejoinder.reading.marks import Marks, marks_of
from rejoinder.reading.models import ReadMarks
from rejoinder.reading.sets import bitmap
from rejoinder.threads import scopes
from rejoinder.threads.models import Numbering, Post, State


@dataclass(frozen=True)
class CaughtUp:
    """What `undo` would make new again."""

    at: datetime
    posts_count: int


@dataclass(frozen=True)
class Seen:
    """What the page showed where somebody said that they have caught up.

    What came since isn't marked: they haven't seen that it's there. None: whatever is there.
    """

    # How many posts the thread had. What appeared in it last, past so many, came since.
    posts_count: int | None = None
    # The board's highest number.
    number: int | None = None
    # The version of the member's marks: what they marked as new since stays new.
    version: int | None = None
    # The newest post that it knew of, on any board.
    latest: Post | None = None


def catch_up(
    principal: Principal,
    place: Post | Board | None,
    before: datetime | None = None,
    seen: Seen | None = None,
) -> int:
    """Mark all that's visible of a place as read; return how many posts of it were new.

    A post stands for its branch, the first of a thread for the whole thread; None for all the
    boards that the principal reads. `before`: only what was posted before then. Durable when
    this returns. Takes time by what came since the member joined, not by what's there. Raises
    Refused for a guest, Missing for a place that the principal can't see, TooMany.
    """
    member_id, seen = member_of(principal), seen or Seen()
    if place is not None:
        gate.check(principal, gate.Verb.READ, place)
    limited.take(principal, "mark")
    marks = marks_of(member_id)
    posts = _of_place(principal, place, seen).filter(state=State.VISIBLE)
    if before is not None:
        posts = posts.filter(posted_at__lt=before)
    as_of = marks.version if seen.version is None else min(seen.version, marks.version)
    return keep.catch_up(member_id, new_ids(posts, marks), as_of)


def undo(principal: Principal) -> int:
    """Make new again what the last catch-up marked, but for what was read or marked since.

    Returns how many posts these are; 0 if there's nothing to undo. Raises as `catch_up`.
    """
    member_id = member_of(principal)
    limited.take(principal, "mark")
    return keep.undo(member_id)


def last_of(principal: Principal) -> CaughtUp | None:
    """Return what there is to undo. Raises Refused for a guest."""
    row = ReadMarks.unscoped.filter(pk=member_of(principal)).first()
    if row is None or row.caught_up_at is None:
        return None
    return CaughtUp(row.caught_up_at, len(bitmap(row.caught_up)))


def new_ids(posts: QuerySet[Post], marks: Marks) -> list[int]:
    """Return the ids of those of these posts that are new to a member, or may be."""
    ids = posts.order_by().values_list("pk", flat=True)
    found = list(ids.filter(pk__gt=marks.floor))
    for batch in marks.older_new():
        found += ids.filter(pk__in=batch)
    return found


def _of_place(principal: Principal, place: Post | Board | None, seen: Seen) -> QuerySet[Post]:
    if isinstance(place, Post):
        scope = scopes.whole(place.thread) if place.parent_id is None else scopes.branch(place)
        posts = scope.posts(principal)
        return posts.exclude(pk__in=_came_since(place, seen.posts_count))
    posts = gate.visible(principal, Post.objects.all())
    if seen.latest is not None:
        posts = posts.filter(~Q(pk__in=_appeared_after(seen.latest)))
    if place is None:
        return posts
    posts = posts.filter(board=place)
    if seen.number is None:
        return posts
    later = Numbering.unscoped.filter(board=place, number__gt=seen.number)
    return posts.filter(~Q(pk__in=later.values("post_id")))


def _appeared_after(post: Post) -> QuerySet[Numbering, int]:
    """Return the ids of what got its number, on any board, after a post did."""
    last = Numbering.unscoped.filter(post=post).aggregate(last=Max("pk"))["last"] or 0
    return Numbering.unscoped.filter(pk__gt=last).values_list("post_id", flat=True)


def _came_since(post: Post, posts_count: int | None) -> list[int]:
    """Return the ids of what appeared last in a post's thread, since it had so many posts."""
    if posts_count is None or post.thread.posts_count <= posts_count:
        return []
    numbered = Numbering.unscoped.filter(post__thread=post.thread_id, post__state=State.VISIBLE)
    latest = numbered.order_by("-pk").values_list("post_id", flat=True)
    return list(latest[: post.thread.posts_count - max(posts_count, 0)])
