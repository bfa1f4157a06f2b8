from __future__ import annotations

import json
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from rejoinder.serving import warm
from rejoinder.serving.kept_page import PARAMETERS
from rejoinder.serving.members import Key
from tests.serving.test_front import Site

pytestmark = pytest.mark.django_db


def make_again(site: Site, path: Path) -> None:
    """Warm a front as a worker does that starts, and wait until it's done."""
    done = threading.Event()
    warm.start(site.front, path, done.set)
    assert done.wait(10)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "PAUSE_SECONDS", 0.0)


def test_pages_asked_for_again_are_there_after_a_restart(tmp_path: Path) -> None:
    PARAMETERS.update({"after"})
    before, path = Site(), tmp_path / warm.FILE
    for at, query in [("/t/1", ""), ("/t/1", "after=2"), ("/t/2", ""), ("/t/2", "")]:
        before.get(at, query)
    before.get("/t/1", "after=2")
    before.get("/t/1", "after=2")
    warm.note(before.front, path)
    after = Site()
    make_again(after, path)
    wanted = [("/t/1", "after=2"), ("/t/2", "")]
    assert [(each["PATH_INFO"], each["QUERY_STRING"]) for each in after.asked] == wanted
    for at, query in wanted:
        after.get(at, query)
    assert len(after.asked) == 2


def test_it_asks_as_a_guest(tmp_path: Path) -> None:
    before, path = Site(), tmp_path / warm.FILE
    before.get("/")
    before.get("/")
    warm.note(before.front, path)
    after = Site()
    make_again(after, path)
    (asked,) = after.asked
    assert not {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_X_FORWARDED_FOR"} & asked.keys()


def test_members_pages_are_not_written_down(tmp_path: Path) -> None:
    site, path = Site(), tmp_path / warm.FILE
    site.get("/t/1")
    site.get("/t/1")
    (key,) = site.front.pages.wanted(10)
    page: Any = site.front.pages.get(key)
    assert site.front.pages.put(("somebody's audience", key), page, site.front.pages.mark())
    assert len(site.front.pages.wanted(10)) == 2
    warm.note(site.front, path)
    assert json.loads(path.read_text()) == [list(key)[1:]]  # type: ignore[call-overload]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_page_that_a_reader_was_first_to_ask_for_is_not_made_twice(tmp_path: Path) -> None:
    before, path = Site(), tmp_path / warm.FILE
    before.get("/t/1")
    before.get("/t/1")
    warm.note(before.front, path)
    after = Site()
    after.get("/t/1")
    make_again(after, path)
    assert len(after.asked) == 1


@pytest.mark.parametrize("written", [None, b"", b"[", b'{"a": 1}', b"[[1]]", b"[3]", b"\xff"])
def test_what_cannot_be_read_is_no_hindrance(tmp_path: Path, written: bytes | None) -> None:
    path = tmp_path / warm.FILE
    if written is not None:
        path.write_bytes(written)
    site = Site()
    make_again(site, path)
    assert site.asked == []


def test_where_nothing_can_be_written_it_ends_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    warm.note(Site().front, tmp_path / "missing" / warm.FILE)
    assert "isn't kept" in caplog.text


def test_only_so_many_are_made(tmp_path: Path) -> None:
    path = tmp_path / warm.FILE
    keys: list[Key] = [("http", "host", f"/t/{number}", "") for number in range(warm.MOST + 50)]
    path.write_text(json.dumps([key[1:] for key in keys]))
    site = Site()
    make_again(site, path)
    assert len(site.asked) == warm.MOST
