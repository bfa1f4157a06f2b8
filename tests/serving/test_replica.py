"""A guest's page is made from a standby that is far enough, and from the primary otherwise."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest

from tests.live import LiveSite, wait_until
from tests.postgresql import Postgresql, Standby
from tests.serving.test_across_workers import PASSWORD, SETUP, Browser

pytestmark = pytest.mark.slow

# Longer than a worker leaves a replica alone that was away.
BACK_SECONDS = 6.0


@dataclass
class Site:
    """A site on a primary with a standby."""

    live: LiveSite
    primary: Postgresql
    standby: Standby
    board: str
    member: Browser
    guest: Browser

    def ask_standby(self, sql: str) -> object:
        with psycopg.connect(self.standby.url("site"), autocommit=True) as database:
            row = database.execute(sql).fetchone()
        return row[0] if row else None

    def sessions(self) -> object:
        return self.ask_standby(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'site'"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def asked_at(self) -> object:
        """When a worker last asked the standby anything."""
        return self.ask_standby(
            "SELECT MAX(query_start) FROM pg_stat_activity WHERE datname = 'site'"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )

    def queries(self) -> list[str]:
        """What the workers asked the standby last."""
        with psycopg.connect(self.standby.url("site"), autocommit=True) as database:
            rows = database.execute(
                "SELECT query FROM pg_stat_activity WHERE datname = 'site'"
                " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            ).fetchall()
        return [query for (query,) in rows]

    def wait_for_replay(self) -> None:
        with psycopg.connect(self.primary.url("site"), autocommit=True) as database:
            row = database.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        assert row
        wait_until(
            lambda: bool(self.ask_standby(f"SELECT pg_last_wal_replay_lsn() >= '{row[0]}'::pg_lsn"))
        )

    def post(self, title: str) -> str:
        return self.member.post(f"/b/{self.board}/start", title)


@pytest.fixture
def site(start_site: Callable[..., LiveSite]) -> Iterator[Site]:
    # Synced, so that what is committed is sent to the standby at once.
    primary = Postgresql(is_durable=True)
    standby = Standby(primary)
    try:
        primary.start()
        with psycopg.connect(primary.url("postgres"), autocommit=True) as database:
            database.execute("CREATE DATABASE site")
        standby.start()
        live = start_site(
            environ={
                "REJOINDER_DATABASE_URL": primary.url("site"),
                "REJOINDER_REPLICA_URL": standby.url("site"),
            }
        )
        board = live.python(SETUP).split()[-1]
        member = Browser(live.url)
        member.sign_in("Writer a", PASSWORD)
        yield Site(live, primary, standby, board, member, Browser(live.url))
        live.stop()
    finally:
        standby.stop()
        primary.stop()


def test_a_guests_page_is_made_from_the_replica_and_a_members_is_not(site: Site) -> None:
    post = site.post("Read on the standby")
    site.wait_for_replay()
    before = site.asked_at()
    assert "Read on the standby" in site.member.ask("GET", f"/t/{post}")[1]
    assert site.asked_at() == before
    assert "Read on the standby" in site.guest.ask("GET", f"/t/{post}")[1]
    assert site.asked_at() != before
    # Its last query there was one of the page's own.
    assert [query for query in site.queries() if "threads_" in query or "boards_" in query]


def test_what_is_acknowledged_is_on_the_page_while_the_replica_lags(site: Site) -> None:
    site.post("Before the pause")
    site.wait_for_replay()
    assert "Before the pause" in site.guest.ask("GET", f"/b/{site.board}")[1]
    assert site.sessions() != 0
    site.ask_standby("SELECT pg_wal_replay_pause()")
    wait_until(lambda: site.ask_standby("SELECT pg_get_wal_replay_pause_state()") == "paused")
    for number in range(10):
        post = site.post(f"While paused {number}")
        assert f"While paused {number}" in site.guest.ask("GET", f"/b/{site.board}")[1]
        assert f"While paused {number}" in site.guest.ask("GET", f"/t/{post}")[1]
        assert f"While paused {number}" in site.member.ask("GET", f"/t/{post}")[1]
    assert site.ask_standby("SELECT COUNT(*) FROM threads_post") == 1
    site.ask_standby("SELECT pg_wal_replay_resume()")
    site.wait_for_replay()
    # What it had lacked, it is asked for now.
    assert "While paused 3" in site.guest.ask("GET", f"/b/{site.board}?page=1")[1]


def test_posts_are_on_guests_pages_at_once_with_a_replica_that_follows(site: Site) -> None:
    for number in range(60):
        post = site.post(f"Followed {number}")
        assert f"Followed {number}" in site.guest.ask("GET", f"/b/{site.board}")[1]
        assert f"Followed {number}" in site.guest.ask("GET", f"/t/{post}")[1]
    assert site.sessions() != 0


def test_pages_go_on_while_the_replica_is_away_and_it_is_used_when_it_is_back(site: Site) -> None:
    first = site.post("With a replica")
    site.wait_for_replay()
    assert "With a replica" in site.guest.ask("GET", f"/t/{first}")[1]
    assert site.sessions() != 0
    site.standby.halt()
    for number in range(5):
        post = site.post(f"Without a replica {number}")
        status, page = site.guest.ask("GET", f"/t/{post}")
        assert (status, f"Without a replica {number}" in page) == (200, True)
    # One call failed; the others didn't try.
    assert site.live.log.count("The replica can't be read") == 1
    site.standby.resume()
    site.wait_for_replay()
    time.sleep(BACK_SECONDS)
    assert "Without a replica 0" in site.guest.ask("GET", f"/b/{site.board}")[1]
    assert site.sessions() != 0


def test_a_replica_of_another_history_is_not_read(site: Site) -> None:
    post = site.post("One history")
    site.wait_for_replay()
    # Promoted, it's no standby any more, however far it is.
    site.ask_standby("SELECT pg_promote()")
    status, page = site.guest.ask("GET", f"/t/{post}")
    assert (status, "One history" in page) == (200, True)
    assert not [query for query in site.queries() if "threads_" in query]
