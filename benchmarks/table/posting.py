"""Responses by the web form: 32 members at once; then the server is killed and all looked for."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections import Counter

from benchmarks.harness import furnish, runs
from benchmarks.harness.runs import Run
from benchmarks.harness.served import ROOT, NotServed, Server, rejoinder
from benchmarks.harness.usage import Meter, busy_seconds, tree
from benchmarks.harness.writers import Posted, write_for
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import Session

REACH, REACH_P99 = 400, 100
WRITERS = 32
# Prints which of the public ids on standard input there are, and in which states.
_LOOK = """
import sys, django; django.setup()
from rejoinder.threads.models import Post
ids = sys.stdin.read().split()
for start in range(0, len(ids), 500):
    some = Post.unscoped.filter(public_id__in=ids[start:start + 500])
    print(*(f"{public_id}:{state}" for public_id, state in some.values_list("public_id", "state")))
"""


class Lost(Exception):
    """A post was acknowledged, and isn't there."""


def measure(session: Session) -> list[Row]:
    """Return the rows of posts by the form, in number and in time. Raises Lost."""
    cookies = furnish.read_cookies(session.site.data)[:WRITERS]
    taken = []
    with rejoinder(session.site, session.cores) as server:
        _round(session, server, cookies, 0)
        taken = [_round(session, server, cookies, number) for number in range(session.rounds)]
        # What it acknowledged it must have kept, whatever it meant to do next.
        _kill(server)
    acknowledged = [public_id for _run, posted in taken for public_id in posted.acknowledged]
    held = _check_kept(session, acknowledged)
    figure = runs.median([run for run, _posted in taken])
    times = [milliseconds for _run, posted in taken for milliseconds in posted.milliseconds]
    p50, p99 = (runs.percentile(times, share) for share in (0.5, 0.99))
    failed = [failure for _run, posted in taken for failure in posted.failures]
    kept = (
        f"{len(acknowledged):,} acknowledged and all there after the server was killed, "
        f"{held} of them held; {len(failed)} failed {sorted(set(failed))[:3] if failed else ''}"
    )
    return [
        rows.at_least("responses by the web form", REACH, figure, unit="/s", notes=kept.strip()),
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
    percentiles = {
        name: runs.percentile(posted.milliseconds, share)
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
    }
    run = Run(
        requests=len(posted.acknowledged),
        seconds=seconds,
        errors=len(posted.failures),
        octets=0,
        server_cpu=server_cpu,
        server_core=server_core,
        generator_cpu=time.process_time() - cpu,
        generator_core=sum(map(busy_seconds, cores.generator)) - busy,
        span=span,
        was_apart=cores.are_apart,
        **percentiles,
    )
    return run, posted


def _kill(server: Server) -> None:
    for pid in tree(server.process.pid):
        os.kill(pid, signal.SIGKILL)
    server.process.wait()


def _check_kept(session: Session, public_ids: list[str]) -> int:
    """Return how many of the posts are held. Raises Lost if one isn't there at all."""
    environment = session.site.environment() | {
        "DJANGO_SETTINGS_MODULE": "rejoinder.config.settings"
    }
    done = subprocess.run(
        [sys.executable, "-c", _LOOK],
        input="\n".join(public_ids), env=environment, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotServed(done.stderr)
    states = dict(said.split(":") for said in done.stdout.split())
    if missing := set(public_ids) - states.keys():
        raise Lost(f"{len(missing)} of {len(public_ids)} acknowledged posts: {sorted(missing)[:5]}")
    return Counter(states.values())["h"]
