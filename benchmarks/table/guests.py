"""Guests' pages and their 304, beside nginx with the same octets and headers as files."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.harness import runs
from benchmarks.harness.nginx import nginx
from benchmarks.harness.runs import Run
from benchmarks.harness.served import Answer, Server, fetch
from benchmarks.harness.wrk import Load
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import GZIP, Session

REACH, REACH_UNCHANGED = 0.7, 0.5
NAMES = {
    "thread": "a guest's thread page of 30 posts, with texts",
    "outline": "a guest's thread page of 30 posts, titles",
    "front": "a guest's front page",
    "board": "a guest's board index",
    "post": "a guest's post page",
}


class NotComparable(Exception):
    """nginx and Rejoinder don't send the same."""


def measure(session: Session, server: Server) -> list[Row]:
    """Return the rows of guests' pages, and of a page that hasn't changed."""
    paths = session.places.guests_pages
    pages = {name: fetch(server.url + path, GZIP) for name, path in paths.items()}
    with nginx(session.folder / "nginx", pages, session.cores) as other:
        theirs = {name: f"{other.url}/{name}" for name in pages}
        for name, page in pages.items():
            check(page, fetch(theirs[name], GZIP), name)
        made = [
            row(session, NAMES[name], REACH, name, paths, theirs, server, other, pages[name])
            for name in pages
        ]
        return [*made, unchanged(session, server, other, paths["thread"])]


def check(ours: Answer, theirs: Answer, name: str) -> None:
    """Raise NotComparable unless both send the same."""
    if (ours.status, theirs.status) != (200, 200) or ours.octets != theirs.octets:
        raise NotComparable(f"{name}: {ours.status} and {theirs.status}, or other octets")
    if ours.header("content-encoding") != "gzip":
        raise NotComparable(f"{name} isn't compressed: it isn't kept for guests")


def row(
    session: Session,
    work: str,
    reach: float,
    name: str,
    paths: Mapping[str, str],
    theirs: Mapping[str, str],
    server: Server,
    other: Server,
    page: Answer,
) -> Row:
    """Return the row of one page, beside nginx's of the same name."""
    loads = Load(server.url + paths[name], GZIP), Load(theirs[name], GZIP)
    return _compared(session, work, reach, loads, (server, other), f"{len(page.octets):,} octets")


def _compared(
    session: Session,
    work: str,
    reach: float,
    loads: tuple[Load, Load],
    servers: tuple[Server, Server],
    also: str,
) -> Row:
    """Return the row of what one server answers beside the other, run by turns."""
    for load, server in zip(loads, servers, strict=True):
        session.load(load, server, seconds=1)
    pairs = [
        (session.load(loads[0], servers[0]), session.load(loads[1], servers[1]))
        for _ in range(session.rounds)
    ]
    ours, theirs = ([pair[side] for pair in pairs] for side in (0, 1))
    return rows.at_least(
        f"{work}, to nginx's",
        reach,
        runs.ratio(ours, theirs),
        also=f"{_told(ours)} and {_told(theirs)}, {also}",
    )


def _told(of: list[Run]) -> str:
    figure = runs.median(of)
    return f"{rows.number(figure.value)}/s"


def unchanged(
    session: Session,
    server: Server,
    other: Server,
    path: str,
    name: str = "thread",
    work: str = "304 for an unchanged page",
) -> Row:
    """Return the row of a page that the client has already; `name` is nginx's for it."""
    loads = []
    for url in (server.url + path, f"{other.url}/{name}"):
        headers = GZIP | {"If-None-Match": fetch(url, GZIP).header("etag")}
        if fetch(url, headers).status != 304:
            raise NotComparable(f"{url} isn't answered with 304")
        loads.append(Load(url, headers))
    pair = (loads[0], loads[1])
    return _compared(session, work, REACH_UNCHANGED, pair, (server, other), "no body")
