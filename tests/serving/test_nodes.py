"""Several nodes on one PostgreSQL, each with data of its own; and connections that get lost."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.live import LiveSite
from tests.postgresql import Postgresql
from tests.serving.test_across_workers import (
    PASSWORD,
    READS_EACH,
    ROUNDS,
    SETUP,
    WRITERS,
    Browser,
    write_and_read,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def server() -> Iterator[Postgresql]:
    server = Postgresql()
    server.start()
    with psycopg.connect(server.url("postgres"), autocommit=True) as database:
        database.execute("CREATE DATABASE site")
    yield server
    server.stop()


@pytest.fixture
def environ(server: Postgresql) -> dict[str, str]:
    """What all nodes are told."""
    return {
        "REJOINDER_DATABASE_URL": server.url("site"),
        "REJOINDER_SECRET_KEY": secrets.token_urlsafe(50),
    }


def test_no_node_serves_a_page_without_a_post_that_another_acknowledged(
    start_site: Callable[..., LiveSite], environ: dict[str, str]
) -> None:
    one, other = start_site(environ=environ), start_site(environ=environ)
    board = one.python(SETUP).split()[-1]
    with ThreadPoolExecutor(WRITERS) as pool:
        told = list(
            pool.map(
                write_and_read, [one.url] * WRITERS, range(WRITERS), [board] * WRITERS,
                [other.url] * WRITERS,
            )
        )  # fmt: skip
    assert told == [[f"{ROUNDS * READS_EACH * 4} found"]] * WRITERS
    # Who signed in at one node is known to the other: they share the secret.
    member = Browser(one.url)
    member.sign_in("Writer a", PASSWORD)
    member.host = other.url.removeprefix("http://")
    assert member.ask("GET", f"/b/{board}/start")[0] == 200
    assert not (other.data / "secret-key").exists()


def test_lost_connections_cost_one_clear_error_at_most(
    start_site: Callable[..., LiveSite], environ: dict[str, str], server: Postgresql
) -> None:
    site = start_site(environ=environ)
    board = site.python(SETUP).split()[-1]
    member, guest = Browser(site.url), Browser(site.url)
    member.sign_in("Writer a", PASSWORD)
    for round_ in range(5):
        with psycopg.connect(server.url("postgres"), autocommit=True) as database:
            ended = database.execute(
                "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = 'site'"
            ).fetchone()
        assert ended
        assert ended[0] >= 1
        for reader in (member, guest):
            first = reader.ask("GET", f"/b/{board}")
            assert first[0] in (200, 503), first
            assert reader.ask("GET", f"/b/{board}")[0] == 200
        post = member.post(f"/b/{board}/start", f"After loss {round_}")
        assert f"After loss {round_}" in guest.ask("GET", f"/t/{post}")[1]


def test_a_worker_holds_no_more_connections_than_its_pool_has(
    start_site: Callable[..., LiveSite], environ: dict[str, str], server: Postgresql
) -> None:
    site = start_site("--threads", "2", environ=environ)
    board = site.python(SETUP).split()[-1]
    with ThreadPoolExecutor(16) as pool:
        statuses = list(
            pool.map(lambda n: Browser(site.url).ask("GET", f"/b/{board}?page={n}")[0], range(160))
        )
    assert set(statuses) <= {200, 404}
    with psycopg.connect(server.url("postgres")) as database:
        found = database.execute(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = 'site'"
        ).fetchone()
    assert found
    assert 1 <= found[0] <= 5
