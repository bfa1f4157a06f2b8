"""The command; see the package's docstring.

With one core for the server and the others for the load. A run in which the generator was at
its limit, or in which others worked on these cores, is void. Nothing of a site is kept
unless --folder names a place; there a site once filled is used again.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness.cores import cores
from benchmarks.harness.filled import filled
from benchmarks.harness.served import postgresql, rejoinder, scratch
from benchmarks.table import (
    adding,
    feeds,
    guests,
    ledger,
    mail,
    members,
    posting,
    process,
    sizes,
    weight,
)
from benchmarks.table.rows import Row, as_markdown
from benchmarks.table.session import Session

SMALL_POSTS = 2000
# What is measured of one server, which is loaded by it: its memory is taken before and after.
SERVED = {
    "weight": weight.measure,
    "guests": guests.measure,
    "feeds": feeds.measure,
    "members": members.measure,
}
GROUPS = (*SERVED, "sizes", "start", "posting", "adding", "mail")


@dataclass
class Table:
    """The rows so far, said as they come."""

    rows: list[Row]

    def add(self, name: str, measure: Callable[[], list[Row]]) -> None:
        """Measure some rows."""
        began = time.monotonic()
        self.rows += measure()
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, print the table, and record it if that's asked."""
    chosen = _arguments()
    # Told to end, it ends its servers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    began, found = time.monotonic(), cores()
    allowed = os.sched_getaffinity(0)
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch(chosen.folder))
        engine = stack.enter_context(postgresql(found)) if chosen.engine == "postgresql" else None
        session = Session(
            folder=folder,
            cores=found,
            site=filled(folder, chosen.posts, engine),
            small=filled(folder, chosen.small_posts, engine),
            seconds=chosen.seconds,
            rounds=chosen.rounds,
            mbox=chosen.mbox,
        )
        # Whatever this process does meanwhile, it does as part of the load.
        os.sched_setaffinity(0, found.generator)
        table = _measured(session, chosen.only or GROUPS)
        os.sched_setaffinity(0, allowed)
        seconds = time.monotonic() - began
        said = ledger.heading(found, chosen.engine, ledger.arguments(), seconds)
    void = f"{ledger.VOID}\n\n" if any(row.verdict.endswith("?") for row in table.rows) else ""
    text = f"{said}\n{void}{as_markdown(table.rows)}"
    print(text)
    if chosen.record:
        ledger.record(text)
    return 0


def _measured(session: Session, groups: tuple[str, ...]) -> Table:
    table = Table([])
    of_one_server = [group for group in SERVED if group in groups]
    if of_one_server:
        with rejoinder(session.site, session.cores) as server:
            time.sleep(2)
            idle = process.memory(server)
            for group in of_one_server:
                table.add(group, lambda group=group: SERVED[group](session, server))  # type: ignore[misc]
            loaded = process.memory(server)
            table.add("memory", lambda: process.memory_rows(idle, loaded))
    own: dict[str, Callable[[Session], list[Row]]] = {
        "sizes": sizes.measure,
        "start": process.start,
        "posting": posting.measure,
        "adding": adding.measure,
        "mail": mail.measure,
    }
    for name, measure in own.items():
        if name in groups:
            table.add(name, lambda measure=measure: measure(session))  # type: ignore[misc]
    return table


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table", description=__doc__)
    parser.add_argument("--posts", type=int, default=20_000, help="of the site (default 20,000)")
    parser.add_argument("--small-posts", type=int, default=SMALL_POSTS, help="of the small site")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each run (default 3)")
    parser.add_argument("--rounds", type=int, default=5, help="of which the median counts")
    parser.add_argument("--mbox", type=Path, help="mail to import, instead of a made list")
    parser.add_argument("--folder", help="where sites are filled, and SQLite's kept")
    parser.add_argument("--only", nargs="+", choices=GROUPS, help="these rows alone")
    parser.add_argument("--record", action="store_true", help="add the table to RESULTS.md")
    chosen = parser.parse_args()
    if chosen.posts == chosen.small_posts:
        parser.error("--posts and --small-posts must differ: one is compared with the other.")
    return chosen


if __name__ == "__main__":
    sys.exit(main())
