"""An appeal, as a browser sends it: with the header by which forged forms are told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live import LiveSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REMOVED = """
from tests.moderation import moderating
from rejoinder.moderation import targets
from rejoinder.moderation.deeds.states import remove
from rejoinder.moderation.models import Statement
post = make_thread(make_board(), 'A loud title')
moderator = moderating.asks(moderating.site_moderator())
remove(moderator, targets.this(post), moderating.SPAM)
print(Statement.unscoped.get().token)
"""


def test_who_has_a_statements_link_appeals_without_signing_in(
    live_site: LiveSite, chromium: Any
) -> None:
    token = live_site.python(REMOVED).strip().splitlines()[-1]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_site.url}/moderation/statements/{token}")
    page.fill("[name=words]", "It was no advertisement.")
    # A page that keeps its address to itself sends its forms from nowhere ("Origin: null").
    page.locator("main form button").click()
    assert "You appealed" in page.locator("main").inner_text()
    assert "It was no advertisement." in page.locator("main blockquote").inner_text()
    context.close()
