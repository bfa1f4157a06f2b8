"""The reading pages in Chromium, at a phone's and a desktop's width, light and dark."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 390, 1280

# A board with a long thread, an archive's thread with a patch, a stub and a closed board.
FILLING = """
import json
from rejoinder.boards.site import the_site
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Post
from tests.web.reading import found_post

site = the_site()
site.welcome, site.rules = "Come *in*.", "1. Be kind."
site.save()
board = make_board("Harbour", "Ships and [tides](https://example.org/).")
make_board("Quay")
author = make_member("Ada Author")
long = "A title of many words that a phone breaks over lines " + "and-one-that-can’t-be-broken" * 3
root = make_thread(board, long, "Text\\n\\n> quoted\\n\\n```\\n" + "x" * 300 + "\\n```\\n", author)
post = root
for number in range(20):
    post = make_response(post, f"Depth {number + 1}", "" if number % 2 else "Text", author)
stub = make_response(root, "Withdrawn", "Text", author)
make_response(stub, "Below the stub", author=author)
withdraw(principal_of(author), Post.unscoped.select_related("board", "thread").get(pk=stub.pk))
patch = "Hello,\\n\\nApplied.\\n\\n--- a/x\\n+++ b/x\\n@@ -1 +1 @@\\n-" + "y" * 200 + "\\n+z\\n"
mail = found_post(board, "a@x", title="[PATCH 1/2] quay.7: tfix", source=patch)
found_post(board, "b@x", title="Re: [PATCH 1/2] quay.7: tfix", source="Thanks.", answers=("a@x",))
place = found_post(board, "d@x", title="Orphan", answers=("gone@x",)).parent
print(json.dumps({
    "front": "/", "rules": "/rules", "nothing here": "/p/nope",
    "board": f"/b/{board.handle_id}",
    "board, compressed": f"/b/{board.handle_id}?as=compressed",
    "board, chronological": f"/b/{board.handle_id}?as=chronological",
    "board, flat": f"/b/{board.handle_id}?as=flat",
    "board by date": f"/b/{board.handle_id}?within=week",
    "post": f"/p/{root.public_id}", "mail": f"/p/{mail.public_id}",
    "stub": f"/p/{stub.public_id}", "place": f"/p/{place.public_id}",
    "thread": f"/t/{root.public_id}?at={post.public_id}",
    **{f"thread, {n}": f"/t/{root.public_id}?as={n}" for n in ("nested", "newest", "direct")},
    "branch": f"/p/{root.public_id}/branch?as=flat",
    "member": f"/m/{author.handle_id}",
}))
"""


@pytest.fixture(scope="module")
def addresses(live_site: LiveSite) -> dict[str, str]:
    found: dict[str, str] = json.loads(live_site.python(FILLING).splitlines()[-1])
    return {name: live_site.url + address for name, address in found.items()}


@pytest.fixture(params=[(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")])
def pane(request: pytest.FixtureRequest, browser: Any) -> Any:
    """A page of one width and colour scheme."""
    width, scheme = request.param
    page = browser.new_page()
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    return page


def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    addresses: dict[str, str], pane: Any
) -> None:
    wrong = {}
    for name, address in addresses.items():
        pane.goto(address)
        if found := axe_violations(pane):
            wrong[name] = found
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if (over := pane.evaluate(wide)) > 0:
            wrong[name + " is too wide"] = [f"{over} px"]
    assert wrong == {}


def test_a_patch_scrolls_within_itself_and_by_keyboard(
    addresses: dict[str, str], browser: Any
) -> None:
    page = browser.new_page()
    page.set_viewport_size({"width": PHONE, "height": 844})
    page.goto(addresses["mail"])
    patch = page.locator("pre.patch")
    assert patch.evaluate("element => element.scrollWidth > element.clientWidth")
    patch.focus()
    assert patch.evaluate("element => element === document.activeElement")


def test_what_can_be_pressed_is_at_least_24_pixels_high(
    addresses: dict[str, str], browser: Any
) -> None:
    """WCAG 2.5.8; links within sentences are exempt, and so is what is only for readers."""
    page = browser.new_page()
    page.set_viewport_size({"width": PHONE, "height": 844})
    low = {}
    for name in ("front", "board", "post", "thread", "member"):
        page.goto(addresses[name])
        low[name] = page.evaluate(
            """() => [...document.querySelectorAll(
                 "header a, header button, .tabs a, .row a, .row button, summary, .line a.title," +
                 " .by a, footer a, .pager a")]
               .filter(e => e.getClientRects().length)
               .filter(e => e.getBoundingClientRect().height < 23.5)
               .map(e => e.outerHTML.slice(0, 100))"""
        )
    assert low == {name: [] for name in low}


def test_focus_is_seen(addresses: dict[str, str], browser: Any) -> None:
    page = browser.new_page()
    page.goto(addresses["post"])
    page.keyboard.press("Tab")
    assert page.locator(".skip").evaluate("e => e === document.activeElement")
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Tab")
    style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert style == "solid"


def test_a_guests_times_are_in_the_devices_zone(
    addresses: dict[str, str], chromium: Any, live_site: LiveSite
) -> None:
    context = chromium.new_context(locale="en-GB", timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(addresses["mail"])
    shown = page.locator(".about time")
    assert shown.inner_text() == "4 Mar 2021, 14:06"
    assert shown.get_attribute("title") == "4 Mar 2021, 05:06 UTC"
    assert page.locator("#zone").inner_text() == "Asia/Tokyo"
    context.close()


def test_without_script_times_are_in_the_sites_zone(
    addresses: dict[str, str], chromium: Any
) -> None:
    context = chromium.new_context(java_script_enabled=False, timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(addresses["mail"])
    assert page.locator(".about time").inner_text() == "4 Mar 2021, 05:06"
    assert page.locator("#zone").inner_text() == "UTC"
    context.close()


def test_the_reader_goes_from_board_to_post_to_response_by_links(
    addresses: dict[str, str], browser: Any
) -> None:
    page = browser.new_page()
    page.goto(addresses["front"])
    page.get_by_role("link", name="Harbour", exact=True).first.click()
    page.get_by_role("link", name="Depth 1", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Depth 1")
    page.locator(".responses").get_by_role("link", name="Depth 2", exact=True).click()
    assert page.locator(".parent").inner_text() == "In response to “Depth 1” by Ada Author"
    page.get_by_role("link", name="Outline, at this post").click()
    assert page.locator(".line.here").inner_text().startswith("Depth 2")
