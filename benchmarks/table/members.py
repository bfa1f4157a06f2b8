"""Members' thread pages: another member's cookie with each request, while posts come in."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from benchmarks.harness import furnish, runs
from benchmarks.harness.served import Server, fetch
from benchmarks.harness.writers import Posted, write_every
from benchmarks.harness.wrk import MEMBERS, Load
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import GZIP, Session

REACH = 1000
SECONDS_BETWEEN_POSTS = 1.0
# What is in flight when a run ends has cost CPU time and isn't counted: so fewer than guests'.
CONNECTIONS = 8


class NotSignedIn(Exception):
    """A page that was to be a member's isn't."""


def measure(session: Session, server: Server) -> list[Row]:
    """Return the row of members' thread pages."""
    data = session.site.data
    cookies = furnish.read_cookies(data)
    page = fetch(server.url + session.places.thread, {"Cookie": cookies[0]})
    if page.status != 200 or b"/account/logout/" not in page.octets:
        raise NotSignedIn(f"{page.status}: this isn't a member's page")
    files = [str(data / furnish.COOKIES), str(data / furnish.PATHS)]
    load = Load(server.url, GZIP, script=MEMBERS, arguments=files, connections=CONNECTIONS)
    # As on any day, nearly all have been there before; the threads' pages aren't made.
    for cookie in cookies:
        fetch(f"{server.url}/", {"Cookie": cookie})
    with posts_coming_in(server, cookies[-1], session.places.posts) as posted:
        measured = [session.load(load, server) for _ in range(session.rounds)]
    times = f"p50 {_median(measured, 'p50')} ms, p99 {_median(measured, 'p99')} ms"
    return [
        rows.at_least(
            "a member's thread page of 30 posts",
            REACH,
            runs.median(measured),
            unit="/s",
            also=times,
            notes=f"{len(cookies):,} members; {len(posted.acknowledged)} posts came in meanwhile, "
            f"{len(posted.failures)} failed",
        )
    ]


@contextlib.contextmanager
def posts_coming_in(server: Server, cookie: str, posts: list[str]) -> Iterator[Posted]:
    """Have a member post each second, as long as the `with` lasts."""
    posted, loop = Posted(), asyncio.new_event_loop()
    work = write_every(SECONDS_BETWEEN_POSTS, cookie, posts, server.port, posted)
    task = loop.create_task(work)

    def write() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield posted
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        loop.close()


def _median(measured: list[runs.Run], name: str) -> str:
    return rows.number(runs.percentile([getattr(run, name) for run in measured], 0.5))
