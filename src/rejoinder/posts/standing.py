"""How standing follows from what became of a member's posts.

A post that appears may raise its author's standing; one that a moderator removes may lower
it. In between standing stays, also when the terms change. The terms are in members/standing.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from rejoinder.members.models import Member, StandingTerms
from rejoinder.members.standing import earned, standing_of, terms_in_force
from rejoinder.policy.principals import Standing
from rejoinder.threads.models import Post, State

# A post that was removed weighs as much as so many that stand.
REMOVED_WEIGHS = 5
# More removed posts than this make no difference.
MOST_REMOVED = 200


def rise(author: Member) -> None:
    """Raise an author's standing if a post that has just appeared earned it.

    In the post's transaction, after its locks. No query for the trusted and those whose
    standing was set by hand, one for who joined too late for the next, three otherwise;
    posts are counted as far as the next standing asks.
    """
    now = standing_of(author)
    if author.standing_is_set or now is Standing.TRUSTED:
        return
    terms_now = terms_in_force()
    reached = earned(terms_now, age_of(author), _weighed_posts(author, terms_now))
    if reached > now:
        _set({author.pk}, reached)
        author.standing = reached


def rise_all(author_ids: Collection[int]) -> None:
    """Raise the standing of authors whose posts appeared, where it's earned by now.

    In the deed's transaction, after its locks, for any number of authors: two queries, and
    one for each standing that somebody reaches.
    """
    _follow(author_ids, upwards=True)


def fall_all(author_ids: Collection[int]) -> None:
    """Lower the standing of authors whose posts were removed, as far as it isn't earned now.

    As `rise_all` in all else.
    """
    _follow(author_ids, upwards=False)


def _follow(author_ids: Collection[int], *, upwards: bool) -> None:
    authors = Member.objects.filter(pk__in=author_ids, standing_is_set=False)
    movable = authors.exclude(standing=Standing.TRUSTED if upwards else Standing.NEW)
    if not (members := list(movable.order_by("pk"))):
        return
    terms_now, weights = terms_in_force(), _weights({member.pk for member in members})
    moving: dict[Standing, set[int]] = defaultdict(set)
    for member in members:
        reached = earned(terms_now, age_of(member), weights[member.pk])
        if reached > standing_of(member) if upwards else reached < standing_of(member):
            moving[reached].add(member.pk)
    for reached in sorted(moving):
        _set(moving[reached], reached)


def age_of(member: Member) -> timedelta:
    """Return how long ago a member joined."""
    return timezone.now() - member.joined_at


def _weighed_posts(author: Member, terms_now: Mapping[Standing, StandingTerms]) -> int:
    """Return what an author's posts weigh, counted as far as the next standing asks."""
    following = terms_now[Standing(standing_of(author) + 1)]
    if age_of(author) < timedelta(days=following.days):
        return 0
    most = max(row.posts for row in terms_now.values())
    posts = Post.unscoped.filter(author=author)
    removed = posts.filter(state=State.REMOVED)[:MOST_REMOVED].count()
    visible = posts.filter(state=State.VISIBLE)[: most + removed * REMOVED_WEIGHS].count()
    return max(0, visible - removed * REMOVED_WEIGHS)


def _weights(author_ids: Collection[int]) -> Counter[int]:
    weights: Counter[int] = Counter()
    counted = Post.unscoped.filter(
        author__in=author_ids, state__in=[State.VISIBLE, State.REMOVED]
    ).values_list("author", "state")
    for author_id, state, count in counted.annotate(count=Count("pk")).order_by():
        weights[author_id] += count if state == State.VISIBLE else -count * REMOVED_WEIGHS
    return weights


def _set(member_ids: Collection[int], standing: Standing) -> None:
    # Unless somebody set it by hand meanwhile.
    Member.objects.filter(pk__in=member_ids, standing_is_set=False).update(standing=standing)
