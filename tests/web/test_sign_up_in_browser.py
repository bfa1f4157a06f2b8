"""The proof of work in Chromium, and the pages of sign-up on a phone."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

TAKE = """
from rejoinder.boards.sign_up import change_sign_up
from rejoinder.members.sign_up_terms import SignUp
from rejoinder.policy.principals import system
change_sign_up(system("tests"), SignUp({way!r}), {bits})
"""
CHIEF = """
from tests.web.accounts import signed_up
member = signed_up("Chief")
member.is_administrator = True
member.save()
"""


def take(site: LiveSite, way: str, bits: int = 0) -> None:
    site.python(TAKE.format(way=way, bits=bits))


def fill(page: Any, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Mail address").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)


def send(page: Any) -> None:
    page.locator("main").get_by_role("button", name="Sign up").click()


def test_a_browser_does_its_work_while_the_form_is_filled_in(
    live_site: LiveSite, browser: Any
) -> None:
    take(live_site, "open", 12)
    page = browser.new_page()
    page.goto(f"{live_site.url}/account/signup/")
    assert axe_violations(page) == []
    assert page.locator("[name=answer]").input_value() == "", "not before there is a reason"
    assert page.get_by_text("Without JavaScript").is_hidden()
    fill(page, "quick")
    page.wait_for_function("document.querySelector('[name=answer]').value !== ''")
    send(page)
    page.get_by_role("link", name="quick").wait_for()


def test_a_form_sent_before_the_work_is_done_is_sent_when_it_is(
    live_site: LiveSite, browser: Any
) -> None:
    take(live_site, "open", 18)
    page = browser.new_page()
    page.goto(f"{live_site.url}/account/signup/")
    page.evaluate(
        "name => { document.querySelector('[name=username]').value = name;"
        "document.querySelector('[name=email]').value = name + '@example.org'; }",
        "eager",
    )
    page.evaluate(f"document.querySelector('[name=password1]').value = {PASSWORD!r}")
    send(page)
    page.get_by_role("link", name="eager").wait_for()


def test_without_script_the_account_waits(live_site: LiveSite, chromium: Any) -> None:
    take(live_site, "open", 12)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/account/signup/")
    page.get_by_text("Without JavaScript your account waits").wait_for()
    fill(page, "plain")
    send(page)
    page.get_by_role("heading", name="Your account waits for approval").wait_for()
    context.close()


def test_the_pages_around_fit_a_phone_and_axe_finds_nothing(
    live_site: LiveSite, chromium: Any
) -> None:
    live_site.python(CHIEF)
    take(live_site, "approved")
    for scheme in ["light", "dark"]:
        context = chromium.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        page.goto(f"{live_site.url}/account/signup/")
        check(page)
        fill(page, f"applicant-{scheme}")
        send(page)
        check(page)
        page.goto(f"{live_site.url}/account/login/?next=/account/application-passwords")
        page.get_by_label("Name or mail address").fill("Chief")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
        check(page)
        page.get_by_label("Name", exact=True).fill("Newsreader on the laptop")
        page.get_by_label("A newsreader reads").check()
        page.get_by_role("button", name="Make the password").click()
        assert len(page.locator("code.secret").inner_text()) == 34
        check(page)
        page.goto(f"{live_site.url}/administration/sign-up")
        check(page)
        page.get_by_label("Note").fill("For the rowing club")
        page.get_by_role("button", name="Make the link").click()
        assert "?invite=" in page.locator("code.secret").inner_text()
        check(page)
        page.goto(f"{live_site.url}/administration/applicants")
        page.get_by_role("button", name=f"Approve applicant-{scheme}").wait_for()
        check(page)
        context.close()


def check(page: Any) -> None:
    assert axe_violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url
