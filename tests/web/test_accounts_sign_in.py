"""Signing up, in and out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from rejoinder.limits.take import forget
from rejoinder.members.accounts import staged_member
from rejoinder.members.models import Member
from rejoinder.members.sign_in import account_tried
from tests.factories import PASSWORD, make_member
from tests.web.accounts import link_in, prove, sign_in, sign_up, signed_up

pytestmark = pytest.mark.django_db


def test_sign_up_asks_for_name_address_and_password_and_signs_in(client: Client) -> None:
    assert sign_up(client, "crash davis", "Crash@Example.org") == 302
    member = Member.objects.get(name="crash davis")
    assert (member.handle_id, member.email) == ("crash-davis", "crash@example.org")
    assert member.password.startswith("argon2")
    assert client.session["_auth_user_id"] == str(member.pk)
    assert not EmailAddress.objects.get(user=member).verified
    [message] = mail.outbox
    assert "crash davis" in str(message.body)
    client.post(link_in(message))
    assert EmailAddress.objects.get(user=member).verified


def test_sign_up_keeps_the_time_zone_of_the_device_if_there_is_such_a_zone(client: Client) -> None:
    sign_up(client, "Ann", "ann@example.org", time_zone="Europe/Kyiv")
    sign_up(Client(), "Bob", "bob@example.org", time_zone="../../etc/passwd")
    assert Member.objects.get(name="Ann").time_zone == "Europe/Kyiv"
    assert Member.objects.get(name="Bob").time_zone == ""


@pytest.mark.parametrize(
    "typed", ["Crash  DAVIS", "crash davis", "crash@example.org", "CRASHDAVIS"]
)
def test_one_signs_in_by_name_in_any_case_or_by_address(client: Client, typed: str) -> None:
    signed_up("crash davis", "crash@example.org")
    assert sign_in(client, typed)


@pytest.mark.parametrize("name", ["Олена Пчілка", "紫式部", "أم كلثوم", "Zoë 2", "O'Brien & Söhne"])
def test_names_of_any_script_sign_up_and_in(client: Client, name: str) -> None:
    assert sign_up(client, name, "writer@example.org") == 302
    assert sign_in(Client(), name.upper())


@pytest.mark.parametrize("name", ["Crash Davis", "CRASH DAVIS", "сrash davis", "crash.davis"])
def test_a_name_that_looks_like_anothers_is_refused_with_advice(client: Client, name: str) -> None:
    make_member("crash davis")
    answer = client.post(
        "/account/signup/",
        {"username": name, "email": "other@example.org", "password1": PASSWORD},
    )
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Choose another" in html
    assert "other@example.org" in html, "what was typed comes back"
    assert Member.objects.count() == 1


def test_a_name_taken_between_check_and_save_leads_back_to_the_form(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rejoinder.errors import BadName
    from rejoinder.members import sign_up as deed

    def taken(*args: Any, **kwargs: Any) -> Member:
        raise BadName("That name was taken just now. Choose another.")

    monkeypatch.setattr(deed, "add_member", taken)
    answer = client.post(
        "/account/signup/",
        {"username": "Ann", "email": "ann@example.org", "password1": PASSWORD},
        follow=True,
    )
    assert "taken just now" in answer.content.decode()


@pytest.mark.parametrize(
    "password",
    ["short", "1234567890", "password1234", "crash davis", "!!dragon2024!!", "Rejoinder-2026"],
)
def test_weak_passwords_are_refused(client: Client, password: str) -> None:
    assert sign_up(client, "crash davis", "c@example.org", password1=password) == 200
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "password",
    ["73920517264835", "Dragon boat at nine", "rejoinder said nothing", "é" * 64, "a b" * 40],
)
def test_any_characters_in_any_mixture_are_a_password(client: Client, password: str) -> None:
    assert sign_up(client, "Ann", "a@example.org", password1=password) == 302
    member = Member.objects.get()
    assert member.check_password(password)
    assert not member.check_password(password[:-1])


def test_words_of_this_site_alone_are_no_password(client: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://gardeners.example.org"
    for password in ("gardeners12345", "Gardeners-Rejoinder-1"):
        assert sign_up(client, "Ann", "a@example.org", password1=password) == 200
    assert sign_up(client, "Ann", "a@example.org", password1="gardeners plant beans") == 302


def test_the_password_is_changed_by_who_knows_it_alone(client: Client) -> None:
    signed_up("Ann")
    assert sign_in(client, "Ann")
    new = {"password1": "entirely-new-words", "password2": "entirely-new-words"}
    for old in ("", "a wrong guess of it"):
        client.post("/account/password/change/", {"oldpassword": old, **new})
        assert Member.objects.get().check_password(PASSWORD)


def test_a_password_is_good_after_years(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_up("Ann")
    later = timezone.now() + timedelta(days=5 * 365)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert sign_in(client, "Ann")
    assert client.get("/account/").status_code == 200


def test_a_session_is_over_after_half_a_year_however_active(client: Client) -> None:
    signed_up("Ann")
    assert sign_in(client, "Ann")
    for days, is_in in ((179, True), (181, False)):
        session = client.session
        began = timezone.now() - timedelta(days=days)
        session["signed_in_at"] = int(began.timestamp())
        session.save()
        assert (client.get("/account/").status_code == 200) is is_in
    assert "_auth_user_id" not in client.session


def test_a_passwords_field_hides_it_and_lets_managers_fill_it_in(client: Client) -> None:
    for page, use in (("login", "current-password"), ("signup", "new-password")):
        html = client.get(f"/account/{page}/").content.decode()
        (field,) = re.findall(r'<input[^>]*name="password1?"[^>]*>', html)
        assert 'type="password"' in field
        assert f'autocomplete="{use}"' in field
        assert "onpaste" not in field
        assert "maxlength" not in field


def test_an_address_too_long_to_keep_is_refused(client: Client) -> None:
    assert sign_up(client, "Ann", "a" * 64 + "@" + ("b" * 60 + ".") * 4 + "example.org") == 200
    assert not Member.objects.exists()


def test_sign_up_answers_alike_for_known_staged_and_new_addresses() -> None:
    signed_up("Known", "known@example.org", is_confirmed=True)
    staged_member("Archived", "staged@example.org")
    answers = set()
    for name, local in [("Anna", "known"), ("Bruno", "staged"), ("Clara", "new")]:
        client = Client()
        status = sign_up(client, name, f"{local}@example.org")
        page = client.get("/account/").content.decode().replace(name, "").replace(local, "")
        answers.add((status, page.split("<main")[1].split("csrf")[0], len(mail.outbox[-1].to)))
    assert len(answers) == 1
    subjects = [message.subject for message in mail.outbox]
    assert ["already" in subject for subject in subjects] == [True, False, False]


def test_no_address_is_confirmed_twice(client: Client) -> None:
    signed_up("Known", "known@example.org", is_confirmed=True)
    thief = signed_up("Thief", "known@example.org")
    client.force_login(thief)
    client.post("/account/email/", {"email": "known@example.org", "action_send": "1"})
    assert "already" in mail.outbox[-1].subject
    assert EmailAddress.objects.filter(email="known@example.org", verified=True).count() == 1


def test_a_wrong_password_says_the_same_for_known_and_unknown() -> None:
    signed_up("Known", "known@example.org")
    pages = set()
    for login in ["Known", "Nobody", "known@example.org", "nobody@example.org"]:
        answer = Client().post("/account/login/", {"login": login, "password": "not that one"})
        html = answer.content.decode().split("<main")[1]
        assert "fit together" in html
        before, _, after = html.partition('name="csrfmiddlewaretoken"')
        pages.add(before + after.split(">", 1)[1].replace(login, "").split('id="passkey"')[0])
    assert len(pages) == 1


def test_authors_of_an_archive_cannot_sign_in(client: Client) -> None:
    staged_member("Archived", "staged@example.org")
    assert not sign_in(client, "staged@example.org", "")
    assert not sign_in(client, "staged@example.org", "!")


def test_a_closed_account_neither_signs_in_nor_stays_signed_in(client: Client) -> None:
    member = signed_up("Ann")
    assert sign_in(client, "Ann")
    Member.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302
    answer = Client().post("/account/login/", {"login": "Ann", "password": PASSWORD}, follow=True)
    assert "closed" in answer.content.decode()


def test_signing_in_changes_the_session_key(client: Client) -> None:
    """A key that somebody slipped in before is worth nothing after."""
    signed_up("Ann")
    session = client.session
    session["before"] = 1
    session.save()
    planted = session.session_key
    assert sign_in(client, "Ann")
    assert client.session.session_key != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert thief.get("/account/").status_code == 302
    thief.cookies["sessionid"] = client.session.session_key
    assert thief.get("/account/").status_code == 200, "the cookie is what counts"


def test_sign_out_needs_a_post(client: Client) -> None:
    client.force_login(make_member())
    assert client.get("/account/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("path", ["/account/logout/", "/account/login/", "/account/"])
def test_a_forged_form_is_refused(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_member())
    assert client.post(path, {"name": "x"}).status_code == 403


def test_closed_sign_up_takes_nobody_and_says_so(client: Client, settings: Any) -> None:
    settings.OPTIONS = replace(settings.OPTIONS, open_sign_up=False)
    assert "takes no new members" in client.get("/account/signup/").content.decode()
    assert sign_up(client, "Ann", "ann@example.org") == 200
    assert not Member.objects.exists()


def test_the_fifth_wrong_password_is_the_last_for_a_while(client: Client) -> None:
    """All spellings of a name and all workers share one count, of an account and an address."""
    signed_up("crash davis")
    for typed in ["crash davis", "CRASH DAVIS", "crashdavis", "crash.davis", "сrash davis"]:
        assert not sign_in(Client(REMOTE_ADDR="192.0.2.9"), typed, "not that one")
    late = Client(REMOTE_ADDR="192.0.2.9")
    answer = late.post("/account/login/", {"login": "crash davis", "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    assert "Too many attempts" in answer.content.decode()
    assert "_auth_user_id" not in late.session
    forget("sign_in", account=account_tried("crash davis"), address="192.0.2.9")
    assert sign_in(late, "crash davis")


def test_x_forwarded_for_is_not_believed_without_a_proxy() -> None:
    statuses = []
    for number in range(11):
        answer = Client().post(
            "/account/password/reset/",
            {"email": f"somebody{number}@example.org"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        )
        statuses.append(answer.status_code)
    assert statuses == [302] * 10 + [429]
    assert "Come back in" in answer.content.decode()


def test_the_next_page_is_never_of_another_site(client: Client) -> None:
    signed_up("Ann")
    form = {"login": "Ann", "password": PASSWORD}
    away = client.post("/account/login/?next=https://evil.example/", form)
    assert away["Location"] == "/"
    client.post("/account/logout/")
    here = client.post("/account/login/?next=/account/email/", form)
    assert here["Location"] == "/account/email/"


def test_addresses_are_added_made_the_main_one_and_removed(client: Client) -> None:
    member = signed_up("Ann", "old@example.org", is_confirmed=True)
    client.force_login(member)
    answer = client.post("/account/email/", {"email": "New@example.org", "action_add": "1"})
    assert answer["Location"].startswith("/account/reauthenticate/"), "a stolen session adds none"
    prove(client)
    client.post("/account/email/", {"email": "New@example.org", "action_add": "1"})
    client.post("/account/email/", {"email": "new@example.org", "action_primary": "1"})
    assert member_address(member) == "old@example.org", "not before it is confirmed"
    (to_new,) = [message for message in mail.outbox if message.to == ["new@example.org"]]
    client.post(link_in(to_new))
    client.post("/account/email/", {"email": "new@example.org", "action_primary": "1"})
    assert member_address(member) == "new@example.org"
    assert mail.outbox[-1].to == ["old@example.org"], "the old address hears of it"
    client.post("/account/email/", {"email": "old@example.org", "action_remove": "1"})
    assert not EmailAddress.objects.filter(email="old@example.org").exists()


def member_address(member: Member) -> str:
    return Member.objects.get(pk=member.pk).email
