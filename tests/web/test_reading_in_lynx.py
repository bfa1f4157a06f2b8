"""The reading pages in a text browser: their order and depth can be read."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.live import LiveSite

pytestmark = pytest.mark.browser

FILLING = """
board = make_board("Harbour", "Ships and tides.")
root = make_thread(board, "The lighthouse stays", "Lit for another year.", make_member("Ada Ayo"))
one = make_response(root, "Oil is dear", "It is.", make_member("Bo Berg"))
make_response(one, "Not that dear", "", make_member("Cy Chan"))
make_response(root, "And the foghorn?", "It woke me.", make_member("Di Dahl"))
print(board.handle_id, root.public_id, one.public_id)
"""


def lynx(address: str) -> list[str]:
    """Return the lines of a page as lynx draws it, without the list of links."""
    program = shutil.which("lynx")
    if program is None:
        pytest.fail("lynx isn't installed: install the package lynx.")
    done = subprocess.run(
        [program, "-dump", "-nolist", "-width=100", address],
        capture_output=True, text=True, check=True, timeout=60,
        env={"LANG": "C.UTF-8", "HOME": "/nonexistent", "TERM": "dumb"},
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def places(live_site: LiveSite) -> list[str]:
    return live_site.python(FILLING).split()


def indent(lines: list[str], words: str) -> int:
    found = [line for line in lines if words in line]
    assert found, f"{words!r} isn't in:\n" + "\n".join(lines)
    return len(found[-1]) - len(found[-1].lstrip(" *+o#@-"))


def test_a_post_reads_from_top_to_bottom(live_site: LiveSite, places: list[str]) -> None:
    text = "\n".join(lynx(f"{live_site.url}/p/{places[2]}"))
    # Above it lynx names what the page's head links to: its feeds.
    text = text[text.index("Skip to the text") :]
    parts = [
        "In response to “The lighthouse stays” by Ada Ayo",
        "Oil is dear",
        "Bo Berg",
        "post 2 of 4 in its thread",
        "It is.",
        "Respond",
        "Responses:",
        "Not that dear n/t",
        "by Cy Chan",
        "Up and previous",
    ]
    found = [text.find(part) for part in parts]
    assert found == sorted(found), text
    assert min(found) >= 0, text


def test_an_index_shows_depth_by_its_lists(live_site: LiveSite, places: list[str]) -> None:
    lines = lynx(f"{live_site.url}/b/{places[0]}")
    root, one, two = (indent(lines, w) for w in ("lighthouse", "Oil is dear", "Not that dear"))
    assert root < one < two
    assert indent(lines, "foghorn") == one
    assert re.search(r"Oil is dear +by Bo Berg, +\d+ \w{3} \d{4}, \d\d:\d\d", "\n".join(lines))
