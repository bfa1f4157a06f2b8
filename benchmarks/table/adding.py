"""`posts.add` beside a bare loop that writes the same rows in the same engine.

    REJOINDER_DATA=DIR python -m benchmarks.table.adding [--posts 300] [--rounds 5]

The bare loop repeats the writing statements that `posts.add` sent, a transaction for each
post, on a copy of the database from before: the same rows, indices, triggers and fsync, and
no reading, checking or rendering. It is written with the engine's own driver, which keeps
statements prepared. Each round adds posts with nobody listening, which is what is timed; then
others, whose statements are noted (to listen costs a tenth of a post) and repeated on the copy.
Prints a line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.harness import furnish, texts
from benchmarks.harness.cores import pinned
from benchmarks.harness.runs import Figure, disturbed
from benchmarks.harness.served import ROOT, NotServed
from benchmarks.harness.usage import Neighbours
from benchmarks.table import rows
from benchmarks.table.rows import Row
from benchmarks.table.session import Session

REACH = 0.5
POSTS = 300
# Before what is timed, on the copy as well: caches are warm then.
WARM_UP = 30
_writing = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
Parameters = Sequence[Any] | Mapping[str, Any]
Statement = tuple[str, Parameters | None]


def measure(session: Session) -> list[Row]:
    """Return the row of `posts.add`, measured in a process of its own on the server's core."""
    command = [sys.executable, "-m", "benchmarks.table.adding", "--rounds", str(session.rounds)]
    beside = Neighbours(session.cores.server, session.site.database_pids)
    done = subprocess.run(
        pinned(command, session.cores.server),
        cwd=ROOT, env=session.site.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotServed(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    said = json.loads(done.stdout.splitlines()[-1])
    return [row_of(said, disturbed(beside.share()))]


def row_of(said: dict[str, Any], void: str) -> Row:
    """Return the row of what the process printed, and why it may not count."""
    own, bare = (statistics.median(said[name]) for name in ("add", "bare"))
    pairs = zip(said["add"], said["bare"], strict=True)
    return rows.at_least(
        "posts.add, to a bare loop of the same rows",
        REACH,
        Figure(statistics.median(add / loop for add, loop in pairs), void),
        also=f"{rows.number(own)}/s and {rows.number(bare)}/s",
        notes=f"{said['statements']:.1f} writing statements and {said['reads']:.1f} others "
        f"a post; {said['cpu'] * 1000:.2f} ms of CPU a post, {said['bare_cpu'] * 1000:.2f} bare",
    )


@dataclass
class Recorder:
    """Notes what is written while it's open, and counts what else is asked."""

    posts: list[list[Statement]] = field(default_factory=list)
    others: int = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Stand between Django and the driver, as `connection.execute_wrapper` wants it."""
        if _writing.match(sql):
            sent = params if many else [params]
            self.posts[-1] += [(sql, each) for each in sent]
        else:
            self.others += 1
        return execute(sql, params, many, context)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--posts", type=int, default=POSTS)
    options.add_argument("--rounds", type=int, default=5)
    chosen = options.parse_args()
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")
    django.setup()
    data = Path(os.environ["REJOINDER_DATA"])
    said: dict[str, Any] = {"add": [], "bare": []}
    for _round in range(chosen.rounds):
        _add(data, WARM_UP)
        pace, cpu = _add(data, chosen.posts)
        said["add"].append(pace)
        said["cpu"] = cpu / chosen.posts
        with _copied(data) as bare:
            recorder = _noted(data, WARM_UP + chosen.posts)
            _repeat(bare, recorder.posts[:WARM_UP])
            pace, cpu = _repeat(bare, recorder.posts[WARM_UP:])
        said["bare"].append(pace)
        said["bare_cpu"] = cpu / chosen.posts
        said["statements"] = sum(map(len, recorder.posts)) / len(recorder.posts)
        said["reads"] = recorder.others / len(recorder.posts)
    print(json.dumps(said))


def _noted(data: Path, count: int) -> Recorder:
    """Add posts and return what they wrote."""
    from django.db import connection

    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        _add(data, count, before_each=lambda: recorder.posts.append([]))
    return recorder


def _add(
    data: Path, count: int, before_each: Callable[[], object] = lambda: None
) -> tuple[float, float]:
    """Add posts; return how many a second, and the CPU seconds they took."""
    from rejoinder.members.models import Member
    from rejoinder.members.principals import principal_for
    from rejoinder.posts.add import add
    from rejoinder.posts.drafts import Draft

    chance = random.Random(f"adding:{time.time()}")
    parents = furnish.read(data).posts
    members = list(Member.objects.filter(email__startswith="bench-")[:100])
    drafts = [
        (
            principal_for(chance.choice(members)),
            # Read by the door that shows it, before the deed is asked for.
            _parent(chance.choice(parents)),
            texts.title(chance),
            texts.text(chance),
        )
        for _ in range(count)
    ]
    began, cpu = time.perf_counter(), time.process_time()
    for principal, parent, title, text in drafts:
        before_each()
        add(principal, Draft(title=title, source=text, parent=parent))
    return count / (time.perf_counter() - began), time.process_time() - cpu


def _parent(public_id: str) -> Any:
    from rejoinder.threads.models import Post

    return Post.unscoped.select_related("thread__board", "board").get(public_id=public_id)


@contextmanager
def _copied(data: Path) -> Iterator[Any]:
    """Yield a connection, by the engine's own driver, to a copy of the database as it is now."""
    from django.db import connection

    if connection.vendor == "sqlite":
        import pysqlite3

        from rejoinder.config.engine import SQLITE_PRAGMAS

        copy = data / "bare.sqlite3"
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(data / "rejoinder.sqlite3", copy)
        bare = pysqlite3.connect(str(copy), isolation_level=None)
        bare.executescript(SQLITE_PRAGMAS)
        yield bare
        bare.close()
        for path in data.glob("bare.sqlite3*"):
            path.unlink()
        return
    import psycopg

    settings = connection.settings_dict
    connection.close()
    where = {"host": settings["OPTIONS"].get("host") or settings["HOST"], "user": settings["USER"]}
    name = f"{settings['NAME']}_bare"
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as maintenance:
        maintenance.execute(f"DROP DATABASE IF EXISTS {name}")
        maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {settings['NAME']}")
        with psycopg.connect(dbname=name, autocommit=True, prepare_threshold=0, **where) as bare:
            yield bare
        maintenance.execute(f"DROP DATABASE {name}")


def _repeat(bare: Any, posts: Sequence[Sequence[Statement]]) -> tuple[float, float]:
    """Write what was written, a transaction for each post; return posts a second, CPU seconds."""
    from django.db import connection

    cursor = bare.cursor()
    is_sqlite = connection.vendor == "sqlite"
    spelt = for_sqlite if is_sqlite else _as_it_is
    prepared = [[spelt(statement) for statement in statements] for statements in posts]
    began, cpu = time.perf_counter(), time.process_time()
    for statements in prepared:
        cursor.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
        for sql, params in statements:
            cursor.execute(sql, params)
            if "RETURNING" in sql:
                cursor.fetchall()
        cursor.execute("COMMIT")
    return len(posts) / (time.perf_counter() - began), time.process_time() - cpu


def for_sqlite(statement: Statement) -> tuple[str, Parameters]:
    """Return a statement as SQLite's driver wants it: Django spells parameters otherwise."""
    sql, params = statement
    if params is None:
        return sql, ()
    if isinstance(params, Mapping):
        sql = re.sub(r"(?<!%)%\((\w+)\)s", r":\1", sql)
    return re.sub(r"(?<!%)%s", "?", sql).replace("%%", "%"), params


def _as_it_is(statement: Statement) -> Statement:
    return statement


if __name__ == "__main__":
    main()
