"""The SQLite side: reads rows, notes what is written meanwhile, and at the end lets nobody write.

All by triggers, so that it holds for every process that writes, whatever program it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3

from rejoinder.threads.outages import CLOSED_TABLE

NOTES = "moving_change"
LABEL = "moving_label"
EVENTS = {"insert": ("NEW",), "update": ("NEW", "OLD"), "delete": ("OLD",)}
BUSY_SECONDS = 30
# Nobody waits for the changes noted on the old side, and on the new one their order is
# another: it begins with none.
MADE_ANEW = frozenset({"events_change"})
# A session that can't be saved would end; what is in it is lost at worst with the move.
FREE = frozenset({("django_session", "update")})
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """A table with one primary key, and the columns that are kept, not made of others."""

    name: str
    key: str
    columns: tuple[str, ...]
    is_text_key: bool

    @property
    def quoted_columns(self) -> str:
        """Its columns for SQL of either engine."""
        return ", ".join(f'"{column}"' for column in self.columns)


class Source:
    """A site's SQLite database. Texts are octets, for they may be no UTF-8."""

    def __init__(self, path: Path) -> None:
        self._database = pysqlite3.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None)
        self._database.text_factory = bytes
        # What begins and ends the move is on disk before it goes on.
        self.ask("PRAGMA synchronous=FULL")

    def close(self) -> None:
        """Close the connection; what is noted goes on being noted."""
        self._database.close()

    def ask(self, sql: str, values: tuple[object, ...] = ()) -> list[Row]:
        """Return all rows of a query."""
        rows: list[Row] = self._database.execute(sql, values).fetchall()
        return rows

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read everything within as it is at one moment; holds nobody up."""
        self.ask("BEGIN")
        try:
            yield
        finally:
            self.ask("COMMIT")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.ask("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.ask("ROLLBACK")
            raise
        self.ask("COMMIT")

    # ----- What is there -----

    def tables(self) -> list[Table]:
        """Return all tables that are moved; indices of words and their like are made anew."""
        names = [
            name.decode()
            for _schema, name, kind, *_more in self.ask("PRAGMA main.table_list")
            if kind == b"table"
        ]
        ours = {NOTES, LABEL} | MADE_ANEW
        return [
            self._table(name)
            for name in sorted(names)
            if name not in ours and not name.startswith("sqlite_")
        ]

    def _table(self, name: str) -> Table:
        columns, key, kind = [], "", b""
        # hidden: 2 and 3 are columns made of others.
        for _id, column, of_type, _not_null, _default, place, hidden in self.ask(
            f'PRAGMA table_xinfo("{name}")'
        ):
            if hidden == 0:
                columns.append(column.decode())
            if place:
                key, kind = column.decode(), of_type
        return Table(name, key, tuple(columns), b"char" in kind.lower() or kind == b"TEXT")

    def migrations(self) -> set[tuple[str, str]]:
        """Return what was migrated."""
        rows = self.ask("SELECT app, name FROM django_migrations")
        return {(app.decode(), name.decode()) for app, name in rows}

    def last_ids(self) -> dict[str, int]:
        """Return the last id that each table ever gave; those of deleted rows count."""
        return {name.decode(): last for name, last in self.ask("SELECT * FROM sqlite_sequence")}

    # ----- Rows -----

    def after(self, table: Table, key: object, count: int) -> list[Row]:
        """Return the next rows in the order of their keys; None: from the first."""
        where, values = ("", ()) if key is None else (f'WHERE "{table.key}" > ?', (_bound(key),))
        return self.ask(
            f'SELECT {table.quoted_columns} FROM "{table.name}" {where}'  # noqa: S608 - the schema's names
            f' ORDER BY "{table.key}" LIMIT {count}',
            values,
        )

    def of_keys(self, table: Table, keys: list[object]) -> list[Row]:
        """Return the rows that are there of these keys, in their order."""
        marks = ", ".join("?" * len(keys))
        return self.ask(
            f'SELECT {table.quoted_columns} FROM "{table.name}"'  # noqa: S608 - the schema's names
            f' WHERE "{table.key}" IN ({marks}) ORDER BY "{table.key}"',
            tuple(_bound(key) for key in keys),
        )

    def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        return int(self.ask(f'SELECT COUNT(*) FROM "{table.name}"')[0][0])  # noqa: S608 - its name

    # ----- What is written meanwhile -----

    def label(self) -> str | None:
        """Return the label of the move under way; None if not all that is written is noted."""
        there = {name.decode() for (name,) in self.ask("SELECT name FROM sqlite_master")}
        wanted = {_note_name(table, event) for table in self.tables() for event in EVENTS}
        if not wanted | {NOTES, LABEL} <= there:
            return None
        return str(self.ask(f"SELECT label FROM {LABEL}")[0][0].decode())  # noqa: S608 - a constant

    def begin(self) -> str:
        """Note from now on what is written, and return the move's label."""
        label = secrets.token_hex(16)
        with self._writing():
            self._forget()
            # No type for the key: it's kept as it is.
            self.ask(f"CREATE TABLE {NOTES} (seq INTEGER PRIMARY KEY AUTOINCREMENT, name, key)")
            self.ask(f"CREATE TABLE {LABEL} (label)")
            self.ask(f"INSERT INTO {LABEL} VALUES (?)", (label,))  # noqa: S608 - a constant
            for table in self.tables():
                for event, rows in EVENTS.items():
                    body = " ".join(
                        f"INSERT INTO {NOTES} (name, key) VALUES ('{table.name}', {row}.\"{table.key}\");"  # noqa: S608, E501 - the schema's names
                        for row in rows
                    )
                    self._trigger(_note_name(table, event), table, f"AFTER {event}", body)
        return label

    def noted(self, after: int) -> tuple[int, dict[str, list[object]]]:
        """Return the number of the last note, and the keys noted since another, by table."""
        (last,) = self.ask(f"SELECT COALESCE(MAX(seq), ?) FROM {NOTES}", (after,))[0]  # noqa: S608 - a constant
        keys: dict[str, list[object]] = {}
        for name, key in self.ask(
            f"SELECT DISTINCT name, key FROM {NOTES} WHERE seq > ? AND seq <= ?",  # noqa: S608 - a constant
            (after, last),
        ):
            keys.setdefault(name.decode(), []).append(key)
        return last, keys

    # ----- Nobody writes any more -----

    def is_closed(self) -> bool:
        """Tell whether nobody can write."""
        return bool(self.ask("SELECT 1 FROM sqlite_master WHERE name GLOB 'moving_closed_*'"))

    def close_to_writers(self) -> None:
        """Let no more writes in: what was committed before is noted, and nothing is after.

        Each trigger names a table that isn't there, so that a statement which would write
        fails when it's prepared, as one of a database that can't be written to.
        """
        with self._writing():
            for table in self.tables():
                for event in EVENTS:
                    if (table.name, event) not in FREE:
                        name = f"moving_closed_{table.name}_{event}"
                        body = f"SELECT 1 FROM {CLOSED_TABLE};"  # noqa: S608 - a constant
                        self._trigger(name, table, f"BEFORE {event}", body)

    def open_to_writers(self) -> None:
        """Let writers in again."""
        with self._writing():
            self._drop("moving_closed_*")

    def forget(self) -> None:
        """Note nothing any more, and forget what was noted."""
        with self._writing():
            self._forget()

    def _forget(self) -> None:
        self._drop("moving_note_*")
        self.ask(f"DROP TABLE IF EXISTS {NOTES}")
        self.ask(f"DROP TABLE IF EXISTS {LABEL}")

    def _drop(self, names: str) -> None:
        found = self.ask(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?", (names,)
        )
        for (name,) in found:
            self.ask(f'DROP TRIGGER "{name.decode()}"')

    def _trigger(self, name: str, table: Table, when: str, body: str) -> None:
        self.ask(
            f'CREATE TRIGGER IF NOT EXISTS "{name}" {when} ON "{table.name}"'
            f" FOR EACH ROW BEGIN {body} END"
        )


def _note_name(table: Table, event: str) -> str:
    return f"moving_note_{table.name}_{event}"


def _bound(key: object) -> object:
    """Return a key as SQLite compares it: octets never equal a text."""
    return key.decode() if isinstance(key, bytes) else key
