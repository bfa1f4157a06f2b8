"""The desk by keyboard, and without script."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.live import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HELD = """
from tests.moderation import moderating
from rejoinder.moderation.models import Case
board = make_board()
moderator = moderating.site_moderator('Mona Moderator')
moderator.set_password(PASSWORD)
moderator.save()
author = make_member()
posts = [make_thread(board, f'Held {number}', 'Words', author) for number in range(3)]
Case.unscoped.all().delete()
for post in posts:
    moderating.hold(post)
"""


def test_the_desk_is_cleared_by_keyboard_and_as_well_without_script(
    live_site: LiveSite, chromium: Any
) -> None:
    live_site.python(HELD)
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{live_site.url}/account/login/?next=/moderation/")
    page.fill("[name=login]", "Mona Moderator")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").first.click()
    page.goto(f"{live_site.url}/moderation/")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert page.locator(".case-title").all_inner_texts() == ["Held 0", "Held 2"]
    # It stands on the one after.
    assert "Held 2" in page.locator(".case.current").inner_text()
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.locator("[data-case]").count() == 3
    assert faults == []
    bare = chromium.new_context(java_script_enabled=False, storage_state=context.storage_state())
    plain = bare.new_page()
    plain.goto(f"{live_site.url}/moderation/")
    with plain.expect_navigation():
        plain.click("text=Choose all")
    assert plain.locator("[name=case]:checked").count() == 3
    with plain.expect_navigation():
        plain.click("text=Remove chosen")
    plain.select_option("#id_template", "Spam")
    with plain.expect_navigation():
        plain.locator("main button.danger").click()
    assert plain.locator("[data-case]").count() == 0
    assert "3 posts removed." in plain.locator(".message").inner_text()
    context.close()
    bare.close()
