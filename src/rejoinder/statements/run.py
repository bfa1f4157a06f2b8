"""Running one statement whose SQL is there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

Row = tuple[Any, ...]


def run(sql: str, values: Sequence[Any] = (), database: Any = None) -> list[Row]:
    """Run a statement and return its rows, none for one that has none.

    By the engine's short way, if it has one (config/sqlite): a cursor with all that is wrapped
    around it takes longer than SQLite needs to find a row. `database` is this thread's
    connection, of who has it at hand. Raises Django's database errors.
    """
    if database is None:
        # Itself: Django's other name for it finds the thread's own again with each use.
        database = connections[DEFAULT_DB_ALIAS]
    if database.vendor == "sqlite":
        return database.run(sql, values)  # type: ignore[no-any-return]
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
