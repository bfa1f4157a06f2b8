"""Feeds and their 304, beside nginx with the same octets and headers as files."""

from __future__ import annotations

from benchmarks.harness.nginx import nginx
from benchmarks.harness.served import Server, fetch
from benchmarks.table import guests
from benchmarks.table.rows import Row
from benchmarks.table.session import GZIP, Session

NAMES = {"board": "a board's feed of 50 posts, whole", "site": "the whole site's feed, as JSON"}


def measure(session: Session, server: Server) -> list[Row]:
    """Return the rows of two feeds, and of one that hasn't changed."""
    board = session.places.guests_pages["board"].partition("?")[0]
    paths = {"board": f"{board}/feed.atom", "site": "/feed.json"}
    # Since when they stand is told from their second second on.
    pages = {name: fetch(server.url + path, GZIP) for name, path in paths.items()}
    with nginx(session.folder / "nginx-feeds", pages, session.cores) as other:
        theirs = {name: f"{other.url}/{name}" for name in pages}
        made = []
        for name, page in pages.items():
            guests.check(page, fetch(theirs[name], GZIP), name)
            made.append(
                guests.row(
                    session, NAMES[name], guests.REACH, name, paths, theirs, server, other, page
                )
            )
        work = "304 for an unchanged feed"
        return [*made, guests.unchanged(session, server, other, paths["board"], "board", work)]
