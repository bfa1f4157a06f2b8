"""Who a principal is, and what of a member makes one."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rejoinder.members.models import (
    AddressBan,
    Member,
    Membership,
    OfficeTerms,
    SecondStepOf,
    StandingTerms,
)
from rejoinder.members.principals import ban_on, may_sign_in, principal_for, with_second_step
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal, Standing, system
from rejoinder.policy.verbs import Verb
from tests.factories import make_group, make_member

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    return NOW


def ban(network: str, until: datetime) -> AddressBan:
    return AddressBan.objects.create(network=network, until=until)


def test_a_principal_is_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        GUEST.is_administrator = True  # type: ignore[misc]


def test_a_principal_is_nothing_that_nobody_said() -> None:
    plain = Principal(Kind.MEMBER, member_id=1)
    assert not plain.is_administrator
    assert not plain.moderates_everywhere
    assert not plain.approves
    assert not plain.is_silenced
    assert not plain.is_off_duty
    assert not plain.lacks_second_step
    assert plain.standing is Standing.NEW
    assert plain.verbs is None


@pytest.mark.parametrize("kind", Kind)
def test_a_member_is_of_a_kind_that_stands_for_members_and_has_an_id(kind: Kind) -> None:
    stands_for_members = kind in (Kind.MEMBER, Kind.APPLICATION, Kind.MAIL)
    assert Principal(kind, member_id=1).is_member == stands_for_members
    assert not Principal(kind).is_member


@pytest.mark.parametrize("kind", Kind)
def test_office_is_held_by_members_who_come_not_by_mail_and_have_a_second_step(kind: Kind) -> None:
    holds = kind in (Kind.MEMBER, Kind.APPLICATION)
    asks = Principal(kind, member_id=1, groups=frozenset({7}))
    assert asks.holds_office == holds
    assert asks.moderating_groups == (asks.groups if holds else frozenset())
    for without in (replace(asks, lacks_second_step=True), replace(asks, member_id=None)):
        assert not without.holds_office
        assert without.moderating_groups == frozenset()


@pytest.mark.parametrize("verb", Verb)
def test_a_principal_is_left_those_verbs_that_its_way_and_state_allow(verb: Verb) -> None:
    for kind in Kind:
        by_mail = verb in (Verb.READ, Verb.START_THREAD, Verb.RESPOND)
        assert Principal(kind).allows(verb) == (kind is not Kind.MAIL or by_mail)
    of_moderators = verb in (Verb.APPROVE, Verb.MODERATE, Verb.WARN, Verb.SANCTION)
    assert Principal(Kind.MEMBER, is_off_duty=True).allows(verb) != of_moderators
    reads = Principal(Kind.APPLICATION, verbs=frozenset({Verb.READ}))
    assert reads.allows(verb) == (verb is Verb.READ)
    assert not Principal(Kind.APPLICATION, verbs=frozenset()).allows(verb)


def test_standings_are_numbered_as_the_database_keeps_them() -> None:
    assert [standing.value for standing in Standing] == [0, 1, 2, 3]


def test_a_job_of_the_system_says_what_it_is_for() -> None:
    assert system("an import") == Principal(Kind.SYSTEM, purpose="an import")


def test_nobody_is_a_guest_from_an_address() -> None:
    assert principal_for(None, address="192.0.2.7") == Principal(Kind.GUEST, address="192.0.2.7")


def test_a_member_is_who_they_are_however_they_come() -> None:
    member = make_member(standing=Standing.REGULAR, is_administrator=True)
    reads = frozenset({Verb.READ})
    asks = principal_for(member, address="192.0.2.7", kind=Kind.APPLICATION, verbs=reads)
    assert asks == Principal(
        Kind.APPLICATION,
        member_id=member.pk,
        is_administrator=True,
        address="192.0.2.7",
        standing=Standing.REGULAR,
        verbs=reads,
    )
    assert principal_for(member).kind is Kind.MEMBER


def test_one_group_that_moderates_everywhere_is_enough() -> None:
    member, other = make_member(), make_member()
    groups = [make_group(), make_group(moderates_everywhere=True)]
    for group in groups:
        Membership.unscoped.create(group=group, member=member)
    Membership.unscoped.create(group=groups[0], member=other)
    asks = principal_for(member)
    assert asks.groups == {group.pk for group in groups}
    assert asks.moderates_everywhere
    assert not principal_for(other).moderates_everywhere


def test_who_lacks_the_second_step_that_is_asked_of_them_holds_no_office() -> None:
    OfficeTerms.objects.create(pk=1, second_step_of=SecondStepOf.MODERATORS)
    plain, keeper = make_member(), make_member(is_administrator=True)
    steward, in_group = make_member(), make_member()
    make_group("", steward, moderates_everywhere=True)
    group = make_group("", in_group)
    assert not principal_for(plain).lacks_second_step
    assert principal_for(keeper) == Principal(
        Kind.MEMBER, member_id=keeper.pk, standing=Standing.MEMBER, lacks_second_step=True
    )
    for member in (steward, in_group):
        asks = principal_for(member)
        assert asks.lacks_second_step
        assert not asks.moderates_everywhere
        assert asks.groups
    assert with_second_step(steward).moderates_everywhere
    assert with_second_step(keeper).is_administrator
    assert with_second_step(in_group).moderating_groups == {group.pk}
    closed = Member(pk=1, is_active=False, is_administrator=True)
    assert principal_for(closed) == with_second_step(closed) == GUEST
    remote = principal_for(keeper, kind=Kind.REMOTE)
    assert not remote.lacks_second_step, "it isn't the member who asks"


@pytest.mark.parametrize(
    ("standing", "may", "approves"),
    [
        (Standing.TRUSTED, True, True),
        (Standing.TRUSTED, False, False),
        (Standing.REGULAR, True, False),
        (Standing.NEW, True, False),
    ],
)
def test_a_trusted_member_approves_where_the_site_says_so(
    standing: Standing, may: bool, approves: bool
) -> None:
    StandingTerms.objects.create(standing=standing, may_approve=may)
    member = make_member(standing=standing)
    assert principal_for(member).approves == approves
    assert not principal_for(member, kind=Kind.MAIL).approves
    member.silenced_until = timezone.now() + timedelta(days=1)
    assert not principal_for(member).approves


@pytest.mark.parametrize(
    ("left", "holds"), [(MOMENT, True), (timedelta(0), False), (-MOMENT, False)]
)
def test_a_sanction_ends_at_its_moment(now: datetime, left: timedelta, holds: bool) -> None:
    silenced, suspended = make_member(), make_member()
    silenced.silenced_until = suspended.suspended_until = now + left
    assert principal_for(silenced).is_silenced == holds
    assert may_sign_in(suspended) != holds
    assert principal_for(silenced).is_off_duty == holds
    assert (principal_for(suspended) == GUEST) == holds


@pytest.mark.parametrize(
    ("columns", "may"),
    [
        ({}, True),
        ({"is_active": False}, False),
        ({"is_staged": True}, False),
        ({"is_active": False, "is_staged": True}, False),
        ({"is_active": False, "is_awaiting": True}, False),
    ],
)
def test_who_is_closed_or_staged_does_not_sign_in(columns: dict[str, bool], may: bool) -> None:
    member = Member(**columns)
    assert may_sign_in(member) == may


@pytest.mark.parametrize(
    ("address", "is_banned"),
    [
        ("203.0.113.7", True),
        ("::ffff:203.0.113.7", True),
        ("198.51.100.7", False),
        ("2001:db8:1::7", True),
        ("2001:db8:1::7%eth0", True),
        ("2001:db8:2::7", False),
        ("", False),
        ("nonsense", False),
    ],
)
def test_a_ban_holds_for_its_range_alone(now: datetime, address: str, is_banned: bool) -> None:
    for network in ("203.0.113.0/24", "2001:db8:1::/48"):
        ban(network, now + timedelta(days=1))
    assert (ban_on(address) is not None) == is_banned
    asks = principal_for(make_member(), address=address)
    assert asks.is_silenced == is_banned
    assert not asks.is_off_duty, "a moderator must be able to lift it"


def test_a_ban_that_is_over_holds_nobody(now: datetime) -> None:
    ban("203.0.113.0/24", now)
    assert ban_on("203.0.113.7") is None


def test_oneself_is_known_by_a_number_of_any_size() -> None:
    """Python keeps one object of each small number; equal ones that are large are two."""
    number = "100003"
    asks = Principal(Kind.MEMBER, member_id=int(number), moderates_everywhere=True)
    oneself, other = Member(pk=int(number)), Member(pk=int(number) + 1)
    assert gate.may(asks, Verb.EDIT, oneself)
    assert not gate.may(asks, Verb.SANCTION, oneself)
    assert not gate.may(asks, Verb.EDIT, other)
    assert gate.may(asks, Verb.SANCTION, other)
