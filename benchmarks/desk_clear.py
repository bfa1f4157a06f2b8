"""How many clicks or keys, and seconds, it takes to clear a desk of held posts in Chromium.

    python -m benchmarks.desk_clear [--posts 200]

Three ways, each on a desk filled anew: each post by one key, one in five removed for a reason
chosen once; one in five chosen and removed, then the rest approved by pages; all approved by
pages. The seconds are the program's and the browser's: nobody reads the posts.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.live import FLAGS, LiveSite

MODERATOR = """
from tests.moderation import moderating
moderator = moderating.site_moderator('Mona Moderator')
moderator.set_password(PASSWORD)
moderator.save()
"""
HELD = """
from tests.moderation import moderating
from rejoinder.moderation.models import Case
from uuid import uuid4
board, author = make_board(uuid4().hex), make_member('Author ' + uuid4().hex)
posts = [make_thread(board, f'Held {{number}}', 'Some words. ' * 40, author)
         for number in range({posts})]
Case.unscoped.all().delete()
for post in posts:
    moderating.hold(post)
"""
PASSWORD = "correct horse battery"
# One in so many is removed.
BAD = 5


class Desk:
    """The desk in a browser; counts what a hand does."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.acts = 0

    def key(self, key: str, *, leads_on: bool = False) -> None:
        self.acts += 1
        if not leads_on:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def click(self, what: str) -> None:
        self.acts += 1
        with self.page.expect_navigation():
            self.page.click(what)

    @property
    def waiting(self) -> int:
        return int(self.page.locator("[data-case]").count())


def one_by_one(desk: Desk) -> None:
    """Decide on each post by one key."""
    desk.page.select_option("#template", "Spam")
    desk.acts += 2
    number = 0
    while desk.waiting:
        desk.key("r" if number % BAD == 0 else "a", leads_on=True)
        number += 1


def by_choice(desk: Desk) -> None:
    """Choose what is bad on a page, remove it, and approve what is left there."""
    while desk.waiting:
        desk.page.select_option("#template", "Spam")
        boxes = desk.page.locator("[name=case]")
        bad = range(0, boxes.count(), BAD)
        for number in bad:
            boxes.nth(number).check()
        desk.acts += len(bad)
        desk.click("text=Remove chosen")
        if desk.page.locator("main button.danger").count() == 1 and not desk.waiting:
            desk.click("main button.danger")
        desk.click("text=Approve all on this page")


def by_pages(desk: Desk) -> None:
    """Approve page after page."""
    while desk.waiting:
        desk.click("text=Approve all on this page")


WAYS: list[Callable[[Desk], None]] = [one_by_one, by_choice, by_pages]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=200)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = LiveSite(Path(folder) / "site")
        site.start()
        try:
            site.python(MODERATOR)
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS
            )
            page = browser.new_page()
            page.goto(f"{site.url}/account/login/?next=/moderation/")
            page.fill("[name=login]", "Mona Moderator")
            page.fill("[name=password]", PASSWORD)
            page.locator("main form button").first.click()
            print(f"| {chosen.posts} held posts | clicks and keys | seconds |\n|---|--:|--:|")
            for way in WAYS:
                site.python(HELD.format(posts=chosen.posts))
                page.goto(f"{site.url}/moderation/")
                desk = Desk(page, site.url)
                began = time.monotonic()
                way(desk)
                seconds = time.monotonic() - began
                assert "Well done" in page.content()
                what = (way.__doc__ or "").rstrip(".")
                print(f"| {what} | {desk.acts} | {seconds:.0f} |", flush=True)
            browser.close()
        finally:
            site.stop()


if __name__ == "__main__":
    main()
