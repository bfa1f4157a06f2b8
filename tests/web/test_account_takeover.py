"""Ways by which accounts were taken over elsewhere, each tried against the real pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth
from django.contrib.auth import hashers
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from rejoinder.errors import Refused
from rejoinder.members import application_passwords
from rejoinder.members.access import shut_out
from rejoinder.members.accounts import staged_member
from rejoinder.members.models import Member
from rejoinder.policy.scopes import Scope
from tests.factories import PASSWORD, principal_of
from tests.web.accounts import link_in, prove, sign_in, sign_up, signed_up

pytestmark = pytest.mark.django_db

NEW = "another horse battery"
NEW_TWICE = {"password1": NEW, "password2": NEW}
RESET = "/account/password/reset/"


def ask_reset(email: str, **headers: Any) -> str:
    """Ask for a reset of a password; return the link in the mail."""
    before = len(mail.outbox)
    assert Client().post(RESET, {"email": email}, **headers).status_code == 302
    assert len(mail.outbox) == before + 1, "one mail, whoever asks for whom"
    return link_in(mail.outbox[-1])


def reset_by(link: str, password: str = NEW) -> bool:
    """Open a reset's link and send its form; tell whether the password was changed."""
    client = Client()
    form = client.get(link).headers.get("Location", "")
    if not form:
        return False
    sent = client.post(form, {"password1": password, "password2": password})
    return sent.headers.get("Location", "") == "/account/password/reset/key/done/"


def signed_in(name: str) -> Client:
    client = Client()
    assert sign_in(client, name)
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def application_password(member: Member) -> str:
    return application_passwords.make(principal_of(member), member, "reader", [Scope.READ])[1]


def opens(name: str, secret: str) -> bool:
    try:
        application_passwords.verify(name, secret, Scope.READ)
    except Refused:
        return False
    return True


@contextmanager
def hashes_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Count the costly part of a sign-in: hashes of passwords."""
    done: list[str] = []
    encode = hashers.Argon2PasswordHasher.encode
    verify = hashers.Argon2PasswordHasher.verify
    with monkeypatch.context() as patch:
        patch.setattr(
            hashers.Argon2PasswordHasher,
            "encode",
            lambda *given: done.append("encode") or encode(*given),  # type: ignore[func-returns-value]
        )
        patch.setattr(
            hashers.Argon2PasswordHasher,
            "verify",
            lambda *given: done.append("verify") or verify(*given),  # type: ignore[func-returns-value]
        )
        yield done


# A reset link took the Host header (phpBB CVE-2026-29199)


def test_a_reset_link_does_not_take_the_host_header(settings: Any) -> None:
    settings.PUBLIC_URL = "https://board.example.org"
    settings.ALLOWED_HOSTS = ["board.example.org", "localhost"]
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    ask_reset("ann@example.org", headers={"Host": "localhost", "X-Forwarded-Host": "evil.example"})
    body = str(mail.outbox[-1].body)
    assert "https://board.example.org/account/password/reset/key/" in body
    assert "localhost" not in body
    assert "evil" not in body
    forged = Client().post(RESET, {"email": "ann@example.org"}, headers={"Host": "evil.example"})
    assert forged.status_code == 400
    assert len(mail.outbox) == 1


# A token's expiry was checked only when showing the form (Flarum CVE-2026-39923)


def test_a_reset_token_is_good_once() -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    link = ask_reset("ann@example.org")
    second = ask_reset("ann@example.org")
    assert reset_by(link)
    assert not reset_by(link, "third horse battery")
    assert not reset_by(second, "third horse battery"), "nor is another that was sent before"
    assert sign_in(Client(), "Ann", NEW)


def test_a_reset_token_that_expires_while_its_form_is_open_changes_nothing(settings: Any) -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    client = Client()
    form = client.get(ask_reset("ann@example.org"))["Location"]
    assert 'name="password1"' in client.get(form).content.decode()
    settings.PASSWORD_RESET_TIMEOUT = -1
    client.post(form, NEW_TWICE)
    assert sign_in(Client(), "Ann", PASSWORD)


def test_a_confirmation_that_expires_while_its_form_is_open_confirms_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = Client()
    sign_up(client, "Ann", "ann@example.org")
    link = link_in(mail.outbox[-1])
    assert 'method="post"' in client.get(link).content.decode().split("<main")[1]
    later = (timezone.now() + timedelta(days=4)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    client.post(link)
    assert not EmailAddress.objects.get().verified


# A removed address's token reset the password (Discourse CVE-2021-37693)


def test_a_removed_addresss_token_does_not_reset_the_password() -> None:
    member = signed_up("Ann", "old@example.org", is_confirmed=True)
    EmailAddress.objects.create(user=member, email="new@example.org", verified=True)
    link = ask_reset("old@example.org")
    client = signed_in("Ann")
    prove(client)
    client.post("/account/email/", {"email": "new@example.org", "action_primary": "1"})
    client.post("/account/email/", {"email": "old@example.org", "action_remove": "1"})
    assert not reset_by(link)
    ask_reset("old@example.org")
    assert "no account" in mail.outbox[-1].subject


def test_a_removed_address_cannot_be_confirmed_any_more() -> None:
    member = signed_up("Ann", "ann@example.org", is_confirmed=True)
    client = signed_in("Ann")
    prove(client)
    client.post("/account/email/", {"email": "typo@example.com", "action_add": "1"})
    link = link_in(mail.outbox[-1])
    client.post("/account/email/", {"email": "typo@example.com", "action_remove": "1"})
    Client().post(link)
    assert [place.email for place in EmailAddress.objects.filter(user=member)] == [
        "ann@example.org"
    ]


def test_an_unconfirmed_address_does_not_reset_the_password_of_a_confirmed_account() -> None:
    member = signed_up("Ann", "ann@example.org", is_confirmed=True)
    EmailAddress.objects.create(user=member, email="typo@example.com")
    ask_reset("typo@example.com")
    assert "no account" in mail.outbox[-1].subject


def test_a_token_sent_to_an_unconfirmed_address_ends_when_another_is_confirmed() -> None:
    member = signed_up("Ann", "typo@example.com")
    link = ask_reset("typo@example.com")
    EmailAddress.objects.create(user=member, email="ann@example.org", verified=True)
    assert not reset_by(link)


def test_a_second_address_that_nobody_confirmed_resets_nothing_either() -> None:
    member = signed_up("Ann", "ann@example.org")
    EmailAddress.objects.create(user=member, email="second@example.org")
    ask_reset("second@example.org")
    assert "no account" in mail.outbox[-1].subject


def test_the_old_address_hears_of_a_changed_one() -> None:
    member = signed_up("Ann", "old@example.org", is_confirmed=True)
    EmailAddress.objects.create(user=member, email="new@example.org", verified=True)
    client = signed_in("Ann")
    prove(client)
    client.post("/account/email/", {"email": "new@example.org", "action_primary": "1"})
    assert mail.outbox[-1].to == ["old@example.org"]
    assert "new@example.org" in str(mail.outbox[-1].body)


def test_an_address_is_not_changed_by_a_stolen_session_alone() -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    client = Client()
    client.force_login(Member.objects.get(name="Ann"))
    client.post("/account/email/", {"email": "thief@example.org", "action_add": "1"})
    assert not EmailAddress.objects.filter(email="thief@example.org").exists()


# Session fixation


def test_a_session_key_planted_before_signing_in_is_worth_nothing_after() -> None:
    signed_up("Ann")
    client = Client()
    session = client.session
    session["planted"] = 1
    session.save()
    planted = session.session_key
    assert sign_in(client, "Ann")
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert not is_in(thief)
    assert client.session.session_key != planted


# Enumeration, by text or by time


def test_a_failed_sign_in_costs_the_same_for_every_name_and_every_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    signed_up("Ben", "ben@example.org")
    signed_up("Cleo", "ben@example.org")
    closed = signed_up("Dora", "dora@example.org", is_confirmed=True)
    Member.objects.filter(pk=closed.pk).update(is_active=False)
    staged_member("Archived", "staged@example.org")
    settle("/account/login/")
    costs = {}
    for login in ["Ann", "Ben", "Dora", "Nobody", "Archived"]:
        costs[login] = cost_of_signing_in(login, monkeypatch)
    for who in ["ann", "ben", "dora", "nobody", "staged"]:
        costs[f"{who}@"] = cost_of_signing_in(f"{who}@example.org", monkeypatch)
    assert len({cost for login, cost in costs.items() if "@" not in login}) == 1, costs
    assert len({cost for login, cost in costs.items() if "@" in login}) == 1, costs


def settle(address: str) -> None:
    """Have the site's row made, and its settings remembered: the first to come pays for both."""
    for _again in range(2):
        Client().get(address)


def cost_of_signing_in(login: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Return the hashes and the queries of a wrong password."""
    cache.clear()
    with hashes_counted(monkeypatch) as hashed, CaptureQueriesContext(connection) as queries:
        Client().post("/account/login/", {"login": login, "password": "not that one"})
    assert hashed
    return len(hashed), reads_in(queries)


def reads_in(queries: CaptureQueriesContext) -> int:
    """Return how much was looked up; the first to come from an address makes its counts' rows."""
    return len([q for q in queries if not re.search(r"limits_|SAVEPOINT", q["sql"])])


def test_signing_in_with_an_address_does_not_tell_whether_another_has_confirmed_it() -> None:
    """An account that names it gets in with its own password either way."""
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    signed_up("Thief", "ann@example.org")
    signed_up("Thief Two", "free@example.org")
    assert sign_in(Client(), "ann@example.org", PASSWORD)
    thief = Member.objects.get(name="Thief")
    thief.set_password(NEW)
    thief.save()
    client = Client()
    assert sign_in(client, "ann@example.org", NEW)
    assert client.session["_auth_user_id"] == str(thief.pk)


def test_asking_for_a_reset_says_and_costs_the_same_whoever_is_asked_for() -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    signed_up("Ben", "ben@example.org")
    staged_member("Archived", "staged@example.org")
    settle(RESET)
    seen = set()
    for who in ["ann", "ben", "staged", "nobody"]:
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client = Client()
            answer = client.post(RESET, {"email": f"{who}@example.org"}, follow=True)
        shown = answer.content.decode().split("<main")[1].replace(who, "")
        seen.add((answer.redirect_chain[0][0], shown, reads_in(queries), len(mail.outbox[-1].to)))
    assert len(seen) == 1
    assert len(mail.outbox) == 4


def test_several_accounts_of_one_address_get_one_mail_with_a_link_for_each() -> None:
    for name in ["Ben", "Cleo"]:
        signed_up(name, "both@example.org")
    ask_reset("both@example.org")
    body = str(mail.outbox[-1].body)
    assert body.count("/account/password/reset/key/") == 2
    assert "“Ben”" in body
    assert "“Cleo”" in body


def test_signing_up_with_a_known_address_says_and_costs_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signed_up("Ann", "ann@example.org", is_confirmed=True)
    staged_member("Archived", "staged@example.org")
    seen = set()
    for name, who in [("Bruno", "ann"), ("Clara", "staged"), ("Doris", "nobody")]:
        client = Client()
        before = len(mail.outbox)
        with hashes_counted(monkeypatch) as hashed:
            status = sign_up(client, name, f"{who}@example.org")
        page = client.get("/account/email/", follow=True).content.decode().split("<main")[1]
        page = page.split("csrf")[0].replace(who, "").replace(name, "")
        seen.add((status, page, tuple(hashed), len(mail.outbox) - before))
    assert len(seen) == 1


# A password reset left other access alive (Mastodon CVE-2025-62174)


@pytest.mark.parametrize("way", ["change", "reset"])
def test_sessions_and_application_passwords_end_when_the_password_changes(way: str) -> None:
    member = signed_up("Ann", "ann@example.org", is_confirmed=True)
    here, elsewhere = signed_in("Ann"), signed_in("Ann")
    secret = application_password(member)
    assert opens("Ann", secret)
    if way == "change":
        here.post("/account/password/change/", {"oldpassword": PASSWORD} | NEW_TWICE)
        assert is_in(here), "not the browser that asked for it"
    else:
        assert reset_by(ask_reset("ann@example.org"))
    assert not is_in(elsewhere)
    assert not opens("Ann", secret)
    assert sign_in(Client(), "Ann", NEW)


def test_keeping_the_same_password_in_a_better_hash_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    member = signed_up("Ann")
    secret = application_password(member)
    monkeypatch.setattr(hashers.Argon2PasswordHasher, "time_cost", 3)
    client = signed_in("Ann")
    assert Member.objects.get(pk=member.pk).password != member.password
    assert is_in(client)
    assert opens("Ann", secret)


def code(secret: str, at: float) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, int(at) // 30))


@pytest.mark.django_db(transaction=True)
def test_other_sessions_end_when_a_second_factor_comes_or_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_800_000_000.0
    monkeypatch.setattr(auth.time, "time", lambda: now)
    member = signed_up("Ann")
    here, thief = signed_in("Ann"), signed_in("Ann")
    stolen = application_password(member)
    prove(here)
    here.get("/account/2fa/totp/activate/")
    secret = here.session["mfa.totp.secret"]
    here.post("/account/2fa/totp/activate/", {"code": code(secret, now)})
    assert Authenticator.objects.filter(type=Authenticator.Type.TOTP).exists()
    assert (is_in(here), is_in(thief), opens("Ann", stolen)) == (True, False, False)

    member.refresh_from_db()
    other = Client()
    other.force_login(member)
    assert is_in(other)
    prove(here)
    here.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert (is_in(here), is_in(other)) == (True, False)
    assert "second" in mail.outbox[-1].subject or "authenticator" in mail.outbox[-1].subject


def test_what_a_reset_leaves_of_the_second_step_is_asked_for_after_it() -> None:
    member = signed_up("Ann", "ann@example.org", is_confirmed=True)
    auth.TOTP.activate(member, auth.generate_totp_secret())
    assert reset_by(ask_reset("ann@example.org"))
    assert not sign_in(Client(), "Ann", NEW), "the mailbox alone opens nothing"


# A suspended user kept a live session (Mastodon CVE-2025-62175)


def suspend(member: Member) -> None:
    until = timezone.now() + timedelta(days=1)
    Member.objects.filter(pk=member.pk).update(suspended_until=until)


def test_a_suspended_members_sessions_and_programs_end_at_once() -> None:
    member = signed_up("Ann")
    client = signed_in("Ann")
    assert "Ann" in client.get("/").content.decode()
    secret = application_password(member)
    suspend(member)
    for path in ["/account/", "/account/email/", "/account/application-passwords"]:
        assert client.get(path).status_code == 302, path
    assert "Ann" not in client.get("/").content.decode()
    assert not opens("Ann", secret)


def test_a_suspended_member_cannot_sign_in_and_is_told_so() -> None:
    member = signed_up("Ann")
    suspend(member)
    client = Client()
    answer = client.post("/account/login/", {"login": "Ann", "password": PASSWORD}, follow=True)
    assert "Your account is suspended until" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    wrong = Client().post("/account/login/", {"login": "Ann", "password": "not that one"})
    assert "fit together" in wrong.content.decode(), "told to nobody who hasn't the password"


def test_who_was_shut_out_stays_out_when_the_suspension_is_over() -> None:
    member = signed_up("Ann")
    client = signed_in("Ann")
    suspend(member)
    shut_out(member)
    Member.objects.filter(pk=member.pk).update(suspended_until=None)
    assert not is_in(client)
    assert sign_in(Client(), "Ann")


# Secrets in a stolen database


def test_a_second_factors_secret_is_not_in_the_database_as_it_is(settings: Any) -> None:
    member = signed_up("Ann")
    secret = auth.generate_totp_secret()
    totp = auth.TOTP.activate(member, secret)
    codes = RecoveryCodes.activate(member)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(one in kept for one in codes.get_unused_codes())
    at = 1_800_000_000.0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth.time, "time", lambda: at)
        assert totp.validate_code(code(secret, at))


def test_a_second_factor_of_another_secret_key_opens_nothing_and_says_why(settings: Any) -> None:
    member = signed_up("Ann")
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(member, secret)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "x" * 60
    assert auth.decrypt(Authenticator.objects.get().data["secret"]) == secret
    settings.SECRET_KEY_FALLBACKS = []
    client = Client()
    sign_in(client, "Ann")
    answer = client.post("/account/2fa/authenticate/", {"code": "123456"})
    assert answer.status_code == 409
    assert "another secret" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_closed_sign_up_takes_nobody_by_any_way(settings: Any) -> None:
    settings.OPTIONS = replace(settings.OPTIONS, open_sign_up=False)
    assert sign_up(Client(), "Ann", "ann@example.org", invite="x") == 200
    assert not Member.objects.exists()
