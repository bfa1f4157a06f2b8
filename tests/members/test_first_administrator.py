from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rejoinder.errors import BadInput, BadName, Missing
from rejoinder.members import first_administrator as first
from rejoinder.members.models import AdministratorLink, Member
from tests.factories import PASSWORD, make_member

pytestmark = pytest.mark.django_db


def become(token: str, name: str = "Ada", **other: str) -> Member:
    return first.become_administrator(
        token, name, other.get("email", "ada@example.org"), other.get("password", PASSWORD)
    )


def test_whoever_has_the_link_becomes_administrator() -> None:
    assert first.is_wanted()
    member = become(first.new_link_token())
    assert member.is_administrator
    assert member.check_password(PASSWORD)
    assert not first.is_wanted()


def test_a_link_is_good_once() -> None:
    token = first.new_link_token()
    become(token)
    with pytest.raises(Missing, match="administrator-link"):
        become(token, "Bob")
    with pytest.raises(Missing):
        first.check_token(token)


def test_using_one_link_uses_up_all_of_them() -> None:
    other = first.new_link_token()
    become(first.new_link_token())
    with pytest.raises(Missing):
        first.check_token(other)


def test_a_link_is_not_good_for_more_than_a_day() -> None:
    token = first.new_link_token()
    AdministratorLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Missing):
        become(token)
    assert not Member.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "\x00", "…", "a" * 10_000])
def test_a_made_up_token_is_refused(token: str) -> None:
    first.new_link_token()
    with pytest.raises(Missing):
        become(token)


def test_the_token_itself_is_not_kept() -> None:
    token = first.new_link_token()
    assert token not in str(AdministratorLink.objects.values_list().get())


def test_a_link_stays_good_when_the_name_is_taken() -> None:
    make_member("Ada")
    token = first.new_link_token()
    with pytest.raises(BadName):
        become(token)
    assert become(token, "Grace").is_administrator


@pytest.mark.parametrize("wrong", [{"email": "nobody"}, {"email": ""}, {"password": ""}])
def test_a_link_stays_good_when_the_credentials_cant_be_had(wrong: dict[str, str]) -> None:
    token = first.new_link_token()
    with pytest.raises(BadInput):
        become(token, **wrong)
    first.check_token(token)


def test_an_administrator_who_cant_sign_in_doesnt_count() -> None:
    member = make_member(is_administrator=True)
    assert not first.is_wanted()
    member.is_active = False
    member.save()
    assert first.is_wanted()
