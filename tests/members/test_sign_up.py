"""Signing up: every way in, and every way that is none."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rejoinder.errors import BadInput, BadName, Missing, Refused, RejoinderError
from rejoinder.limits import work
from rejoinder.members import applicants, invites
from rejoinder.members.models import AddressBan, Handle, Invite, Member
from rejoinder.members.principals import principal_for
from rejoinder.members.sign_up import Applicant, Credentials, is_open, sign_up
from rejoinder.members.sign_up_terms import SignUp, Terms
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal
from tests.factories import make_member, principal_of
from tests.limits.test_work import solve

pytestmark = pytest.mark.django_db

BITS = 6
WORKING = Terms(SignUp.OPEN, BITS)


def administrator() -> Principal:
    return principal_of(make_member(is_administrator=True))


def come(terms: Terms, name: str = "Ann", *, address: str = "", **brought: str) -> Member:
    applicant = Applicant(name, "ann@example.org", "not a real one", address=address)
    return sign_up(terms, applicant, Credentials(**brought))


def invite(uses: int = 1) -> str:
    return invites.make(administrator(), "for the club", uses, 7)[1]


def state(member: Member) -> str:
    member = Member.objects.get(pk=member.pk)
    return "in" if member.is_active else "waits" if member.is_awaiting else "out"


def outcome(terms: Terms, **brought: str) -> str:
    try:
        return state(come(terms, **brought))
    except RejoinderError as error:
        return type(error).__name__


WAYS = {
    SignUp.OPEN: ("in", "in", "in"),
    SignUp.APPROVED: ("waits", "waits", "in"),
    SignUp.INVITED: ("Refused", "Refused", "in"),
    SignUp.CLOSED: ("Refused", "Refused", "Refused"),
}


@pytest.mark.parametrize("way", list(SignUp))
def test_each_way_takes_whom_it_says(way: SignUp) -> None:
    """Who brings nothing, a made-up invite, or a good one."""
    brought = {"Anna": "", "Bert": "none", "Cleo": invite()}
    assert WAYS[way] == tuple(
        outcome(Terms(way), name=name, invite=token) for name, token in brought.items()
    )


def test_the_form_is_shown_to_whom_it_can_let_in() -> None:
    token = invite()
    shown = {way: (is_open(Terms(way)), is_open(Terms(way), token)) for way in SignUp}
    assert shown == {
        SignUp.OPEN: (True, True),
        SignUp.APPROVED: (True, True),
        SignUp.INVITED: (False, True),
        SignUp.CLOSED: (False, False),
    }


def test_an_invite_is_good_for_so_many_and_tells_who_came() -> None:
    token = invite(uses=2)
    ann, ben = (come(Terms(SignUp.INVITED), name, invite=token) for name in ["Ann", "Ben"])
    with pytest.raises(Refused, match="used up"):
        come(Terms(SignUp.INVITED), "Cleo", invite=token)
    kept = Invite.unscoped.get()
    assert set(kept.members.all()) == {ann, ben}
    assert token not in str(Invite.unscoped.values_list().get())


def test_an_invite_that_is_over_or_revoked_lets_nobody_in() -> None:
    token = invite(5)
    Invite.unscoped.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert outcome(Terms(SignUp.INVITED), invite=token) == "Refused"
    other, token = invites.make(administrator(), "", 5, 7)
    invites.revoke(administrator(), other.pk)
    assert outcome(Terms(SignUp.INVITED), invite=token) == "Refused"
    with pytest.raises(Missing):
        invites.revoke(administrator(), other.pk)


def test_an_invite_is_not_used_by_a_sign_up_that_fails() -> None:
    make_member("Ann")
    token = invite()
    with pytest.raises(BadName):
        come(Terms(SignUp.INVITED), "Ann", invite=token)
    assert outcome(Terms(SignUp.INVITED), name="Ben", invite=token) == "in"


def test_only_administrators_make_see_and_revoke_invites() -> None:
    made, _token = invites.make(administrator(), "", 1, 1)
    for principal in [GUEST, principal_of(make_member())]:
        with pytest.raises((Missing, Refused)):
            invites.make(principal, "", 1, 1)
        with pytest.raises(Missing):
            invites.revoke(principal, made.pk)
        assert list(gate.visible(principal, Invite.objects.all())) == []


@pytest.mark.parametrize(("uses", "days"), [(0, 1), (1, 0), (1001, 1), (1, 366), (-1, 1)])
def test_an_invite_without_bounds_is_refused(uses: int, days: int) -> None:
    with pytest.raises(BadInput):
        invites.make(administrator(), "", uses, days)


def test_work_lets_in_once_and_none_waits_for_approval() -> None:
    challenge = work.new_challenge(BITS)
    brought = {"challenge": challenge.token, "answer": solve(challenge)}
    assert outcome(WORKING, name="Ann", **brought) == "in"
    assert outcome(WORKING, name="Ben", **brought) == "BadInput", "used already"
    assert outcome(WORKING, name="Ben", challenge=challenge.token) == "waits"
    assert outcome(WORKING, name="Cleo") == "waits"
    assert outcome(WORKING, name="Dora", invite=invite()) == "in", "an invite is enough"


def test_work_is_not_used_by_a_sign_up_that_fails() -> None:
    make_member("Ann")
    challenge = work.new_challenge(BITS)
    brought = {"challenge": challenge.token, "answer": solve(challenge)}
    assert outcome(WORKING, name="Ann", **brought) == "BadName"
    assert outcome(WORKING, name="Ben", **brought) == "in"


def test_nobody_signs_up_from_a_banned_network() -> None:
    until = timezone.now() + timedelta(days=1)
    AddressBan.objects.create(network="192.0.2.0/24", until=until)
    with pytest.raises(Refused, match="network"):
        come(Terms(), address="192.0.2.9", invite=invite())
    assert state(come(Terms(), address="198.51.100.9")) == "in"


def test_an_applicant_is_a_guest_to_everybody_until_approved() -> None:
    asking = come(Terms(SignUp.APPROVED))
    assert principal_for(asking).kind is Kind.GUEST
    for principal in [GUEST, principal_of(make_member())]:
        assert not gate.may(principal, gate.Verb.READ, asking)
        assert asking not in gate.visible(principal, Member.objects.all())
        assert applicants.waiting(principal) == []
        for deed in (applicants.approve, applicants.turn_down):
            with pytest.raises(Missing):
                deed(principal, asking.pk)
    chief = administrator()
    assert applicants.waiting(chief) == [asking]
    assert asking not in gate.visible(chief, Member.objects.all()), "not in lists of members"
    applicants.approve(chief, asking.pk)
    assert principal_for(Member.objects.get(pk=asking.pk)).kind is Kind.MEMBER
    with pytest.raises(Missing):
        applicants.turn_down(chief, asking.pk)


def test_who_is_turned_down_is_gone_with_name_and_handle() -> None:
    asking = come(Terms(SignUp.APPROVED), "Ann")
    assert applicants.turn_down(administrator(), asking.pk) == "Ann"
    assert not Member.objects.filter(name="Ann").exists()
    assert not Handle.objects.filter(name="ann").exists()
    assert come(Terms(), "Ann").handle_id == "ann"


def test_nobody_but_an_applicant_can_be_turned_down() -> None:
    member = make_member()
    with pytest.raises(Missing):
        applicants.turn_down(administrator(), member.pk)
    with pytest.raises(Missing):
        applicants.approve(administrator(), member.pk)
