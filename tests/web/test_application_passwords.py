"""The page of application passwords."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from rejoinder.members.application_passwords import verify
from rejoinder.members.models import ApplicationPassword
from rejoinder.policy.scopes import Scope
from tests.web.accounts import prove, sign_in, signed_up
from tests.web.test_accounts_pages import check_page

pytestmark = pytest.mark.django_db

PATH = "/account/application-passwords"
FORM = {"name": "Pan on the laptop", "scopes": ["news"], "days": "365"}


@pytest.fixture
def member_client() -> Client:
    """A signed-in member's browser, who has just typed the password."""
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    prove(client)
    return client


def make(client: Client) -> str:
    """Make an application password; return its secret as the page shows it."""
    html = client.post(PATH, FORM).content.decode()
    found = re.search(r'<code class="secret">([a-z0-9-]+)</code>', html)
    assert found, html
    return found[1]


def test_one_is_made_shown_once_and_works(member_client: Client) -> None:
    check_page(member_client.get(PATH).content.decode())
    answer = member_client.post(PATH, FORM)
    html = answer.content.decode()
    check_page(html)
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'<code class="secret">([a-z0-9-]+)</code>', html)
    assert found
    assert verify("Ann", found[1], Scope.NEWS, address="192.0.2.1")
    later = member_client.get(PATH).content.decode()
    check_page(later)
    assert found[1] not in later
    assert "Pan on the laptop" in later
    assert "192.0.2.0/24" in later
    assert "Good until" in later


def test_one_is_revoked_at_once(member_client: Client) -> None:
    make(member_client)
    made = ApplicationPassword.unscoped.get()
    answer = member_client.post(f"{PATH}/{made.pk}/revoke", follow=True)
    assert "is revoked" in answer.content.decode()
    assert "You have none" in answer.content.decode()
    made.refresh_from_db()
    assert made.revoked_at is not None


def test_nobody_revokes_anothers(member_client: Client) -> None:
    make(member_client)
    made = ApplicationPassword.unscoped.get()
    signed_up("Ben")
    other = Client()
    assert sign_in(other, "Ben")
    prove(other)
    assert "Pan" not in other.get(PATH).content.decode()
    assert other.post(f"{PATH}/{made.pk}/revoke").status_code == 404
    made.refresh_from_db()
    assert made.revoked_at is None


def test_a_stolen_session_alone_makes_and_revokes_none(member_client: Client) -> None:
    make(member_client)
    made = ApplicationPassword.unscoped.get()
    thief = Client()
    thief.force_login(made.member)
    assert thief.get(PATH)["Location"].startswith("/account/reauthenticate/?next=")
    for path in [PATH, f"{PATH}/{made.pk}/revoke"]:
        assert thief.post(path, FORM)["Location"] == PATH
    made.refresh_from_db()
    assert made.revoked_at is None
    assert ApplicationPassword.unscoped.count() == 1


def test_guests_are_asked_to_sign_in() -> None:
    assert Client().get(PATH)["Location"] == f"/account/login/?next={PATH}"


def test_a_faulty_form_comes_back_as_it_was(member_client: Client) -> None:
    answer = member_client.post(PATH, {"name": "x" * 61, "scopes": ["read", "mail"]})
    assert answer.status_code == 400
    html = answer.content.decode()
    check_page(html)
    assert "x" * 61 in html
    assert html.count("checked") == 2
    assert member_client.post(PATH, {"name": "x", "scopes": ["all"]}).status_code == 400
    assert member_client.post(PATH, {"name": "x"}).status_code == 400
    assert not ApplicationPassword.unscoped.exists()
