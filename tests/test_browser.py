"""The browser itself: that it drives a real site, and that axe looks at what it shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser


def test_the_front_page_opens_and_axe_finds_nothing(live_site: LiveSite, browser: Any) -> None:
    page = browser.new_page()
    answer = page.goto(live_site.url + "/")
    assert answer.ok
    assert page.locator("h1, h2").first.is_visible()
    assert axe_violations(page) == []


def test_axe_finds_a_picture_without_a_description(browser: Any) -> None:
    page = browser.new_page()
    page.set_content("<!doctype html><html lang=en><title>x</title><main><img src=x></main>")
    assert any(line.startswith("image-alt") for line in axe_violations(page))


def test_an_error_in_a_pages_script_is_noticed(chromium: Any) -> None:
    from tests.live import browser_context

    fixture = browser_context(chromium)
    page = next(fixture).new_page()
    page.set_content("<script>throw new Error('ouch')</script>")
    with pytest.raises(AssertionError, match="ouch"):
        next(fixture)
