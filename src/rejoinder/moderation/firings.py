"""The log of rules that fired, shown on the desk and, in other words, to the author."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import QuerySet
from django.utils import timezone

from rejoinder.boards import rights as of_boards
from rejoinder.boards.models import Board
from rejoinder.boards.rights import sees_all
from rejoinder.members.models import Member
from rejoinder.moderation.rules.registry import rule_named
from rejoinder.policy import gate
from rejoinder.policy.guarded import Guarded
from rejoinder.policy.principals import Principal
from rejoinder.posts.screening import Verdict
from rejoinder.threads.models import Post, State

# That something was refused, to whom and why, is forgotten after so long.
REFUSALS_KEPT = timedelta(days=30)
# With each refusal, at most so many old ones are thrown away.
SWEPT_EACH = 50
_VERDICTS = [(verdict.value, verdict.name.lower()) for verdict in Verdict]


class Firing(models.Model):
    """A rule that fired on a post. Of a refused post there's nothing but this."""

    # Null: it was refused, so there's no post.
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, related_name="firings")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    rule = models.CharField(max_length=40)
    verdict = models.PositiveSmallIntegerField(choices=_VERDICTS)
    explanation = models.TextField()
    message = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Firing]] = models.Manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["at"],
                name="moderation_refusals",
                condition=models.Q(post=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.post_id or 'a refused post'}"


@dataclass(frozen=True)
class Fired:
    """Why a rule fired on a post, as whoever asks may know it."""

    rule: str
    verdict: Verdict
    # For moderators the explanation, for the author and who approves the message.
    words: str
    at: datetime


def register() -> None:
    """Tell the gate about firings: who moderates a board sees those of its posts."""
    gate.register_rows(Firing, _firings)


def why_held(principal: Principal, post: Post) -> list[Fired]:
    """Return why the rules hold a post, the latest first; what fired before stands below.

    Its author is told what each rule says to authors, a moderator how it came to that; so
    is a trusted member who may approve it, in the author's words. Nobody else is told. One
    query; none for a post that isn't held.
    """
    if post.state != State.HELD:
        return []
    is_author = principal.is_member and principal.member_id == post.author_id
    if not (
        gate.shows(principal, gate.Field.JUDGEMENT, post)
        or gate.may(principal, gate.Verb.APPROVE, post)
    ):
        return []
    explains = not is_author and gate.may(principal, gate.Verb.MODERATE, post)
    firings = Firing.unscoped.filter(post=post, verdict=Verdict.HOLD).order_by("-at", "-pk")
    return [_fired(firing, explains=explains) for firing in firings]


def firings_of(principal: Principal, posts: Iterable[Post]) -> dict[int, list[Fired]]:
    """Return, by post id, which rules fired on these posts, for who moderates them.

    The latest first. For trusted members who may approve, too, but with what the author is
    told instead of the explanation. One query.
    """
    posts = list(posts)
    explained = {post.pk for post in posts if gate.may(principal, gate.Verb.MODERATE, post)}
    seen = explained | {post.pk for post in posts if gate.may(principal, gate.Verb.APPROVE, post)}
    return firings_on(seen, explained)


def firings_on(post_ids: Collection[int], explained: Collection[int]) -> dict[int, list[Fired]]:
    """Return which rules fired on posts that the gate has let the caller see: one query.

    Of those in `explained` with the explanation, of others with what the author is told.
    """
    found: dict[int, list[Fired]] = defaultdict(list)
    for firing in Firing.unscoped.filter(post__in=post_ids).order_by("-at", "-pk"):
        assert firing.post_id is not None
        found[firing.post_id].append(_fired(firing, explains=firing.post_id in explained))
    return dict(found)


def sweep_refusals() -> None:
    """Forget some refusals that are past their time."""
    old = Firing.unscoped.filter(post=None, at__lt=timezone.now() - REFUSALS_KEPT)
    if gone := list(old.values_list("pk", flat=True)[:SWEPT_EACH]):
        Firing.unscoped.filter(pk__in=gone).delete()


def _fired(firing: Firing, *, explains: bool) -> Fired:
    rule = rule_named(firing.rule)
    return Fired(
        str(rule.title) if rule else firing.rule,
        Verdict(firing.verdict),
        firing.explanation if explains else firing.message,
        firing.at,
    )


def _firings(principal: Principal, firings: QuerySet[Firing]) -> QuerySet[Firing]:
    if sees_all(principal):
        return firings
    return firings.filter(board__in=of_boards.moderated(principal))
