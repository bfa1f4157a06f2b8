"""newsboat reads our feeds, asks again politely, and forgets nothing it has read."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live import LiveSite

pytestmark = pytest.mark.slow

FILLING = """
board = make_board("Harbour", "Ships and tides.")
root = make_thread(board, "The lighthouse stays & shines", "Lit for *another* year.")
one = make_response(root, "Oil is dear", "It is.")
make_response(one, "Not that dear", "")
print(board.handle_id, root.public_id)
"""
MORE = """
from rejoinder.threads.models import Post
root = Post.unscoped.select_related("board", "thread").get(public_id="{}")
make_response(root, "And the foghorn?", "It woke me.", make_member("Di Dahl"))
"""


class Newsboat:
    """The reader with a home of its own."""

    def __init__(self, home: Path, *urls: str) -> None:
        self.home = home
        (home / ".newsboat").mkdir(parents=True)
        (home / ".newsboat" / "urls").write_text("\n".join(urls) + "\n", encoding="utf-8")

    def run(self, *commands: str) -> str:
        """Do these, and return what it says."""
        program = shutil.which("newsboat")
        if program is None:
            pytest.fail("newsboat isn't installed: install the package newsboat.")
        done = subprocess.run(
            [program, "-x", *commands], capture_output=True, text=True, check=True, timeout=60,
            env={"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )  # fmt: skip
        return done.stdout

    def titles(self) -> list[str]:
        """Return the titles it has kept, in the order of their arrival."""
        with sqlite3.connect(self.home / ".newsboat" / "cache.db") as kept:
            return [title for (title,) in kept.execute("SELECT title FROM rss_item ORDER BY id")]


def test_newsboat_reads_the_feed_that_a_page_names_and_what_comes_later(
    start_site: Callable[..., LiveSite], tmp_path: Path
) -> None:
    site = start_site()
    handle, root = site.python(FILLING).split()
    with urllib.request.urlopen(f"{site.url}/b/{handle}", timeout=30) as page:
        head = page.read().decode()
    found = re.findall(r'type="application/atom\+xml" title="Feed: Harbour" href="(.+?)"', head)
    assert found == [f"/b/{handle}/feed.atom"]
    reader = Newsboat(tmp_path / "home", site.url + found[0])
    assert reader.run("reload", "print-unread") == "3 unread articles\n"
    assert set(reader.titles()) == {
        "The lighthouse stays & shines", "Oil is dear", "Not that dear",
    }  # fmt: skip
    site.python(MORE.format(root))
    assert reader.run("reload", "print-unread") == "4 unread articles\n"
    assert reader.run("reload", "print-unread") == "4 unread articles\n"
    assert len(reader.titles()) == 4
