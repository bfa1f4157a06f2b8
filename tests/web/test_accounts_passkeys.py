"""Passkeys in Chromium, with an authenticator that DevTools pretends, on http://localhost."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any) -> Any:
    """A page whose device keeps passkeys and finds its owner's finger at once."""
    opened = browser.new_page()
    devtools = browser.new_cdp_session(opened)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return opened


def sign_up(page: Any, site: LiveSite, name: str) -> None:
    page.goto(f"{site.url}/account/signup/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Mail address").fill(f"{name.replace(' ', '')}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_role("button", name="Sign out").wait_for()


def prove(page: Any) -> None:
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def sign_out(page: Any) -> None:
    page.locator("header").get_by_role("button", name="Sign out").click()
    page.locator("header").get_by_role("link", name="Sign in").wait_for()


def add_passkey(page: Any, site: LiveSite, name: str, *, alone: bool = True) -> None:
    page.goto(f"{site.url}/account/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        prove(page)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Sign in with this passkey alone").set_checked(alone)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()


def test_a_passkey_signs_in_without_a_name_or_a_password(live_site: LiveSite, page: Any) -> None:
    sign_up(page, live_site, "Annie Savoy")
    add_passkey(page, live_site, "laptop")
    sign_out(page)
    page.goto(f"{live_site.url}/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Settings").wait_for()
    assert "Annie Savoy" in page.locator("header").inner_text()

    page.goto(f"{live_site.url}/account/2fa/webauthn/")
    assert axe_violations(page) == []
    listed = page.locator("main").inner_text()
    assert "laptop" in listed
    assert "signs you in alone" in listed
    assert "Last used" in listed


def test_a_passkey_is_renamed_and_removed_and_then_opens_nothing(
    live_site: LiveSite, page: Any
) -> None:
    sign_up(page, live_site, "crash davis")
    add_passkey(page, live_site, "old phone")
    page.goto(f"{live_site.url}/account/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("Name").fill("older phone")
    page.get_by_role("button", name="Keep the name").click()
    page.get_by_text("older phone", exact=True).first.wait_for()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("You have none yet.").wait_for()
    sign_out(page)
    page.goto(f"{live_site.url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("passkey doesn't fit").wait_for()
    page.locator("header").get_by_role("link", name="Sign in").wait_for()


def test_a_security_key_is_the_second_step_after_the_password(
    live_site: LiveSite, page: Any
) -> None:
    sign_up(page, live_site, "Nuke LaLoosh")
    add_passkey(page, live_site, "key", alone=False)
    sign_out(page)
    page.goto(f"{live_site.url}/account/login/")
    page.get_by_label("Name or mail address").fill("nuke laloosh")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Second step").wait_for()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.locator("header").get_by_role("button", name="Sign out").wait_for()


def test_a_passkey_proves_again_who_one_is(live_site: LiveSite, page: Any) -> None:
    sign_up(page, live_site, "Millie")
    add_passkey(page, live_site, "key")
    sign_out(page)
    page.goto(f"{live_site.url}/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.locator("header").get_by_role("button", name="Sign out").wait_for()
    page.goto(f"{live_site.url}/account/2fa/recovery-codes/generate/")
    page.get_by_role("link", name="Use a passkey").click()
    assert axe_violations(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Make new recovery codes?").wait_for()


def test_sign_up_keeps_the_zone_of_the_device(live_site: LiveSite, chromium: Any) -> None:
    context = chromium.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    sign_up(page, live_site, "Ebby")
    page.goto(f"{live_site.url}/account/")
    assert page.get_by_label("Time zone").input_value() == "Asia/Tokyo"
    context.close()


def test_without_script_the_password_is_the_only_way_shown(
    live_site: LiveSite, chromium: Any
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/account/login/")
    assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
    assert page.get_by_role("button", name="Sign in", exact=True).is_visible()
    sign_up(page, live_site, "Larry")
    context.close()


def test_without_a_mail_server_the_links_stand_in_the_servers_output(
    live_site: LiveSite, page: Any
) -> None:
    sign_up(page, live_site, "Skip")
    assert "does not send mail yet" in page.locator("main").inner_text()
    assert f"{live_site.url}/account/confirm-email/" in live_site.log
