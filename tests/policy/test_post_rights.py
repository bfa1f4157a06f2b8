"""What may be done to posts, where the matrix has no such post or nobody like that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.utils import timezone

from rejoinder.boards.grants import PUBLIC, Granted, put_rights
from rejoinder.boards.models import Ability
from rejoinder.members.models import StandingTerms
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal, Standing
from rejoinder.policy.verbs import Verb
from rejoinder.threads.models import Post, PostText
from tests.factories import make_group, make_held, make_member, make_thread

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


def test_an_author_edits_until_their_hours_are_over() -> None:
    StandingTerms.objects.create(standing=Standing.NEW, edits_for_hours=2)
    author, group = make_member(), make_group()
    post = make_thread(author=author)
    put_rights(post.board, {**PUBLIC, Ability.MODERATE: Granted(groups=frozenset({group.pk}))})
    new = Principal(Kind.MEMBER, member_id=author.pk)
    regular = Principal(Kind.MEMBER, member_id=author.pk, standing=Standing.REGULAR)
    moderator = Principal(Kind.MEMBER, member_id=author.pk, groups=frozenset({group.pk}))
    hours = timedelta(hours=2)
    with mock.patch.object(timezone, "now", return_value=NOW):
        for age, may in ((hours - MOMENT, True), (hours, False), (hours + MOMENT, False)):
            post.added_at = NOW - age
            assert gate.may(new, Verb.EDIT, post) == may, age
            assert gate.may(regular, Verb.EDIT, post)
            assert gate.may(moderator, Verb.EDIT, post)


def test_an_author_is_known_by_a_number_of_any_size() -> None:
    """Python keeps one object of each small number; equal ones that are large are two."""
    post, number = make_thread(), "100003"
    author = Principal(Kind.MEMBER, member_id=int(number))
    for post.author_id, is_own in ((int(number), True), (int(number) + 1, False)):
        assert gate.may(author, Verb.EDIT, post) == is_own
        assert gate.may(author, Verb.WITHDRAW, post) == is_own
        assert gate.may(author, Verb.REPORT, post) != is_own


def test_who_is_no_member_owns_no_post_whose_author_is_gone() -> None:
    post = make_thread()
    post.author_id = None
    for kind in set(Kind) - {Kind.SYSTEM}:
        assert not gate.may(Principal(kind), Verb.WITHDRAW, post)
        assert not gate.may(Principal(kind), Verb.EDIT, post)


def test_nobody_silenced_approves_even_if_they_might() -> None:
    post = make_held(make_thread())
    for is_silenced in (False, True):
        trusted = Principal(
            Kind.MEMBER, member_id=make_member().pk, approves=True, is_silenced=is_silenced
        )
        assert gate.may(trusted, Verb.APPROVE, post) != is_silenced


def test_guests_open_no_held_post_without_an_author() -> None:
    held = make_held(make_thread())
    Post.unscoped.filter(pk=held.pk).update(author=None)
    for principal in (GUEST, Principal(Kind.REMOTE), Principal(Kind.MEMBER, member_id=7)):
        assert not gate.reachable(principal, Post.objects.filter(pk=held.pk)).exists()
        assert not gate.reachable(principal, PostText.objects.filter(post=held.pk)).exists()
