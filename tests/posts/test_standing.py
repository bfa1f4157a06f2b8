"""Standing follows from what becomes of a member's posts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rejoinder.errors import BadInput, Refused
from rejoinder.members.models import Member, StandingTerms
from rejoinder.members.standing import earned, terms
from rejoinder.moderation.standing import set_standing, set_terms
from rejoinder.policy import gate
from rejoinder.policy.principals import Standing, system
from rejoinder.posts import standing as follows
from rejoinder.posts.states import change_state, change_states
from rejoinder.threads.models import State
from tests.factories import make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db


def _joined(days: int, standing: Standing = Standing.NEW) -> Member:
    member = make_member(standing=standing)
    member.joined_at = timezone.now() - timedelta(days=days)
    member.save()
    return member


def _now(member: Member) -> Standing:
    member.refresh_from_db()
    return Standing(member.standing)


def test_a_newcomer_is_a_member_with_the_third_post_of_the_second_day() -> None:
    author, root = _joined(2), make_thread()
    seen = []
    for _ in range(3):
        make_response(root, author=author)
        seen.append(_now(author))
    assert seen == [Standing.NEW, Standing.NEW, Standing.MEMBER]


def test_nobody_rises_before_the_days_are_over() -> None:
    author, root = _joined(0), make_thread()
    for _ in range(4):
        make_response(root, author=author)
    assert _now(author) == Standing.NEW


def test_an_approved_post_counts() -> None:
    author, root = _joined(2), make_thread()
    posts = [make_response(root, author=author) for _ in range(3)]
    change_state(posts[0], State.HELD)
    Member.objects.filter(pk=author.pk).update(standing=Standing.NEW)
    change_state(posts[0], State.VISIBLE)
    assert _now(author) == Standing.MEMBER


def test_a_removed_post_weighs_as_five_that_stand() -> None:
    author, root = _joined(2), make_thread()
    posts = [make_response(root, author=author) for _ in range(9)]
    change_state(posts[0], State.REMOVED)  # 8 - 5 = 3: just enough
    assert _now(author) == Standing.MEMBER
    change_states([posts[1].pk], State.REMOVED)  # 7 - 10
    assert _now(author) == Standing.NEW
    change_states([posts[0].pk, posts[1].pk], State.VISIBLE)
    assert _now(author) == Standing.MEMBER


def test_withdrawing_or_holding_lowers_nobody() -> None:
    author, root = _joined(2), make_thread()
    posts = [make_response(root, author=author) for _ in range(3)]
    for state in (State.WITHDRAWN, State.HELD):
        change_state(posts[0], state)
        assert _now(author) == Standing.MEMBER


def test_a_standing_set_by_hand_stays_until_it_is_left_to_use() -> None:
    author, root = _joined(2), make_thread()
    set_standing(system("tests"), author, Standing.TRUSTED)
    post = make_response(root, author=author)
    change_state(post, State.REMOVED)
    assert _now(author) == Standing.TRUSTED
    set_standing(system("tests"), author, None)
    change_state(post, State.VISIBLE)
    change_state(post, State.REMOVED)
    assert _now(author) == Standing.NEW


def test_only_administrators_set_standing_and_terms() -> None:
    author = make_member()
    with pytest.raises(Refused):
        set_standing(principal_of(make_member()), author, Standing.TRUSTED)
    with pytest.raises(Refused):
        set_terms(principal_of(author), {Standing.NEW: StandingTerms(most_links=50)})


def test_terms_that_ask_less_of_a_higher_standing_are_refused() -> None:
    with pytest.raises(BadInput):
        set_terms(system("tests"), {Standing.TRUSTED: StandingTerms(days=1, posts=1)})
    assert not StandingTerms.objects.exists()


def test_terms_are_met_from_below() -> None:
    rows = terms()
    assert earned(rows, timedelta(days=400), 29) == Standing.MEMBER
    assert earned(rows, timedelta(days=400), 200) == Standing.TRUSTED
    assert earned(rows, timedelta(days=20), 2000) == Standing.MEMBER


def test_trusted_members_approve_where_the_terms_say_so() -> None:
    author = make_member(standing=Standing.TRUSTED)
    assert not principal_of(author).approves
    row = terms()[Standing.TRUSTED]
    row.may_approve = True
    set_terms(system("tests"), {Standing.TRUSTED: row})
    assert principal_of(author).approves


def test_edits_end_when_the_terms_say_so() -> None:
    author = make_member(standing=Standing.MEMBER)
    post = make_thread(author=author)
    row = terms()[Standing.MEMBER]
    row.edits_for_hours = 2
    set_terms(system("tests"), {Standing.MEMBER: row})
    assert gate.may(principal_of(author), gate.Verb.EDIT, post)
    post.added_at -= timedelta(hours=3)
    assert not gate.may(principal_of(author), gate.Verb.EDIT, post)
    assert gate.may(principal_of(author), gate.Verb.WITHDRAW, post)


def test_rising_asks_little() -> None:
    trusted, new = make_member(standing=Standing.TRUSTED), _joined(0)
    terms()
    for member, most in ((trusted, 0), (new, 1)):
        with CaptureQueriesContext(connection) as captured:
            follows.rise(member)
        assert len(captured) <= most
