"""Sites filled for measuring: so many posts of real shapes, and what is measured there."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.harness import furnish
from benchmarks.harness.served import ROOT, NotServed, Where
from tests.postgresql import Postgresql

MEMBERS = 1000


def filled(folder: Path, posts: int, postgresql: Postgresql | None = None) -> Where:
    """Return a site of so many posts, filled and furnished; one that's there is gone on with."""
    where = _place(folder / f"site-{posts}", posts, postgresql)
    began = time.monotonic()
    _work(where, "benchmarks.scale", "--posts", str(posts), *_named(where))
    _work(where, "benchmarks.harness.furnish", "--members", str(MEMBERS))
    print(f"filled {posts:,} posts in {time.monotonic() - began:.0f} s", flush=True)
    return where


def places(where: Where) -> furnish.Places:
    """Return the paths of what is measured on a site."""
    return furnish.read(where.data)


def _place(data: Path, posts: int, postgresql: Postgresql | None) -> Where:
    data.mkdir(parents=True, exist_ok=True)
    if postgresql is None:
        return Where(data)
    import psycopg

    assert postgresql.process is not None
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE site_{posts}")
    return Where(data, postgresql.url(f"site_{posts}"), (postgresql.process.pid,))


def _named(where: Where) -> list[str]:
    if where.database_url:
        return [where.database_url, "--data", str(where.data)]
    return [str(where.data)]


def _work(where: Where, module: str, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT, env=where.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotServed(f"{module} failed:\n{done.stdout}{done.stderr}")
