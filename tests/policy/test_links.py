"""Doors that open for a link, a password or a code: whoever has it, and nobody without.

`matrix/by_link.csv` says what each is answered, with the good one and with another. Who has a
link needs no account, so that the roles differ only in whether somebody is signed in.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.test import Client
from django.urls import reverse

from rejoinder.boards.models import Site
from rejoinder.errors import Missing
from rejoinder.members import invites
from rejoinder.members.application_passwords import make
from rejoinder.members.first_administrator import new_link_token
from rejoinder.members.models import Member
from rejoinder.members.principals import principal_for
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, Report, Statement
from rejoinder.moderation.models import Role as DeedRole
from rejoinder.moderation.statements import statement_by_token
from rejoinder.policy.scopes import Scope
from rejoinder.policy.verbs import Verb
from tests.factories import PASSWORD
from tests.policy import matrix
from tests.policy.doors import BY_LINK, doors
from tests.policy.test_doors import browser_of
from tests.policy.world import World, undone
from tests.web.accounts import link_in, signed_up

pytestmark = pytest.mark.django_db

SIGNED_OUT = ("guest", "suspended member", "staged author")
SIGNED_IN = ("member", "silenced member", "moderating group", "administrator")
NEW = "another horse battery"
TOKEN = "t" * 28
ANOTHER = "n" * 28


@cache
def table() -> list[dict[str, str]]:
    """Return the rows of the data."""
    with (matrix.FOLDER / "by_link.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass
class Held:
    """What somebody holds: the good link's address, or another, and what its form is sent."""

    address: str
    form: dict[str, Any]
    is_done: Callable[[], bool] = lambda: True
    # What a browser does first to get to the form.
    first: str = ""


@pytest.mark.parametrize("row", table(), ids=lambda row: row["ask"])
def test_a_link_opens_for_whoever_has_it(world: World, row: dict[str, str]) -> None:
    wrong = []
    for role in SIGNED_OUT + SIGNED_IN:
        expected = row["signed out" if role in SIGNED_OUT else "signed in"]
        said = _ask(world, role, row)
        if said != expected:
            wrong.append(f"{role}: {said} instead of {expected}")
    assert wrong == []


def test_no_link_opens_for_a_program_that_may_not_read(world: World) -> None:
    reading = world.roles["password that writes"]
    blind = replace(reading, verbs=frozenset({Verb.WITHDRAW}))
    with undone():
        _statement(world)
        assert statement_by_token(reading.principal(), TOKEN)
        with pytest.raises(Missing):
            statement_by_token(blind.principal(), TOKEN)


def _ask(world_: World, role: str, row: dict[str, str]) -> str:
    with undone():
        held = HELD[row["door"]](world_, row["link"] == "good", row["method"])
        client = browser_of(role, world_.roles[role]).client
        address = held.address
        if held.first:
            address = client.get(held.first).headers.get("Location", held.first)
        if row["method"] == "GET":
            answer = client.get(address)
            is_done = answer.status_code == 200 and held.is_done()
        else:
            answer = client.post(address, held.form)
            is_done = held.is_done()
        if is_done:
            return "done"
        if answer.status_code == 404:
            return "missing"
        return "led on" if answer.status_code in (302, 303) else "not taken"


def _report(world_: World, is_good: bool, method: str) -> Held:
    case = Case.unscoped.create(kind=CaseKind.FIRST, post=world_.posts["visible, answered"])
    Report.unscoped.create(case=case, reason="spam", token=TOKEN)
    return Held(reverse("report_answer", args=[TOKEN if is_good else ANOTHER]), {})


def _feed(world_: World, is_good: bool, method: str) -> Held:
    member = world_.roles["moderating group"].member
    assert member is not None
    secret = make(principal_for(member), member, "reader", [Scope.FEEDS])[1]
    return Held(reverse("private_feed", args=[secret if is_good else ANOTHER, "feed.atom"]), {})


def _statement(world_: World) -> None:
    author = world_.roles["author"].member
    deed = Deed.unscoped.create(kind=DeedKind.WARN, role=DeedRole.ADMINISTRATOR, subject=author)
    Statement.unscoped.create(deed=deed, member=author, token=TOKEN)


def _of_statement(world_: World, is_good: bool, method: str) -> Held:
    _statement(world_)

    def is_appealed() -> bool:
        return Statement.unscoped.get(token=TOKEN).appealed_at is not None

    return Held(
        reverse("statement", args=[TOKEN if is_good else ANOTHER]),
        {"words": "It is not so."},
        is_appealed if method == "POST" else lambda: True,
    )


def _welcome(world_: World, is_good: bool, method: str) -> Held:
    token = new_link_token()
    form = {"name": "First", "email": "first@example.org", "password": PASSWORD}

    def is_administrator() -> bool:
        return Member.objects.filter(name="First", is_administrator=True).exists()

    return Held(
        reverse("welcome", args=[token if is_good else ANOTHER]),
        form,
        is_administrator if method == "POST" else lambda: True,
    )


def _sign_up(world_: World, is_good: bool, method: str) -> Held:
    Site.objects.update(sign_up="invited", sign_up_work=0)
    token = invites.make(world_.roles["administrator"].principal(), "", 1, 1)[1]
    form = {
        "username": "Invited",
        "email": "invited@example.org",
        "password1": PASSWORD,
        "invite": token if is_good else ANOTHER,
    }
    return Held(
        f"{reverse('account_signup')}?invite={form['invite']}",
        form,
        (lambda: Member.objects.filter(name="Invited").exists())
        if method == "POST"
        else lambda: True,
    )


def _sign_in(world_: World, is_good: bool, method: str) -> Held:
    member = signed_up("Knower")
    form = {"login": "Knower", "password": PASSWORD if is_good else NEW}
    return Held(
        reverse("account_login"),
        form,
        (lambda: Member.objects.get(pk=member.pk).last_login is not None)
        if method == "POST"
        else lambda: True,
    )


def _reset(world_: World, is_good: bool, method: str) -> Held:
    member = signed_up("Forgetful", email="forgetful@example.org")
    Client().post(reverse("account_reset_password"), {"email": "forgetful@example.org"})
    link = link_in(mail.outbox[-1])
    if not is_good:
        link = re.sub(r"[0-9a-z]/?$", "x-", link)
    if method == "GET":
        # The good one leads on to the form, which the other one never shows.
        return Held(link, {}, first=link) if is_good else Held(link, {}, lambda: False)
    return Held(
        link,
        {"password1": NEW, "password2": NEW},
        lambda: Member.objects.get(pk=member.pk).check_password(NEW),
        first=link,
    )


def _confirm(world_: World, is_good: bool, method: str) -> Held:
    member = signed_up("Unsure", is_confirmed=False)
    address = EmailAddress.objects.get(user=member)
    key = EmailConfirmationHMAC(address).key
    return Held(
        reverse("account_confirm_email", args=[key if is_good else "no:such:key"]),
        {},
        (lambda: EmailAddress.objects.get(pk=address.pk).verified)
        if method == "POST"
        else lambda: True,
    )


def _half_way(door: str) -> Callable[[World, bool, str], Held]:
    """Return what nobody holds: a step that follows another, without that."""
    return lambda world_, is_good, method: Held(reverse(door), {"code": "123456"}, lambda: False)


HELD: dict[str, Callable[[World, bool, str], Held]] = {
    "private_feed": _feed,
    "report_answer": _report,
    "statement": _of_statement,
    "welcome": _welcome,
    "account_signup": _sign_up,
    "account_login": _sign_in,
    "account_reset_password_from_key": _reset,
    "account_confirm_email": _confirm,
    **{
        door: _half_way(door)
        for door in ("account_confirm_login_code", "mfa_authenticate", "mfa_login_webauthn")
    },
}


def test_every_door_that_opens_by_a_link_is_asked() -> None:
    asked = {(row["door"], row["method"]) for row in table()}
    marked = {
        (door.door, method)
        for door in doors().values()
        for method in ("GET", "POST")
        # Those of the API are tried in tests/policy/test_api_doors.py and tests/api/test_own.py.
        if door.kind == "page" and door.question(method) == BY_LINK
    }
    assert asked == marked


@pytest.mark.parametrize("role", ["guest", "suspended member", "member"])
def test_pages_of_who_signs_in_open_for_all(world: World, role: str) -> None:
    browser = browser_of(role, world.roles[role])
    for door in doors().values():
        if door.of != "who signs in":
            continue
        for method in ("GET", "POST"):
            if (expected := door.question(method)).isdigit():
                answer = browser.ask(method, door.address())
                assert str(answer.status_code) == expected, (door.door, method)
