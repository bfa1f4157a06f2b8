"""The primary of three nodes is killed while posts come in."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException

import psycopg
import pytest

from tests.live import LiveSite
from tests.patroni import Cluster
from tests.serving.test_across_workers import LETTERS, PASSWORD, SETUP, Browser

pytestmark = pytest.mark.slow
log = logging.getLogger(__name__)

# What the site promises: the only time that a test asserts.
WRITING_AGAIN_SECONDS = 30


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


class Writer(threading.Thread):
    """Posts without end, and keeps what was acknowledged, and when."""

    def __init__(self, url: str, letter: str, board: str) -> None:
        super().__init__()
        self.browser, self.letter, self.board = Browser(url), letter, board
        self.browser.sign_in(f"Writer {letter}", PASSWORD)
        self.acknowledged: list[tuple[float, str]] = []
        self.is_over = threading.Event()

    def run(self) -> None:
        number = 0
        while not self.is_over.is_set():
            number += 1
            title = f"Kept {self.letter} {number}."
            try:
                self.browser.post(f"/b/{self.board}/start", title)
            except (AssertionError, OSError, HTTPException):
                # Refused in words, or not answered: not acknowledged.
                time.sleep(0.2)
            else:
                self.acknowledged.append((time.monotonic(), title))


def test_no_acknowledged_post_is_lost_when_the_primary_is_killed(
    start_site: Callable[..., LiveSite], cluster: Cluster
) -> None:
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as database:
        database.execute("CREATE DATABASE site")
    site = start_site(environ={"REJOINDER_DATABASE_URL": cluster.url("site")})
    board = site.python(SETUP).split()[-1]
    writers = [Writer(site.url, letter, board) for letter in LETTERS]
    for writer in writers:
        writer.start()
    time.sleep(5)
    killed = cluster.primary()
    cluster.kill(killed)
    killed_at = time.monotonic()
    try:
        back = _written_again(writers, killed_at)
        time.sleep(3)
    finally:
        for writer in writers:
            writer.is_over.set()
            writer.join()
    before = [title for writer in writers for at, title in writer.acknowledged if at < killed_at]
    assert len(before) > 10
    assert back - killed_at < WRITING_AGAIN_SECONDS, cluster.log()
    assert cluster.primary() != killed
    with psycopg.connect(cluster.url("site")) as database:
        kept = {title for (title,) in database.execute("SELECT title FROM threads_post")}
    acknowledged = {title for writer in writers for _at, title in writer.acknowledged}
    # pytest -s --log-cli-level=info shows it.
    log.info("%d kept; writing again after %.1f s", len(acknowledged), back - killed_at)
    assert acknowledged - kept == set()


def _written_again(writers: list[Writer], killed_at: float) -> float:
    """Return when the first post was acknowledged that was begun after the kill."""
    # What was on its way at the kill may still have been answered.
    settled = killed_at + 1
    deadline = killed_at + 3 * WRITING_AGAIN_SECONDS
    while time.monotonic() < deadline:
        later = [at for writer in writers for at, _title in writer.acknowledged if at > settled]
        if later:
            return min(later)
        time.sleep(0.1)
    return deadline
