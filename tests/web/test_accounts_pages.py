"""Every page of allauth is one of ours: its template, its frame, its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import allauth
import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.template.loader import get_template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from rejoinder.members.models import Member
from tests.factories import PASSWORD
from tests.web.accounts import signed_up

pytestmark = pytest.mark.django_db

CREDENTIAL = {
    "name": "Blue key",
    "credential": {"clientExtensionResults": {"credProps": {"rk": True}}},
}
# Where a page only passes on to another, for a guest and for a member.
PASSES_ON = {
    "account_confirm_login_code": "bb",
    "account_set_password": "bb",
    "mfa_authenticate": "bb",
    "mfa_login_webauthn": "bb",
    "account_login": " b",
    "account_signup": " b",
    "account_logout": "b ",
    # Where one must be signed in, and must prove it once more.
    "account_email": "b ",
    "account_change_password": "b ",
    "account_reauthenticate": "b ",
    "usersessions_list": "b ",
    "mfa_index": "b ",
    "mfa_reauthenticate": "b ",
    "mfa_reauthenticate_webauthn": "b ",
    "mfa_activate_totp": "bb",
    "mfa_deactivate_totp": "b ",
    "mfa_view_recovery_codes": "b ",
    "mfa_generate_recovery_codes": "b ",
    "mfa_list_webauthn": "b ",
    "mfa_add_webauthn": "b ",
    "mfa_edit_webauthn": "b ",
    "mfa_remove_webauthn": "b ",
}
NOT_PAGES = {"mfa_download_recovery_codes"}


class Page(HTMLParser):
    """What the tests ask of a page's HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.h1 = 0
        self.labels: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attributes = dict(found)
        self.h1 += tag == "h1"
        if tag == "label":
            self.labels.add(attributes.get("for") or "")
        if tag in {"input", "select", "textarea"} and attributes.get("type") != "hidden":
            self.controls.append(attributes)
        if tag == "style" or (tag == "script" and not attributes.get("src")):
            self.inline.append(tag)
        self.inline += [name for name in attributes if name == "style" or name.startswith("on")]
        self.ids += [attributes["id"] or ""] if "id" in attributes else []


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        elif str(getattr(entry.callback, "__module__", "")).startswith("allauth."):
            yield entry


def path_of(name: str, member: Member) -> str:
    from django.urls import reverse

    values: dict[str, dict[str, Any]] = {
        "account_confirm_email": {"key": "no:such:key"},
        "account_reset_password_from_key": {"uidb36": "1", "key": "no-key"},
        "mfa_edit_webauthn": {"pk": key_of(member)},
        "mfa_remove_webauthn": {"pk": key_of(member)},
    }
    return reverse(name, kwargs=values.get(name))


def key_of(member: Member) -> int:
    return Authenticator.objects.get(user=member, type=Authenticator.Type.WEBAUTHN).pk


@pytest.fixture
def member(monkeypatch: pytest.MonkeyPatch) -> Member:
    """A member with one of everything, who has just proved to be themselves."""
    from allauth.account.internal.flows import reauthentication
    from allauth.mfa.webauthn.internal import auth

    made = signed_up("crash davis", is_confirmed=True)
    TOTP.activate(made, generate_totp_secret())
    RecoveryCodes.activate(made)
    Authenticator.objects.create(user=made, type=Authenticator.Type.WEBAUTHN, data=CREDENTIAL)
    monkeypatch.setattr(auth, "get_credentials", lambda user: [])
    monkeypatch.setattr(reauthentication, "did_recently_reauthenticate", lambda request: True)
    return made


NAMES = sorted({str(entry.name) for entry in patterns()} - NOT_PAGES)


def test_the_pages_are_found() -> None:
    assert len(NAMES) > 25
    assert set(PASSES_ON) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("who", ["guest", "member"])
def test_a_page_is_drawn_by_our_template(name: str, who: str, member: Member) -> None:
    client = Client()
    if who == "member":
        client.force_login(member)
    answer = client.get(path_of(name, member))
    passes_on = PASSES_ON.get(name, "  ")[who == "member"] == "b"
    assert answer.status_code == (302 if passes_on else 200), answer.headers.get("Location")
    if not passes_on:
        check_page(answer.content.decode())


def check_page(html: str) -> None:
    page = Page(html)
    assert '<main id="main">' in html, "not in the site's frame"
    assert page.h1 == 1
    assert not page.inline
    assert len(page.ids) == len(set(page.ids))
    for control in page.controls:
        assert control.get("id") in page.labels, control
        assert not control.get("placeholder"), control
    assert re.search(r"<title>.+ · Rejoinder</title>", html)
    assert not re.search(r"\{[{%]|\bTraceback\b", html)


def test_pages_that_come_up_on_the_way_are_ours_too(member: Member) -> None:
    """Second step, closed sign-up, choosing a first password, the QR code."""
    client = Client()
    client.post("/account/login/", {"login": member.name, "password": PASSWORD})
    answer = client.get("/account/2fa/authenticate/")
    assert answer.status_code == 200
    check_page(answer.content.decode())

    member.set_unusable_password()
    member.save()
    Authenticator.objects.filter(user=member, type=Authenticator.Type.TOTP).delete()
    client = Client()
    client.force_login(member)
    for path in ["/account/password/set/", "/account/2fa/totp/activate/"]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        check_page(answer.content.decode())
    html = answer.content.decode()
    assert "<svg" in html
    assert "data:" not in html


# Templates of ways in that are switched off: codes by mail, phones, other sites' accounts.
SWITCHED_OFF = re.compile(
    r"phone|login_code|_code(_|\.|$)|signup_by_passkey|signup_form|mfa/trust|email_change\.html"
    r"|base|snippets/|verified_email_required"
)


def their_templates() -> list[str]:
    root = Path(allauth.__file__).parent / "templates"
    return sorted(
        str(path.relative_to(root))
        for room in ("account", "mfa", "usersessions")
        for path in (root / room).rglob("*.*")
        if not SWITCHED_OFF.search(str(path.relative_to(root)))
    )


@pytest.mark.parametrize("name", their_templates())
def test_no_template_of_allauth_is_used(name: str) -> None:
    template: Any = get_template(name)
    assert "rejoinder/web/templates" in template.template.filename


def test_recovery_codes_come_as_plain_text(member: Member) -> None:
    client = Client()
    client.force_login(member)
    answer = client.get("/account/2fa/recovery-codes/download/")
    codes = RecoveryCodes(
        Authenticator.objects.get(user=member, type=Authenticator.Type.RECOVERY_CODES)
    ).get_unused_codes()
    assert answer["Content-Type"].startswith("text/plain")
    assert answer.content.decode().split()[-10:] == codes
    assert "crash davis" in answer.content.decode()


def test_all_scripts_together_are_small() -> None:
    folder = Path(str(get_template("base.html").template.filename)).parents[1] / "static"  # type: ignore[attr-defined]
    octets = {path.name: path.stat().st_size for path in folder.glob("*.js")}
    assert "account.js" in octets
    assert sum(octets.values()) < 20_000, octets
    # What every page has.
    assert octets["rejoinder.js"] < 8_000, octets
