"""The account pages in Chromium: axe finds nothing, nothing is wider than a phone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.factories import PASSWORD
from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

GUEST = [
    "login/", "signup/", "password/reset/", "password/reset/done/", "password/reset/key/done/",
    "password/reset/key/1-none/", "confirm-email/", "confirm-email/none/", "inactive/",
]  # fmt: skip
MEMBER = [
    "", "email/", "password/change/", "logout/", "sessions/", "reauthenticate/", "2fa/",
    "2fa/webauthn/", "2fa/webauthn/add/", "2fa/totp/activate/",
]  # fmt: skip
WITH_APP = [
    "2fa/", "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
    "2fa/reauthenticate/", "reauthenticate/",
]  # fmt: skip

# One member for each colour scheme.
PREPARE = """
from tests.web.accounts import signed_up
from allauth.account.models import EmailAddress
for name in ["Light", "Dark"]:
    member = signed_up(f"In the {name}", f"{name}@example.org", is_confirmed=True)
    EmailAddress.objects.create(user=member, email="second." + member.email)
"""


@pytest.fixture(scope="module")
def site(live_site: LiveSite) -> LiveSite:
    live_site.python(PREPARE)
    return live_site


@pytest.fixture(params=["light", "dark"])
def page(request: Any, chromium: Any) -> Any:
    """A page as wide as a small phone, by day and by night."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 800}, color_scheme=request.param
    )
    opened = context.new_page()
    opened.scheme = request.param
    yield opened
    context.close()


def check(page: Any, url: str) -> None:
    page.goto(url)
    assert axe_violations(page) == [], url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, url


def test_a_guests_pages(site: LiveSite, page: Any) -> None:
    for path in GUEST:
        check(page, f"{site.url}/account/{path}")


def test_forms_with_faults(site: LiveSite, page: Any) -> None:
    page.goto(f"{site.url}/account/signup/")
    page.get_by_label("Name").fill("in the light")
    page.get_by_label("Mail address").fill("x@example.org")
    page.get_by_label("Password").fill("short")
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_text("Choose another").wait_for()
    assert axe_violations(page) == []


def test_a_members_pages(site: LiveSite, page: Any) -> None:
    page.goto(f"{site.url}/account/login/")
    page.get_by_label("Name or mail address").fill(f"In the {page.scheme}")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto(f"{site.url}/account/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    for path in MEMBER:
        check(page, f"{site.url}/account/{path}")
    secret = page.locator(".secret").inner_text()
    page.get_by_role("textbox", name="Code").fill(
        format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    )
    page.get_by_role("button", name="Set up").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()
    for path in WITH_APP:
        check(page, f"{site.url}/account/{path}")
