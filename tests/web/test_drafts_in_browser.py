"""A draft goes from one device to another, as a reader sees it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live import LiveSite

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
SETUP = """
board = make_board("Quay")
make_member("Ada", password="correct horse battery")
make_thread(board, "The harbour opens", "It does.")
print(board.handle_id)
"""


def signed_in(site: LiveSite, browser: Any) -> Any:
    page = browser.new_page()
    page.goto(f"{site.url}/account/login/")
    page.fill("[name=login]", "Ada")
    page.fill("[name=password]", PASSWORD)
    page.click("main button.primary")
    page.wait_for_selector("form[action*=logout]")
    return page


def test_what_is_typed_on_one_device_is_there_on_another(live_site: LiveSite, browser: Any) -> None:
    handle = live_site.python(SETUP).split()[-1]
    page = signed_in(live_site, browser)
    address = f"{live_site.url}/b/{handle}/start"
    page.goto(address)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.fill("[name=title]", "Ferries again")
    page.fill("[name=text]", "From Monday on.")
    page.wait_for_selector(".kept-note:has-text('Kept as a draft')")
    other = page.context.new_page()
    other.goto(address)
    assert other.input_value("[name=title]") == "Ferries again"
    assert other.is_visible("text=This is your draft")
    other.fill("[name=text]", "From Tuesday on.")
    other.wait_for_selector(".kept-note:has-text('Kept as a draft')")
    # The first device writes on, and learns of it; its words stay in its form.
    page.fill("[name=text]", "From Monday on, at six.")
    page.wait_for_selector(".kept-note:has-text('another device')")
    assert page.input_value("[name=text]") == "From Monday on, at six."
    # Nothing is asked on a page whose words are kept.
    other.goto(f"{live_site.url}/account/drafts")
    assert other.is_visible("a:has-text('Ferries again')")
    other.click("a:has-text('Go on writing')")
    other.click("button[value=post]")
    other.wait_for_selector("h1:has-text('Ferries again')")
    other.goto(f"{live_site.url}/account/drafts")
    assert other.is_visible("text=There are none")
    assert asked == []
