"""A member is told by a session that there is, before the framework has the request."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from rejoinder.members.session_store import SessionStore
from rejoinder.web import who_sits
from rejoinder.web.who_sits import is_members, session_named
from tests.factories import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def released(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Keep the connection, which holds the test's transaction, and note when it's given up."""
    notes: list[bool] = []
    monkeypatch.setattr(who_sits, "close_old_connections", lambda: notes.append(True))
    return notes


def test_a_session_in_which_somebody_signed_in_is_a_members(
    client: Client, released: list[bool]
) -> None:
    client.force_login(make_member())
    key = client.cookies["sessionid"].value
    assert session_named({"HTTP_COOKIE": f"a=b; sessionid={key}"}) == key
    assert is_members(key)
    assert released
    Session.objects.all().delete()
    assert not is_members(key)


def test_nobody_is_known_while_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, released: list[bool]
) -> None:
    def fails(_store: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(SessionStore, "load", fails)
    assert not is_members("a" * 32)
    assert released


def test_a_guests_session_and_a_made_up_one_are_not() -> None:
    guests = SessionStore()
    guests["stash"] = "something typed"
    guests.save()
    assert guests.session_key is not None
    assert not is_members(guests.session_key)
    assert not is_members("a" * 32)
    assert not is_members("")
    assert not is_members("\x00' or 1=1 --" + "x" * 5000)


@pytest.mark.parametrize("cookies", ["", "a=b", "xsessionid=1", "a=sessionid"])
def test_other_cookies_name_no_session(cookies: str) -> None:
    assert session_named({"HTTP_COOKIE": cookies}) == ""


def test_without_cookies_no_session_is_named() -> None:
    assert session_named({}) == ""
