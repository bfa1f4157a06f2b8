"""Checks of the engine: that it answers, keeps what it acknowledges, and is up to date."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from rejoinder.operations.findings import Finding

SYNCHRONOUS_FULL = 2


def answers() -> Iterator[Finding]:
    """Yield a finding if no query can be made."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        yield Finding(
            f"The database doesn't answer: {str(error).strip()}",
            "Start it, or correct database_url.",
        )


def durability() -> Iterator[Finding]:
    """Yield a finding if the engine may lose a commit that it has acknowledged."""
    if not _is_there():
        return
    if connection.vendor == "sqlite":
        if _ask("PRAGMA journal_mode") != "wal":
            yield Finding(
                "SQLite is not in WAL mode.",
                "Put the data directory on a local disk: network file systems can't do WAL.",
            )
        if _ask("PRAGMA synchronous") != SYNCHRONOUS_FULL:
            yield Finding("SQLite's synchronous is not FULL.", "Report this as a fault.")
        return
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        if _ask(f"SHOW {setting}") == "off":
            yield Finding(
                f"PostgreSQL's {setting} is off: a post may be lost after it was acknowledged.",
                f"Set {setting} = on in postgresql.conf.",
            )


def integrity() -> Iterator[Finding]:
    """Yield a finding for each fault that SQLite's own check of its file finds."""
    if connection.vendor != "sqlite" or not _is_there():
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        for (line,) in cursor.fetchall():
            if line != "ok":
                yield Finding(
                    f"The database file is damaged: {line}",
                    "Stop the server, keep a copy of the data directory, restore a backup.",
                )


def migrations() -> Iterator[Finding]:
    """Yield a finding if the database is older than the program, or newer."""
    if not _is_there():
        return
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding(
            f"{len(plan)} migrations are missing, the first is {plan[0][0]}.",
            "Run rejoinder migrate, or start rejoinder serve, which does it.",
        )
    unknown = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if unknown:
        yield Finding(
            f"The database knows migrations that this version doesn't: {sorted(unknown)[0]}.",
            "Install the version that made them, or a newer one.",
        )


def has_tables() -> bool:
    """Tell whether the database answers and no migration is missing."""
    return not list(answers()) and not list(migrations())


def _is_there() -> bool:
    return not list(answers())


def _ask(query: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()[0]
