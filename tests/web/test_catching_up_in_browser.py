"""Catching up and taking it back in Chromium, on a phone and a desk; nothing runs there."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.factories import PASSWORD
from tests.live import LiveSite, axe_violations

pytestmark = pytest.mark.browser

FILLING = """
import json
from tests.web.accounts import signed_up
reader = signed_up("Reader")
author = make_member("Ada Author")
board = make_board("Harbour", "Ships and tides.")
root = make_thread(board, "The ferry is late", "Since seven.", author)
for number in range(130):
    make_response(root, f"Ship {number} has come in", "With the tide.", author)
print(json.dumps([board.handle_id, root.public_id]))
"""
# Where to put pictures of the pages, if anybody wants to look at them.
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(scope="module")
def names(live_site: LiveSite) -> list[str]:
    found: list[str] = json.loads(live_site.python(FILLING).splitlines()[-1])
    return found


def keep_picture(page: Any, name: str, width: int) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("width", [390, 1280])
def test_a_reader_catches_up_takes_it_back_and_moves_to_a_newsreader(
    live_site: LiveSite, names: list[str], chromium: Any, width: int
) -> None:
    handle, root = names
    viewport = {"width": width, "height": 844}
    context = chromium.new_context(java_script_enabled=False, viewport=viewport)
    page = context.new_page()
    page.goto(f"{live_site.url}/account/login/")
    page.get_by_label("Name").fill("Reader")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").first.click()
    page.get_by_role("link", name="Reader").wait_for()
    page.goto(f"{live_site.url}/t/{root}")
    keep_picture(page, "thread", width)
    page.get_by_role("button", name="Mark the whole thread as read").click()
    page.get_by_text("131 posts marked as read.").wait_for()
    keep_picture(page, "thread-read", width)
    page.goto(f"{live_site.url}/p/{root}")
    page.get_by_role("button", name="Mark as new").wait_for()
    keep_picture(page, "post", width)
    page.get_by_role("button", name="Mark as new").click()
    page.get_by_text("Marked as new.").wait_for()
    page.goto(f"{live_site.url}/account/reading")
    with page.expect_download() as file:
        page.get_by_role("link", name="Download your .newsrc").click()
    page.get_by_role("button", name="Undo it").click()
    page.get_by_text("130 posts are new again.").wait_for()
    broken = {"name": "newsrc", "mimeType": "text/plain", "buffer": b"rubbish\n" + _octets(file)}
    page.get_by_label("A .newsrc of yours").set_input_files(broken)
    page.get_by_role("button", name="Take it over").click()
    page.get_by_text("130 posts that were new are read now.").wait_for()
    assert "rubbish" in page.locator(".errors").inner_text()
    keep_picture(page, "reading", width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{live_site.url}/b/{handle}")
    keep_picture(page, "board", width)
    page.get_by_role("button", name="Mark the whole board as read").click()
    page.get_by_text("1 post marked as read.").wait_for()
    page.get_by_role("link", name="Undo it").click()
    page.get_by_role("button", name="Undo it").wait_for()
    keep_picture(page, "reading-undo", width)
    # As it was, for the next width.
    live_site.python(
        "from rejoinder.reading import keep\n"
        "from rejoinder.members.models import Member\n"
        "from rejoinder.threads.models import Post\n"
        "ids = Post.unscoped.values_list('pk', flat=True)\n"
        "keep.unread(Member.objects.get(name='Reader').pk, ids)\n"
    )
    context.close()


def test_the_page_of_what_was_read_has_nothing_against_it(
    live_site: LiveSite, names: list[str], chromium: Any
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{live_site.url}/account/login/")
    page.get_by_label("Name").fill("Reader")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").first.click()
    page.get_by_role("link", name="Reader").wait_for()
    for path in ("/account/reading", f"/b/{names[0]}"):
        page.goto(f"{live_site.url}{path}")
        assert axe_violations(page) == []
    context.close()


def _octets(download: Any) -> bytes:
    octets: bytes = download.value.path().read_bytes()
    return octets
