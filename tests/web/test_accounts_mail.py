"""Resetting a password, and what mails say and where their links lead."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.utils import timezone

from rejoinder.boards.site import the_site
from rejoinder.members.accounts import staged_member
from rejoinder.members.models import Member
from tests.factories import PASSWORD
from tests.web.accounts import link_in, prove, sign_in, sign_up, signed_up

pytestmark = pytest.mark.django_db

NEW = "another horse battery"
NEW_TWICE = {"password1": NEW, "password2": NEW}


def ask(email: str, **headers: Any) -> Any:
    return Client().post("/account/password/reset/", {"email": email}, **headers)


def opened(link: str) -> tuple[Client, str]:
    """Open a reset link; return the client and the address of its form, empty if refused."""
    client = Client()
    answer = client.get(link)
    return client, answer.headers.get("Location", "")


def test_a_password_is_reset_by_mail_and_other_sessions_end() -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    elsewhere = Client()
    assert sign_in(elsewhere, "Ann")
    ask("ann@example.org")
    client, form = opened(link_in(mail.outbox[-1]))
    assert "Ann" in str(mail.outbox[-1].body)
    assert client.post(form, NEW_TWICE)["Location"] == "/account/password/reset/key/done/"
    assert elsewhere.get("/account/").status_code == 302
    assert not sign_in(Client(), "Ann", PASSWORD)
    assert sign_in(Client(), "Ann", NEW)
    assert "reset" in mail.outbox[-1].subject, "the member hears of it"


def test_a_reset_link_works_once() -> None:
    signed_up("Ann", "ann@example.org")
    ask("ann@example.org")
    link = link_in(mail.outbox[-1])
    client, form = opened(link)
    client.post(form, NEW_TWICE)
    for path in [link, form]:
        assert "no longer good" in client.get(path).content.decode()
    refused = client.post(
        form, {"password1": "third horse battery", "password2": "third horse battery"}
    )
    assert refused.status_code == 200
    assert sign_in(Client(), "Ann", NEW)


def test_a_reset_link_expires_also_while_its_form_is_open(settings: Any) -> None:
    signed_up("Ann", "ann@example.org")
    ask("ann@example.org")
    client, form = opened(link_in(mail.outbox[-1]))
    assert client.get(form).status_code == 200
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "no longer good" in client.post(form, NEW_TWICE).content.decode()
    assert sign_in(Client(), "Ann", PASSWORD)


def test_a_reset_link_dies_when_the_address_changes() -> None:
    """The mailbox of a removed address doesn't reset the password (a known fault)."""
    member = signed_up("Ann", "old@example.org", is_confirmed=True)
    EmailAddress.objects.create(user=member, email="new@example.org", verified=True)
    ask("old@example.org")
    link = link_in(mail.outbox[-1])
    client = Client()
    client.force_login(member)
    prove(client)
    client.post("/account/email/", {"email": "new@example.org", "action_primary": "1"})
    client.post("/account/email/", {"email": "old@example.org", "action_remove": "1"})
    assert "no longer good" in Client().get(link).content.decode()


def test_asking_for_a_reset_answers_alike_for_known_and_unknown_addresses() -> None:
    signed_up("Ann", "ann@example.org")
    staged_member("Archived", "staged@example.org")
    seen = {
        (ask(f"{who}@example.org").status_code, ask(f"{who}@example.org")["Location"])
        for who in ["ann", "nobody", "staged"]
    }
    assert seen == {(302, "/account/password/reset/done/")}
    assert {
        "There is no account" in message.subject
        for message in mail.outbox
        if message.to != ["ann@example.org"]
    } == {True}
    assert not EmailAddress.objects.filter(email="staged@example.org").exists()


def test_links_in_mails_carry_the_configured_address_and_not_the_host_header(settings: Any) -> None:
    settings.PUBLIC_URL = "https://board.example.org"
    settings.ALLOWED_HOSTS = ["board.example.org", "localhost"]
    signed_up("Ann", "ann@example.org")
    ask("ann@example.org", headers={"Host": "localhost:8000"})
    ask(
        "nobody@example.org", headers={"Host": "localhost:8000", "X-Forwarded-Host": "evil.example"}
    )
    sign_up(Client(headers={"Host": "localhost:8000"}), "Bob", "bob@example.org")
    assert len(mail.outbox) == 3
    for message in mail.outbox:
        assert "https://board.example.org/account/" in str(message.body)
        assert "localhost" not in str(message.body)
        assert "evil" not in str(message.body)


def test_a_forged_host_is_refused(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["board.example.org", "localhost", "127.0.0.1", "[::1]"]
    signed_up("Ann", "ann@example.org")
    for host in ["evil.example", "board.example.org.evil.example", "localhost@evil.example"]:
        answer = ask("ann@example.org", headers={"Host": host})
        assert answer.status_code == 400
        assert "answer to that name" in answer.content.decode()
    assert not mail.outbox
    ask("ann@example.org", headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})
    assert "http://localhost/account/" in str(mail.outbox[-1].body)


def test_mails_are_plain_text_in_the_site_s_name_and_say_that_they_are_automatic() -> None:
    site = the_site()
    site.title = "Böll & Söhne <board>"
    site.save()
    sign_up(Client(), "O'Brien & Co", "ann@example.org")
    [message] = mail.outbox
    assert message.subject == "[Böll & Söhne <board>] Confirm your mail address"
    assert "O'Brien & Co" in str(message.body)
    assert "Böll & Söhne <board>" in str(message.body)
    assert message.content_subtype == "plain"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "&amp;" not in message.message().as_string()
    assert max(len(line) for line in str(message.body).splitlines() if "http" not in line) < 80


def test_a_mail_server_that_fails_takes_no_account_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: Any) -> int:
        raise smtplib.SMTPServerDisconnected("gone")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    client = Client()
    assert sign_up(client, "Ann", "ann@example.org") == 302
    assert "could not be sent" in client.get("/account/").content.decode()
    assert Member.objects.filter(name="Ann").exists()
    assert "could not be sent" in caplog.text


def test_changing_the_password_ends_other_sessions_and_not_this_one() -> None:
    signed_up("Ann", "ann@example.org")
    here, elsewhere = Client(), Client()
    assert sign_in(here, "Ann")
    assert sign_in(elsewhere, "Ann")
    here.post("/account/password/change/", {"oldpassword": PASSWORD} | NEW_TWICE)
    assert here.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302
    assert "changed" in mail.outbox[-1].subject


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_a_reset_takes_away_what_a_stranger_added_before_the_owner_was_seen(
    is_confirmed: bool,
) -> None:
    member = signed_up("Ann", "ann@example.org", is_confirmed=is_confirmed)
    TOTP.activate(member, generate_totp_secret())
    ask("ann@example.org")
    client, form = opened(link_in(mail.outbox[-1]))
    client.post(form, NEW_TWICE)
    assert Authenticator.objects.filter(user=member).exists() is is_confirmed


def test_a_confirmation_link_expires(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_up(Client(), "Ann", "ann@example.org")
    later = timezone.now().timestamp() + 60 * 60 * 24 * 3 + 60
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    answer = Client().get(link_in(mail.outbox[-1]))
    assert "no longer good" in answer.content.decode()
