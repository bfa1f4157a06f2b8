"""Pages of the longest thread on a large site, made anew each time, beside a small site's."""

from __future__ import annotations

from benchmarks.harness import filled, furnish, runs
from benchmarks.harness.runs import Run
from benchmarks.harness.served import Server, fetch, rejoinder
from benchmarks.harness.wrk import Load
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import GZIP, Session

REACH = 1.3
CONNECTIONS = 4


def measure(session: Session) -> list[Row]:
    """Return the rows of the first, middle and last page, for a guest and for a member."""
    with (
        rejoinder(session.site, session.cores, page_cache="0") as large,
        rejoinder(session.small, session.cores, page_cache="0") as small,
    ):
        return [
            _row(session, large, small, page, who)
            for who in ("guest", "member")
            for page in ("first", "middle", "last")
        ]


def _row(session: Session, large: Server, small: Server, page: str, who: str) -> Row:
    sites = {"large": (session.site, large), "small": (session.small, small)}
    loads, octets = {}, {}
    for name, (where, server) in sites.items():
        headers = GZIP
        if who == "member":
            headers = GZIP | {"Cookie": furnish.read_cookies(where.data)[0]}
        url = server.url + filled.places(where).long_pages[page]
        octets[name] = len(fetch(url, {**headers, "Accept-Encoding": "identity"}).octets)
        loads[name] = Load(url, headers, connections=CONNECTIONS)
        session.load(loads[name], server, seconds=1)
    measured: dict[str, list[Run]] = {"large": [], "small": []}
    for _ in range(session.rounds):
        for name, (_where, server) in sites.items():
            measured[name].append(session.load(loads[name], server, seconds=session.seconds / 2))
    # Time per page, so the small site's pace to the large one's.
    figure = runs.ratio(measured["small"], measured["large"])
    of = filled.places(session.site).long_posts
    return rows.at_most(
        f"{page} page of a thread of {of:,} posts, {who}, to a small site's",
        REACH,
        figure,
        also=f"{1000 / runs.median(measured['large']).value:.1f} ms "
        f"and {1000 / runs.median(measured['small']).value:.1f} ms",
        notes=f"{octets['large']:,} octets of HTML and {octets['small']:,}",
    )
