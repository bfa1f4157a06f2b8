"""Responses by the web form: 32 members at once; then the server is killed and all looked for."""

from __future__ import annotations

import asyncio
import time

from benchmarks.harness import furnish, kept, runs
from benchmarks.harness.runs import Run
from benchmarks.harness.served import Server, rejoinder
from benchmarks.harness.usage import Meter, busy_seconds
from benchmarks.harness.writers import Posted, write_for
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import Session

REACH, REACH_P99 = 400, 100
WRITERS = 32


def measure(session: Session) -> list[Row]:
    """Return the rows of posts by the form, in number and in time. Raises kept.Lost."""
    cookies = furnish.read_cookies(session.site.data)[:WRITERS]
    taken = []
    with rejoinder(session.site, session.cores) as server:
        _round(session, server, cookies, 0)
        taken = [_round(session, server, cookies, number) for number in range(session.rounds)]
        # What it acknowledged it must have kept, whatever it meant to do next.
        kept.kill(server)
    acknowledged = [public_id for _run, posted in taken for public_id in posted.acknowledged]
    held = kept.check(session.site, acknowledged)
    figure = runs.median([run for run, _posted in taken])
    times = [milliseconds for _run, posted in taken for milliseconds in posted.milliseconds]
    p50, p99 = (runs.percentile(times, share) for share in (0.5, 0.99))
    failed = [failure for _run, posted in taken for failure in posted.failures]
    said = (
        f"{len(acknowledged):,} acknowledged and all there after the server was killed, "
        f"{held} of them held; {len(failed)} failed {sorted(set(failed))[:3] if failed else ''}"
    )
    return [
        rows.at_least("responses by the web form", REACH, figure, unit="/s", notes=said.strip()),
        rows.at_most(
            f"the same with {WRITERS} writers, p99",
            REACH_P99,
            runs.Figure(p99, figure.void),
            unit="ms",
            also=f"p50 {rows.number(p50)} ms, longest {rows.number(max(times, default=0))} ms",
        ),
    ]


def _round(session: Session, server: Server, cookies: list[str], number: int) -> tuple[Run, Posted]:
    cores, posts = session.cores, session.places.posts
    meter = Meter(server.roots, cores.server)
    cpu, busy = time.process_time(), sum(map(busy_seconds, cores.generator))
    work = write_for(session.seconds, cookies, posts, server.port, time.time_ns() + number)
    posted, seconds = asyncio.run(work)
    span, server_cpu, server_core = meter.read()
    p50, p95, p99 = (runs.percentile(posted.milliseconds, share) for share in (0.5, 0.95, 0.99))
    run = Run(
        requests=len(posted.acknowledged),
        seconds=seconds,
        errors=len(posted.failures),
        p50=p50,
        p95=p95,
        p99=p99,
        octets=0,
        server_cpu=server_cpu,
        server_core=server_core,
        generator_cpu=time.process_time() - cpu,
        generator_core=sum(map(busy_seconds, cores.generator)) - busy,
        span=span,
        was_apart=cores.are_apart,
    )
    return run, posted
