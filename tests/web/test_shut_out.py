"""A suspended member who signs in with the right password is told why, and nobody else is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from rejoinder.members.models import Member
from rejoinder.moderation.deeds import members as deeds
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.models import Statement
from tests.factories import PASSWORD, make_member, principal_of
from tests.moderation.moderating import SPAM
from tests.web.accounts import signed_up
from tests.web.test_accounts_pages import check_page

pytestmark = pytest.mark.django_db

LOGIN = "/account/login/"


def try_to_sign_in(name: str, password: str = PASSWORD) -> tuple[int, str]:
    client = Client()
    answer = client.post(LOGIN, {"login": name, "password": password}, follow=True)
    assert "_auth_user_id" not in client.session
    return answer.status_code, answer.content.decode()


def chief() -> Member:
    return make_member(is_administrator=True)


def test_a_suspended_member_is_told_why_and_how_to_appeal() -> None:
    member = signed_up("Ann")
    deeds.suspend(principal_of(chief()), member, timezone.now() + timedelta(days=3), SPAM)
    status, html = try_to_sign_in("Ann")
    check_page(html)
    assert status == 403
    assert "suspended until" in html
    assert SPAM.reason in html
    address = f"/moderation/statements/{Statement.unscoped.get().token}"
    assert f'href="{address}"' in html
    sent = Client().post(address, {"words": "It was no advertising."})
    assert sent.status_code == 303


def test_a_banned_member_is_told_so_and_no_end() -> None:
    deeds.ban(principal_of(chief()), signed_up("Ann"), SPAM)
    html = try_to_sign_in("Ann")[1]
    assert "suspended for good" in html
    assert "9000" not in html


def test_who_does_not_know_the_password_learns_nothing() -> None:
    member = signed_up("Ann")
    signed_up("Bob")
    deeds.suspend(principal_of(chief()), member, timezone.now() + timedelta(days=3), SPAM)
    answers = [try_to_sign_in(name, "a wrong one") for name in ("Ann", "Bob", "Nobody")]
    hidden = re.compile(r'csrfmiddlewaretoken" value="\w+"|value="(?:Ann|Bob|Nobody)"')
    assert len({(status, hidden.sub("", html)) for status, html in answers}) == 1
    assert "suspended" not in answers[0][1]


def test_the_statement_shown_is_that_of_what_keeps_one_out() -> None:
    """Not of a suspension that was undone, nor of a warning."""
    member, by = signed_up("Ann"), principal_of(chief())
    first = deeds.suspend(by, member, timezone.now() + timedelta(days=3), SPAM)
    undo(by, first)
    second = deeds.ban(by, Member.objects.get(pk=member.pk), SPAM)
    deeds.warn(by, member, SPAM)
    html = try_to_sign_in("Ann")[1]
    assert Statement.unscoped.get(deed=second).token in html
    assert Statement.unscoped.get(deed=first).token not in html


def test_a_suspension_without_a_statement_says_whom_to_write_to() -> None:
    member = signed_up("Ann")
    Member.objects.filter(pk=member.pk).update(suspended_until=timezone.now() + timedelta(1))
    status, html = try_to_sign_in("Ann")
    assert status == 403
    assert "write to the people" in html
