"""Rows about members that the matrix has no file for: application passwords."""

from __future__ import annotations

import pytest

from rejoinder.members import application_passwords
from rejoinder.members.models import ApplicationPassword
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal, system
from rejoinder.policy.scopes import Scope
from tests.factories import make_member, principal_of

pytestmark = pytest.mark.django_db


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
