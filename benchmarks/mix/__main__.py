"""The command; see the package's docstring.

Writes mix.csv (a line for each ten seconds), mix.svg and mix.md. Limits hold as on any site,
and the server believes one proxy, so that each reader has an address of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness import furnish, kept
from benchmarks.harness.cores import cores
from benchmarks.harness.filled import filled, places
from benchmarks.harness.served import Server, Where, postgresql, rejoinder, scratch
from benchmarks.harness.usage import Meter, memory, tree
from benchmarks.mix import figures
from benchmarks.mix.figures import Stretch
from benchmarks.mix.plot import Panel, Series, svg
from benchmarks.mix.traffic import Site, Traffic
from benchmarks.table import ledger

GUESTS, MEMBERS, POSTS = 0.90, 0.09, 0.01
ROBOTS_A_MINUTE = 39_000
STRETCH_SECONDS = 10


@dataclass(frozen=True)
class Wanted:
    """How long, how much, and when the robots come: seconds, and requests a second."""

    seconds: float
    rate: float
    robots: float
    storm: tuple[float, float]


@dataclass
class Log:
    """What has been measured: stretches, and the line of each."""

    stretches: list[Stretch] = field(default_factory=list)
    lines: list[dict[str, float]] = field(default_factory=list)


def main() -> int:
    """Run the mix, and write what came of it."""
    chosen = _arguments()
    # Told to end, it ends its servers first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    found, wanted = cores(), _wanted(chosen)
    out = Path(chosen.out).absolute()
    out.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(scratch(chosen.folder))
        engine = stack.enter_context(postgresql(found)) if chosen.engine == "postgresql" else None
        where = filled(folder, chosen.posts, engine)
        os.sched_setaffinity(0, found.generator)
        options = {"proxies": "1", "limits": "", "guest_work": "15", "workers": str(chosen.workers)}
        server = stack.enter_context(rejoinder(where, found, **options))
        log, traffic = Log(), Traffic(_site(where, server))
        asyncio.run(_run(wanted, traffic, server, found.server, log, out))
        kept.kill(server)
        held = kept.check(where, traffic.posted.acknowledged)
    heading = ledger.heading(found, chosen.engine, chosen.command, time.monotonic() - began)
    said = "\n".join([heading, *_told(wanted, log, traffic, held)])
    (out / "mix.md").write_text(said + "\n")
    (out / "mix.svg").write_text(_drawn(wanted, log))
    print(said)
    return 0


def _wanted(chosen: argparse.Namespace) -> Wanted:
    seconds = 60 * chosen.minutes
    storm = 60 * (chosen.minutes / 12 if chosen.storm is None else chosen.storm)
    # In the middle: so that what the site was like before and is like after is seen.
    start = (seconds - storm) / 2
    return Wanted(seconds, chosen.rate, chosen.robots / 60, (start, start + storm))


def _site(where: Where, server: Server) -> Site:
    at = places(where)
    threads = furnish.read_lines(where.data, furnish.PATHS)
    return Site(
        port=server.port,
        popular=[*at.guests_pages.values(), *threads, *(f"/p/{post}" for post in at.posts[:50])],
        addresses=furnish.read_lines(where.data, furnish.ADDRESSES),
        threads=threads,
        posts=at.posts,
        cookies=furnish.read_cookies(where.data),
    )


async def _run(
    wanted: Wanted, traffic: Traffic, server: Server, core: int, log: Log, out: Path
) -> None:
    began = time.monotonic()
    until = began + wanted.seconds
    traffic.open()
    watching = asyncio.create_task(_watch(began, traffic, server, core, log, out))
    shares = {"guest": GUESTS, "member": MEMBERS, "post": POSTS}
    await asyncio.gather(
        *(traffic.come(kind, share * wanted.rate, until) for kind, share in shares.items()),
        _storm(wanted, traffic, began),
    )
    await traffic.finish()
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching


async def _storm(wanted: Wanted, traffic: Traffic, began: float) -> None:
    start, end = wanted.storm
    if end > start and wanted.robots > 0:
        await asyncio.sleep(start)
        await traffic.come("robot", wanted.robots, began + end)


async def _watch(
    began: float, traffic: Traffic, server: Server, core: int, log: Log, out: Path
) -> None:
    """Close a stretch every ten seconds, and write the CSV anew: an end in between loses little."""
    number = 0
    while True:
        number += 1
        meter, cpu = Meter(server.roots, core), time.process_time()
        try:
            await asyncio.sleep(began + number * STRETCH_SECONDS - time.monotonic())
        finally:
            span, server_cpu, _core = meter.read()
            held = memory(tree(server.process.pid))
            stretch, traffic.stretch = traffic.stretch, Stretch()
            machine = {
                "rss_mib": round(held.rss, 1),
                "pss_mib": round(held.pss, 1),
                "server_cpu": round(server_cpu / span, 3),
                "generator_cpu": round((time.process_time() - cpu) / span, 3),
                "waiting": traffic.waiting,
            }
            second = round(time.monotonic() - began)
            log.stretches.append(stretch)
            log.lines.append(figures.line_of(second, stretch, machine))
            figures.write(out / "mix.csv", log.lines)


def _told(wanted: Wanted, log: Log, traffic: Traffic, held: int) -> list[str]:
    calm = [
        stretch
        for stretch, line in zip(log.stretches, log.lines, strict=True)
        if not _is_stormy(wanted, line["second"])
    ]
    stormy = [stretch for stretch in log.stretches if not any(stretch is each for each in calm)]
    memories = [line["pss_mib"] for line in log.lines]
    # The last stretch may be a moment long.
    busiest = max(line["generator_cpu"] for line in log.lines[:-1] or log.lines)
    start, end = (at / 60 for at in wanted.storm)
    return [
        f"{wanted.rate:g} requests a second of guests, members and posts; from minute "
        f"{start:.3g} to {end:.3g} {wanted.robots:.0f} a second of robots besides.",
        "",
        *_table("without robots", calm),
        "",
        *_table("with robots", stormy),
        "",
        "Errors are all that brought no page or post; the times are of those that did.",
        "",
        f"Memory (PSS): {memories[0]:.0f} MiB at first, {max(memories):.0f} at most, "
        f"{memories[-1]:.0f} at the end. The generator took {busiest:.0%} of its core at most"
        f"{': it was at its limit, and this run is void' if busiest > 0.95 else ''}.",
        f"{len(traffic.posted.acknowledged):,} posts acknowledged, all there after the server was "
        f"killed; {held} of them held. Failed posts: "
        f"{', '.join(sorted(set(traffic.posted.failures))[:5]) or 'none'}.",
    ]


def _is_stormy(wanted: Wanted, second: float) -> bool:
    """Tell whether robots came in the stretch that ended then, or still wait."""
    start, end = wanted.storm
    return start < second < end + 2 * STRETCH_SECONDS


def _table(when: str, stretches: list[Stretch]) -> list[str]:
    head = (when, "requests", "errors", "p50 ms", "p95 ms", "p99 ms", "longest ms")
    rows = [head, tuple("-" for _ in head), *figures.totals(stretches)]
    return ["| " + " | ".join(row) + " |" for row in rows]


def _drawn(wanted: Wanted, log: Log) -> str:
    def column(name: str, per: float = 1) -> list[float]:
        return [line[name] / per for line in log.lines]

    spans = [line["second"] for line in log.lines]
    lengths = [max(1, now - was) for was, now in zip([0, *spans], spans, strict=False)]
    requests = [
        Series(kind, [n / s for n, s in zip(column(f"{kind}_requests"), lengths, strict=True)])
        for kind in figures.KINDS
    ]
    times = [
        Panel(
            f"milliseconds of a {kind}",
            [Series(name, column(f"{kind}_{name}")) for name in figures.SHARES],
            is_logarithmic=True,
        )
        for kind in figures.KINDS
    ]
    panels = [
        Panel("requests a second", requests),
        *times,
        Panel("errors", [Series(kind, column(f"{kind}_errors")) for kind in figures.KINDS]),
        Panel("memory, MiB", [Series(n, column(f"{n.lower()}_mib")) for n in ("PSS", "RSS")]),
        Panel(
            "share of a core",
            [Series(n, column(f"{n}_cpu")) for n in ("server", "generator")],
        ),
    ]
    storm = (wanted.storm[0] / 60, wanted.storm[1] / 60)
    minutes = [second / 60 for second in spans]
    return svg("The mix; robots come where the ground is grey", minutes, panels, shaded=storm)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mix", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120)
    parser.add_argument("--rate", type=float, default=100, help="requests a second, robots apart")
    parser.add_argument("--robots", type=float, default=ROBOTS_A_MINUTE, help="requests a minute")
    parser.add_argument("--storm", type=float, help="minutes of robots (default: a twelfth)")
    parser.add_argument("--posts", type=int, default=20_000, help="of the site")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", help="where the site is filled, and kept")
    parser.add_argument("--out", default="mix", help="the folder of mix.csv, mix.svg and mix.md")
    chosen = parser.parse_args()
    chosen.command = ledger.arguments()
    return chosen


if __name__ == "__main__":
    sys.exit(main())
