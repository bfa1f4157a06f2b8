"""Who asks: by Bearer or Basic; what fits nobody is refused, and counted."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rejoinder.limits.table import LIMITS
from rejoinder.members import application_passwords
from rejoinder.policy.scopes import Scope
from tests.api.asking import Program, guest, problem, secret_of
from tests.factories import make_member, principal_of

pytestmark = pytest.mark.django_db


def asked_with(authorization: str) -> Any:
    return guest().get("me", Authorization=authorization)


def basic(name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def test_a_program_says_who_it_acts_for_by_bearer_or_basic() -> None:
    member = make_member("ebby calvin")
    secret = secret_of(member)
    for said in (f"Bearer {secret}", f"bearer  {secret}", basic("ebby calvin", secret),
                 basic(member.handle_id, secret)):  # fmt: skip
        assert asked_with(said).json()["handle"] == member.handle_id


@pytest.mark.parametrize(
    "said",
    ["Bearer", "Bearer nonsense", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Digest x",
     "Basic " + "A" * 5000, "Bearer " + "b" * 5000, "x", "Basic \xff", basic("a\0b", "c")],
)  # fmt: skip
def test_what_fits_nobody_is_refused(said: str) -> None:
    answer = asked_with(said)
    assert problem(answer) == (401, "unauthorized")
    assert "Bearer" in answer["WWW-Authenticate"]
    assert "Basic" in answer["WWW-Authenticate"]


def test_a_secret_under_anothers_name_is_refused() -> None:
    secret = secret_of(make_member())
    assert problem(asked_with(basic(make_member().name, secret))) == (401, "unauthorized")


def test_a_password_for_newsreaders_is_no_good_here() -> None:
    secret = secret_of(make_member(), Scope.NEWS, Scope.MAIL)
    assert problem(asked_with(f"Bearer {secret}")) == (401, "unauthorized")


def test_a_revoked_password_and_a_suspended_member_are_shut_out_at_once() -> None:
    member = make_member()
    program = Program(member)
    assert program.get("me").status_code == 200
    member.suspended_until = timezone.now() + timedelta(days=1)
    member.save()
    assert problem(program.get("me")) == (401, "unauthorized")
    member.suspended_until = None
    member.save()
    password = application_passwords.usable(member).get()
    application_passwords.revoke(principal_of(member), member, password.pk)
    assert problem(program.get("me")) == (401, "unauthorized")


def test_guessing_is_limited(settings: Any) -> None:
    name = "application_passwords_by_address"
    settings.LIMITS = {**LIMITS, name: replace(LIMITS[name], most=3)}
    answers = [problem(asked_with("Bearer guess"))[0] for _ in range(4)]
    assert answers == [401, 401, 401, 429]
