"""Authenticator apps and recovery codes, the whole way."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.test import Client

from tests.factories import PASSWORD
from tests.web.accounts import prove, sign_in, signed_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that codes are made of; a test moves it."""
    now = [1_800_000_000.0]
    monkeypatch.setattr(auth.time, "time", lambda: now[0])
    return now


def code(secret: str, clock: list[float]) -> str:
    """Return the code that an app shows now (RFC 6238)."""
    return auth.format_hotp_value(auth.hotp_value(secret, int(clock[0]) // 30))


def set_up(client: Client, clock: list[float]) -> str:
    """Set up an app, and return its secret."""
    prove(client)
    page = client.get("/account/2fa/totp/activate/").content.decode()
    found = re.search(r'class="secret">([A-Z2-7]{32})<', page)
    assert found
    answer = client.post("/account/2fa/totp/activate/", {"code": code(found[1], clock)})
    assert answer["Location"] == "/account/2fa/recovery-codes/"
    return found[1]


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_asked_for_and_taken_away(clock: list[float]) -> None:
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    secret = set_up(client, clock)
    assert "authenticator app" in mail.outbox[-1].subject

    clock[0] += 60
    later = Client()
    assert not sign_in(later, "Ann"), "the password alone opens nothing"
    wrong = later.post("/account/2fa/authenticate/", {"code": "000000"})
    assert "Try again" in wrong.content.decode()
    later.post("/account/2fa/authenticate/", {"code": code(secret, clock)})
    assert "_auth_user_id" in later.session

    prove(later)
    later.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists(), "the recovery codes go with it"
    assert sign_in(Client(), "Ann")


def test_a_code_is_good_once(clock: list[float]) -> None:
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    secret = set_up(client, clock)
    clock[0] += 60
    signed_in = []
    for _ in range(2):
        client = Client()
        sign_in(client, "Ann")
        client.post("/account/2fa/authenticate/", {"code": code(secret, clock)})
        signed_in.append("_auth_user_id" in client.session)
    assert signed_in == [True, False]


def test_a_recovery_code_opens_the_account_once(clock: list[float]) -> None:
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    set_up(client, clock)
    page = client.get("/account/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li><code>(\w+)</code></li>", page)
    assert len(codes) == 10
    signed_in = []
    for _ in range(2):
        later = Client()
        sign_in(later, "Ann")
        later.post("/account/2fa/authenticate/", {"code": codes[0]})
        signed_in.append("_auth_user_id" in later.session)
    assert signed_in == [True, False]


def test_codes_cannot_be_guessed_for_long(clock: list[float]) -> None:
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    secret = set_up(client, clock)
    clock[0] += 60
    client = Client()
    sign_in(client, "Ann")
    for _ in range(5):
        client.post("/account/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/account/2fa/authenticate/", {"code": code(secret, clock)})
    assert answer.status_code == 429
    assert "Too many codes" in answer.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["totp/activate/", "recovery-codes/generate/", "webauthn/add/"])
def test_what_protects_the_account_asks_for_the_password_first(path: str) -> None:
    client = Client()
    client.force_login(signed_up("Ann"))
    answer = client.get(f"/account/2fa/{path}")
    assert answer["Location"].startswith("/account/reauthenticate/?next=")
    form = client.post(answer["Location"], {"password": PASSWORD})
    assert form["Location"] == f"/account/2fa/{path}"
