"""What the tests of moderation share: moderators, boards with rights, things to decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from django.db import transaction
from django.utils import timezone

from rejoinder.boards.grants import PUBLIC, Granted, Rights, private_to, put_rights
from rejoinder.boards.models import Ability, Board
from rejoinder.members.models import Group, Member, Membership
from rejoinder.moderation.cases import open_case
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.models import Case, CaseKind, Deed
from rejoinder.policy.principals import Principal, Standing
from rejoinder.posts.states import change_states
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, principal_of

SPAM = Why("This is advertising.", "No advertising")
_numbers = count(1)


def make_group(*members: Member, everywhere: bool = False) -> Group:
    """Return a new group of these members."""
    group = Group.unscoped.create(name=f"Group {next(_numbers)}", moderates_everywhere=everywhere)
    for member in members:
        Membership.unscoped.create(group=group, member=member)
    return group


def moderator_of(*boards: Board, name: str = "") -> Member:
    """Return a new member who moderates these boards, whatever else is granted there."""
    moderator = make_member(name)
    group = make_group(moderator)
    for board in boards:
        put_rights(board, with_moderators(PUBLIC, group))
    return moderator


def with_moderators(rights: Rights, *groups: Group) -> Rights:
    """Return rights with these groups as moderators."""
    theirs = Granted(groups=frozenset(group.pk for group in groups))
    return {**rights, Ability.MODERATE: theirs}


def private_board(*members: Member) -> Board:
    """Return a board that these members alone read."""
    board = make_board()
    put_rights(board, private_to(frozenset({make_group(*members).pk})))
    return board


def site_moderator(name: str = "") -> Member:
    """Return a new member who moderates every board."""
    moderator = make_member(name)
    make_group(moderator, everywhere=True)
    return moderator


def trusted(name: str = "") -> Member:
    """Return a new member who may approve."""
    from rejoinder.members.models import StandingTerms

    member = make_member(name)
    member.standing = Standing.TRUSTED
    member.save()
    StandingTerms.objects.update_or_create(
        standing=Standing.TRUSTED, defaults={"may_approve": True}
    )
    return member


def asks(member: Member) -> Principal:
    """Return who asks when a member does, as of now."""
    return principal_of(Member.objects.get(pk=member.pk))


def hold(post: Post, kind: CaseKind = CaseKind.HELD) -> Case:
    """Put a post onto the desk as a rule does, and return its case."""
    with transaction.atomic():
        change_states([post.pk], State.HELD)
        post.refresh_from_db()
        return open_case(post, kind)


def never_shown(post: Post) -> Case:
    """Hold a post as a rule does that caught it before anybody saw it."""
    from rejoinder.threads.models import Numbering

    case = hold(post)
    Numbering.unscoped.filter(post=post).delete()
    return case


def state_of(post: Post) -> State:
    """Return a post's state as it is now."""
    return State(Post.unscoped.values_list("state", flat=True).get(pk=post.pk))


def deeds() -> list[str]:
    """Return the kinds of all deeds in the log, the oldest first."""
    return list(Deed.unscoped.order_by("pk").values_list("kind", flat=True))


def in_a_week() -> datetime:
    """Return the moment a week from now."""
    return timezone.now() + timedelta(days=7)
