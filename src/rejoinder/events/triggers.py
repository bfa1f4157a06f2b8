"""The triggers that note changes, made anew wherever they aren't what they should be."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from django.db import connection

from rejoinder.events.models import Change, Epoch
from rejoinder.events.noted import Noted, tables, xid_sql

# SQLite's schema editor makes a table anew to change it, and its triggers go with the old
# one: so they're looked after each time the database is brought up to date.


def install_after_migrating(**about: Any) -> None:
    """Make the triggers, once all tables are there."""
    install()


def install() -> None:
    """Make the triggers of every registered table; what is there already stays."""
    if Epoch._meta.db_table not in connection.introspection.table_names():
        return
    Epoch.objects.get_or_create(pk=1, defaults={"number": secrets.randbits(62)})
    known = _known()
    with connection.cursor() as cursor:
        for name, table, statements in _wanted():
            if known.get(name) == statements[-1]:
                continue
            for statement in (_drop(name, table), *statements):
                cursor.execute(statement)


def _wanted() -> Iterator[tuple[str, str, list[str]]]:
    # A database may be brought to a state in which some aren't there (yet, or any more).
    there = set(connection.introspection.table_names())
    for number, noted in enumerate(tables()):
        if noted.model._meta.db_table not in there:
            continue
        for event in ("INSERT", "UPDATE", "DELETE"):
            if event == "INSERT" and not noted.on_insert:
                continue
            table = noted.model._meta.db_table
            name = f"noted_{number}_{table}_{event.lower()}"
            yield name, table, _statements(name, noted, event)


def _statements(name: str, noted: Noted, event: str) -> list[str]:
    table = noted.model._meta.db_table
    rows = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["NEW", "OLD"]}[event]
    body = " ".join(_noting(noted, row, other=rows[0]) for row in rows)
    if noted.is_setting:
        # Drawn, not counted: a number that was rolled back never comes again.
        body += f" UPDATE {Epoch._meta.db_table} SET number = {_drawn_sql()};"  # noqa: S608 - constants
    columns, condition = "", ""
    if event == "UPDATE" and noted.columns:
        columns = f" OF {', '.join(noted.made_of or noted.columns)}"
        # What is saved as it was is no change.
        changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in noted.columns)
        condition = f" WHEN ({changed})"
    head = f"CREATE TRIGGER {name} AFTER {event}{columns} ON {table} FOR EACH ROW{condition}"
    if connection.vendor == "sqlite":
        return [f"{head} BEGIN {body} END"]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {body} RETURN NULL; END $$",
        f"{head} EXECUTE FUNCTION {name}()",
    ]


def _noting(noted: Noted, row: str, *, other: str) -> str:
    if not noted.is_shown:
        return ""
    if noted.seat:
        return _insert_seat(noted, row, other=other)
    return _insert_beside(noted, row) if noted.beside else _insert(noted, row, other=other)


def _drawn_sql() -> str:
    if connection.vendor == "sqlite":
        return "random()"
    return "hashtextextended(gen_random_uuid()::text, 0)"


def _insert(noted: Noted, row: str, *, other: str) -> str:
    """Return the statement that notes a row; of the old one only if it counts for others."""
    values = [text.format(row=row) for text in (noted.thread, noted.board, noted.member)]
    change = Change._meta.db_table
    chosen = f"SELECT {', '.join(values)}, {xid_sql()}"
    if row != other:
        others = [text.format(row=other) for text in (noted.thread, noted.board, noted.member)]
        differ = " OR ".join(
            f"{one} IS DISTINCT FROM {two}"
            for one, two in zip(values, others, strict=True)
            if one != two
        )
        if not differ:
            return ""
        chosen += f" WHERE {differ}"
    return f"INSERT INTO {change} (thread_id, board_id, member_id, xid) {chosen};"


def _insert_seat(noted: Noted, row: str, *, other: str) -> str:
    """Return the statement that notes the seat of a row; of the old one only if it's other."""
    change, seat, new = (
        Change._meta.db_table,
        noted.seat.format(row=row),
        noted.seat.format(row=other),
    )
    if row != other and seat == new:
        return ""
    condition = f" WHERE {seat} IS DISTINCT FROM {new}" if row != other else ""
    return f"INSERT INTO {change} (seat, xid) SELECT {seat}, {xid_sql()}{condition};"


def _insert_beside(noted: Noted, row: str) -> str:
    """Return the statements that note the threads that a row counts for."""
    change = Change._meta.db_table
    return " ".join(
        f"INSERT INTO {change} (thread_id, xid)"  # noqa: S608 - constants
        f" SELECT id, {xid_sql()} FROM ({query.format(row=row)}) AS beside;"
        for query in noted.beside
    )


def _drop(name: str, table: str) -> str:
    of_table = "" if connection.vendor == "sqlite" else f" ON {table}"
    return f"DROP TRIGGER IF EXISTS {name}{of_table}"


def _known() -> dict[str, str]:
    """Return the triggers that are there with their SQL, where the engine keeps it as given."""
    if connection.vendor != "sqlite":
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())
