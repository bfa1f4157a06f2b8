"""What a deed on posts is aimed at: one post, a branch, all of a member's, a choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.boards import rights as of_boards
from rejoinder.boards.models import Board
from rejoinder.errors import BadInput
from rejoinder.members.models import Member
from rejoinder.members.rights import moderates_site
from rejoinder.moderation.models import Scope
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads import tree
from rejoinder.threads.models import Post, State

# One transaction holds up who else writes on these boards: a member's 10,000 posts are removed
# in parts of so many, each a fifth of a second.
AT_ONCE = 1000
LINES_SHOWN = 50


@dataclass(frozen=True)
class Target:
    """What a deed on posts is aimed at; made by the functions below."""

    scope: Scope
    # The post, or the top of the branch; None: a member's posts, or a choice.
    post: Post | None = None
    member: Member | None = None
    # Of a member's posts, those of so many days.
    days: int | None = None
    chosen: tuple[int, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Falling:
    """What of a target falls to a deed: how many posts on which boards, and the first of them."""

    count: int
    boards: list[tuple[Board, int]]
    first: list[Post]
    # Posts that stay, on boards that the principal reads and doesn't moderate.
    left_out: int
    # More than one transaction takes.
    is_in_parts: bool


def this(post: Post) -> Target:
    """Aim at one post."""
    return Target(Scope.POST, post=post, chosen=(post.pk,))


def branch(post: Post) -> Target:
    """Aim at a post and all that hangs below it."""
    return Target(Scope.BRANCH, post=post)


def all_by(member: Member, days: int | None = None) -> Target:
    """Aim at all that a member wrote, or wrote in so many days."""
    if days is not None and not 1 <= days <= 36500:
        raise BadInput(_("Give a number of days from 1 on."))
    return Target(Scope.MEMBER, member=member, days=days)


def chosen(posts: list[Post]) -> Target:
    """Aim at some posts."""
    return Target(Scope.CHOSEN, chosen=tuple(post.pk for post in posts))


def post_ids(
    principal: Principal, target: Target, states: frozenset[State], after: int = 0
) -> list[int]:
    """Return the ids of posts that fall, as they are now: those in these states, on boards
    that one moderates; of a choice those that one can reach. The next AT_ONCE after an id."""
    found = _aimed_at(target).filter(state__in=states, pk__gt=after)
    if target.scope in (Scope.BRANCH, Scope.MEMBER):
        found = _moderated(principal, found)
    return list(found.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def falling(principal: Principal, target: Target, states: frozenset[State]) -> Falling:
    """Return what would fall to a deed, for its preview: five queries."""
    found = _aimed_at(target).filter(state__in=states)
    ours = _moderated(principal, found)
    per_board = dict(ours.values_list("board").annotate(n=Count("pk")).order_by())
    boards = Board.unscoped.in_bulk(per_board)
    readable = gate.visible(principal, Board.objects.exclude(pk__in=_moderated_ids(principal)))
    left_out = (
        0 if moderates_site(principal) else found.filter(board__in=readable.values("pk")).count()
    )
    count = sum(per_board.values())
    first = ours.select_related("author", "board").order_by("-posted_at", "-pk")[:LINES_SHOWN]
    return Falling(
        count=count,
        boards=[(boards[pk], n) for pk, n in sorted(per_board.items())],
        first=list(first),
        left_out=left_out,
        is_in_parts=count > AT_ONCE,
    )


def _aimed_at(target: Target) -> QuerySet[Post]:
    if target.scope is Scope.BRANCH:
        assert target.post is not None
        return tree.branch(target.post)
    if target.scope is Scope.MEMBER:
        posts = Post.unscoped.filter(author=target.member)
        if target.days is None:
            return posts
        return posts.filter(posted_at__gte=timezone.now() - timedelta(days=target.days))
    return Post.unscoped.filter(pk__in=target.chosen)


def _moderated(principal: Principal, posts: QuerySet[Post]) -> QuerySet[Post]:
    if moderates_site(principal):
        return posts
    return posts.filter(Q(board__in=_moderated_ids(principal)))


def _moderated_ids(principal: Principal) -> QuerySet[object, int]:  # type: ignore[type-var]
    return of_boards.moderated(principal)
