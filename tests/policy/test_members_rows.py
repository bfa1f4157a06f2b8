"""Rows about members that the matrix has no file for: memberships, passwords."""

from __future__ import annotations

import pytest

from rejoinder.members import application_passwords
from rejoinder.members.models import ApplicationPassword, Membership
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal, system
from rejoinder.policy.scopes import Scope
from tests.factories import make_group, make_member, principal_of

pytestmark = pytest.mark.django_db


def test_a_member_sees_to_which_groups_they_belong_and_not_who_else() -> None:
    member, other = make_member(), make_member()
    group = make_group("", member, other)
    seen = gate.visible(principal_of(member), Membership.objects.all())
    assert [(row.group_id, row.member_id) for row in seen] == [(group.pk, member.pk)]
    for principal in (GUEST, Principal(Kind.MEMBER), principal_of(make_member())):
        assert not gate.visible(principal, Membership.objects.all()).exists()


def test_application_passwords_are_seen_by_their_member_who_is_signed_in() -> None:
    member = make_member()
    application_passwords.make(principal_of(member), member, "reader", [Scope.READ])
    by_program = [Principal(k, member_id=member.pk) for k in Kind if k is not Kind.MEMBER]
    others = [
        GUEST,
        Principal(Kind.MEMBER),
        principal_of(make_member(is_administrator=True)),
        system("tests"),
    ]
    assert gate.visible(principal_of(member), ApplicationPassword.objects.all()).count() == 1
    for principal in by_program + others:
        assert not gate.visible(principal, ApplicationPassword.objects.all()).exists(), principal
