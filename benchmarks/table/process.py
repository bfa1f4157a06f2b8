"""The server's processes: memory before and after load, and the time to the first page."""

from __future__ import annotations

import statistics
import time

from benchmarks.harness import usage
from benchmarks.harness.runs import Figure, disturbed
from benchmarks.harness.served import Server, fetch, rejoinder
from benchmarks.harness.usage import Memory, Neighbours
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import Session

REACH_IDLE, REACH_LOADED, REACH_START = 150, 250, 1.5


def memory(server: Server) -> Memory:
    """Return what the server's own processes hold now; the database's are not among them."""
    return usage.memory(usage.tree(server.process.pid))


def memory_rows(idle: Memory, loaded: Memory) -> list[Row]:
    """Return the rows of memory."""
    pairs = (("idle", idle, REACH_IDLE), ("after load", loaded, REACH_LOADED))
    return [
        rows.at_most(
            f"memory of a worker and its helpers, {when} (PSS)",
            reach,
            Figure(found.pss),
            unit="MiB",
            also=f"RSS {found.rss:.0f} MiB in {found.processes} processes",
        )
        for when, found, reach in pairs
    ]


def start(session: Session) -> list[Row]:
    """Return the row of the time from the command to the first page that is answered."""
    path, posts = session.places.thread, session.places.site_posts
    taken, cpu = [], []
    beside = Neighbours(session.cores.server, session.site.database_pids)
    for _ in range(session.rounds):
        began = time.monotonic()
        with rejoinder(session.site, session.cores) as server:
            page = fetch(server.url + path)
            taken.append(time.monotonic() - began)
            cpu.append(usage.cpu_seconds(usage.tree(server.process.pid)))
            assert page.status == 200, page
    void = disturbed(beside.share())
    figure = Figure(statistics.median(cpu if void else taken), void)
    work = f"start on a site of {posts:,} posts, to the first thread page"
    return [rows.at_most(work, REACH_START, figure, unit="s")]
