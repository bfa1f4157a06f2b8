"""What closes by itself, and what comes back: withdrawn posts' cases, replaced bans."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rejoinder.errors import Conflict
from rejoinder.members.leave import leave
from rejoinder.members.models import AddressBan, Member
from rejoinder.moderation import desk
from rejoinder.moderation import report as reporting
from rejoinder.moderation.deeds import addresses
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.models import Case, CaseKind, Notice, Report
from rejoinder.policy.principals import GUEST
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post
from tests.factories import make_board, make_held, make_member, make_thread, principal_of
from tests.moderation.moderating import SPAM, moderator_of, site_moderator

pytestmark = pytest.mark.django_db

NETWORK = "192.0.2.0/24"


def reported() -> tuple[Post, Member, Member]:
    """Return a post that a member and a guest have reported, its moderator and who reported."""
    board = make_board()
    moderator, reader = moderator_of(board), make_member()
    post = make_thread(board)
    reporting.report(principal_of(reader), post, "spam")
    reporting.report(GUEST, post, "abuse")
    return post, moderator, reader


def is_told(reader: Member) -> bool:
    return Notice.unscoped.filter(member=reader, report__by=reader).exists()


def test_a_withdrawn_post_leaves_the_desk_and_who_reported_hears_so() -> None:
    post, moderator, reader = reported()
    assert post.author is not None
    withdraw(principal_of(post.author), post)
    assert not desk.waiting(principal_of(moderator)).exists()
    case = Case.unscoped.get()
    assert case.closed_at is not None
    assert (case.verdict, case.closed_by) == (None, None)
    assert not Report.unscoped.filter(answered_at=None).exists()
    assert is_told(reader)


def test_deleting_an_account_with_its_posts_closes_what_is_open_about_them() -> None:
    post, moderator, reader = reported()
    author = post.author
    assert author is not None
    held = make_held(post, author=author)
    Case.unscoped.create(kind=CaseKind.HELD, post=held)
    leave(principal_of(author), author, withdraws=True)
    assert not desk.waiting(principal_of(moderator)).exists()
    assert is_told(reader)


def test_deleting_an_account_whose_posts_stay_leaves_the_desk_as_it_is() -> None:
    post, moderator, reader = reported()
    assert post.author is not None
    leave(principal_of(post.author), post.author, withdraws=False)
    assert desk.waiting(principal_of(moderator)).exists()
    assert not is_told(reader)


def test_undoing_a_ban_brings_back_the_longer_one_that_it_replaced() -> None:
    first, second = (principal_of(site_moderator()) for _n in range(2))
    long, short = (timezone.now() + timedelta(days=days) for days in (90, 3))
    addresses.ban_addresses(first, NETWORK, long, SPAM)
    before = AddressBan.objects.get()
    undo(second, addresses.ban_addresses(second, NETWORK, short, SPAM))
    now = AddressBan.objects.get()
    assert (now.until, now.made_by, now.made_at) == (long, before.made_by, before.made_at)


def test_undoing_a_ban_brings_nothing_back_that_is_over() -> None:
    by = principal_of(site_moderator())
    deed = addresses.ban_addresses(by, NETWORK, timezone.now() + timedelta(days=3), SPAM)
    over = timezone.now() - timedelta(days=1)
    deed.details["before"] = {
        "until": over.isoformat(),
        "reason": "",
        "made_at": over.isoformat(),
        "made_by": None,
    }
    deed.save()
    undo(by, deed)
    assert not AddressBan.objects.exists()


def test_a_ban_that_was_set_anew_since_is_not_undone() -> None:
    by = principal_of(site_moderator())
    deed = addresses.ban_addresses(by, NETWORK, timezone.now() + timedelta(days=3), SPAM)
    addresses.ban_addresses(by, NETWORK, timezone.now() + timedelta(days=9), SPAM)
    with pytest.raises(Conflict):
        undo(by, deed)
    assert AddressBan.objects.exists()
