"""Move the site from SQLite to PostgreSQL while it is served.

Rows are copied, compared, and what is written meanwhile is copied again; at the end nobody
may write until the server is started anew. Broken off, it goes on when it's run again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from rejoinder.config import installation, options, serving_lock
from rejoinder.errors import BadInput, Unavailable
from rejoinder.operations.moving import move
from rejoinder.operations.moving.source import Source
from rejoinder.operations.moving.target import Target

NAME = "move"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add where to."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--to", metavar="DATABASE_URL", help="an empty database: postgresql://user@host/name"
    )
    what.add_argument(
        "--give-up",
        action="store_true",
        help="forget a move that was begun, and let writers in again; also once it is done",
    )
    parser.add_argument(
        "--rows-at-once",
        type=int,
        metavar="N",
        default=20_000,
        help="how many rows are copied, and compared, at once (default: 20000)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Move, and say what to do now."""
    opened = installation.open_data(arguments.data, may_be_new=False)
    if opened.database_url and opened.database_url == arguments.to:
        print("The site is on that database already.")
        return 0
    if opened.database_url and not arguments.give_up:
        raise BadInput("The site is on PostgreSQL; only from SQLite can it be moved.")
    path = opened.data / "rejoinder.sqlite3"
    if not path.exists():
        raise BadInput(f"There is no {path}, so nothing to move.")
    source = Source(path)
    try:
        return _give_up(source) if arguments.give_up else _move(source, opened, arguments)
    finally:
        source.close()


def _give_up(source: Source) -> int:
    source.open_to_writers()
    source.forget()
    print("Forgotten. The SQLite database takes posts again.")
    return 0


def _move(source: Source, opened: options.Options, arguments: argparse.Namespace) -> int:
    if arguments.rows_at_once < 1:
        raise BadInput("--rows-at-once must be 1 or more.")
    target = Target(arguments.to)
    try:
        moved = move.run(
            move.Move(
                source=source,
                target=target,
                migrate=lambda: _migrate(opened.data, arguments.to),
                say=lambda text: print(text, flush=True),
                rows_at_once=arguments.rows_at_once,
            )
        )
    finally:
        target.close()
    print(
        f"Moved: {moved.rows:,} rows in {moved.seconds:.1f} s. Nobody has been able to write "
        f"for {moved.closed_seconds:.2f} s, and nobody is until the server is started anew."
    )
    source.forget()
    _say_what_to_set(opened.data, arguments.to)
    for holder in serving_lock.holders(opened.data):
        print(
            f"Start the server anew now: process {holder.pid} at {holder.address}/ is the old one."
        )
    print(f"Keep {opened.data / 'rejoinder.sqlite3'} until you have a backup of the new one.")
    return 0


def _migrate(data: Path, url: str) -> None:
    """Make the tables, by a process of its own whose database is the new one."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "rejoinder.config.commands", "migrate", "--data", str(data)],
        env=os.environ | {f"{options.PREFIX}DATABASE_URL": url},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        raise Unavailable(f"The tables can't be made: {done.stderr.strip()}")


def _say_what_to_set(data: Path, url: str) -> None:
    """Write the option into the file, unless it's there or the environment says it."""
    path = data / options.FILE_NAME
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if "database_url" in text or f"{options.PREFIX}DATABASE_URL" in os.environ:
        print("Set the option database_url to the new database.")
        return
    line = f"database_url = {json.dumps(url)}\n"
    # First, for what stands below a table's name belongs to that table.
    unfinished = path.with_suffix(".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line + text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    print(f"{path} has database_url now.")
