"""The PostgreSQL side: takes rows by COPY, gives them back to be compared, and keeps the place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, LiteralString, cast

import psycopg
from psycopg import sql

from rejoinder.errors import Unavailable
from rejoinder.operations.moving.source import MADE_ANEW, Table
from rejoinder.operations.moving.wire import WIRES, Lines

OURS = ("moving_state", "moving_chunk", "moving_reference")

STATE_SQL = (
    "CREATE TABLE moving_state (label text NOT NULL, is_ready bool NOT NULL DEFAULT false,"
    " applied bigint NOT NULL DEFAULT 0, finished_at timestamptz)",
    "CREATE TABLE moving_chunk (name text NOT NULL, number int NOT NULL, last_key text NOT NULL,"
    " rows int NOT NULL, digest text NOT NULL, PRIMARY KEY (name, number))",
    "CREATE TABLE moving_reference (name text NOT NULL, reference text NOT NULL,"
    " definition text NOT NULL, PRIMARY KEY (name, reference))",
)


@dataclass(frozen=True)
class State:
    """How far a move has come."""

    label: str
    is_ready: bool
    applied: int
    is_finished: bool


class Target:
    """The database that a site moves to."""

    def __init__(self, url: str) -> None:
        try:
            self._database = psycopg.connect(
                url, autocommit=True, options="-c timezone=UTC -c datestyle=ISO -c bytea_output=hex"
            )
        except psycopg.Error as error:
            raise Unavailable(f"PostgreSQL can't be reached: {str(error).strip()}") from None

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def ask(self, query: str | sql.Composed, values: tuple[object, ...] = ()) -> list[Any]:
        """Return all rows of a query; none of a statement without any."""
        # Of constants and names of the schema only.
        cursor = self._database.execute(cast("LiteralString", query), values)
        return cursor.fetchall() if cursor.description else []

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Do everything within, or nothing."""
        with self._database.transaction():
            yield

    # ----- What is there -----

    def encoding(self) -> str:
        """Return the encoding of the database."""
        return str(self.ask("SHOW server_encoding")[0][0])

    def table_names(self) -> set[str]:
        """Return the names of the site's tables."""
        rows = self.ask("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name for (name,) in rows} - set(OURS)

    def migrations(self) -> set[tuple[str, str]]:
        """Return what was migrated."""
        return {(app, name) for app, name in self.ask("SELECT app, name FROM django_migrations")}

    def lines(self, table: Table) -> Lines:
        """Return what makes lines of a table's rows. Raises Unavailable if it can't be moved."""
        rows = self.ask(
            "SELECT attname, typname FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = ''",
            (f'"{table.name}"',),
        )
        types: dict[str, str] = dict(rows)
        if set(types) != set(table.columns):
            differing = sorted(set(types) ^ set(table.columns))
            raise Unavailable(
                f"Table {table.name} has other columns in PostgreSQL: {', '.join(differing)}. "
                "Run rejoinder migrate on the site first, and begin with an empty database."
            )
        if unknown := sorted(set(types.values()) - set(WIRES)):
            raise Unavailable(f"Table {table.name} has a column of type {unknown[0]}: not known.")
        return Lines(table.columns, tuple(types[column] for column in table.columns))

    # ----- How far it has come -----

    def state(self) -> State | None:
        """Return how far a move to here has come; None if none was begun."""
        if self.ask("SELECT to_regclass('moving_state')")[0][0] is None:
            return None
        rows = self.ask("SELECT label, is_ready, applied, finished_at FROM moving_state")
        label, is_ready, applied, finished_at = rows[0]
        return State(label, is_ready, applied, finished_at is not None)

    def begin(self, label: str) -> None:
        """Keep that a move to here has begun, and nothing of one before."""
        with self.transaction():
            self.ask(f"DROP TABLE IF EXISTS {', '.join(OURS)}")
            for statement in STATE_SQL:
                self.ask(statement)
            self.ask("INSERT INTO moving_state (label) VALUES (%s)", (label,))

    def make_ready(self, tables: list[Table]) -> None:
        """Empty all tables; take away for now what slows down or refuses rows out of order."""
        with self.transaction():
            names = [sql.Identifier(name) for name in sorted(self.table_names())]
            self.ask(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(names)))
            self._noting("DISABLE")
            for name, reference, definition in self.ask(
                "SELECT relname, conname, pg_get_constraintdef(c.oid) FROM pg_constraint c"
                " JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'f'"
                " AND c.connamespace = current_schema()::regnamespace"
            ):
                self.ask(
                    "INSERT INTO moving_reference VALUES (%s, %s, %s)",
                    (name, reference, definition),
                )
                self.ask(
                    sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                        sql.Identifier(name), sql.Identifier(reference)
                    )
                )
            self.ask("UPDATE moving_state SET is_ready = true")

    def _noting(self, how: LiteralString) -> None:
        """Disable or enable the triggers that note changes: rows that come are no news."""
        for name, trigger in self.ask(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE NOT tgisinternal AND tgname LIKE 'noted\\_%%'"
            " AND relnamespace = current_schema()::regnamespace",
        ):
            self.ask(
                sql.SQL("ALTER TABLE {} {} TRIGGER {}").format(
                    sql.Identifier(name), sql.SQL(how), sql.Identifier(trigger)
                )
            )

    def place_in(self, table: Table) -> tuple[int, str | None]:
        """Return how many chunks of a table have come, and the last key of theirs."""
        rows = self.ask(
            "SELECT number, last_key FROM moving_chunk WHERE name = %s ORDER BY number DESC"
            " LIMIT 1",
            (table.name,),
        )
        return rows[0] if rows else (0, None)

    def keep_place(self, table: Table, number: int, key: object, rows: int, digest: str) -> None:
        """Keep that a chunk has come."""
        self.ask(
            "INSERT INTO moving_chunk VALUES (%s, %s, %s, %s, %s)",
            (table.name, number, _text_of(key), rows, digest),
        )

    def keep_applied(self, applied: int) -> None:
        """Keep up to which note the rows are those of the source."""
        self.ask("UPDATE moving_state SET applied = %s", (applied,))

    # ----- Rows -----

    def drop_between(self, table: Table, after: object, last: object) -> None:
        """Delete the rows after a key up to another; None: from the first, to the last."""
        self.ask(sql.SQL("DELETE FROM {} WHERE {}").format(*_between(table, after, last)))

    def drop_keys(self, table: Table, keys: list[object]) -> None:
        """Delete the rows of these keys."""
        self.ask(
            sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(
                sql.Identifier(table.name), sql.Identifier(table.key)
            ),
            (_keys(keys),),
        )

    def take(self, table: Table, lines: list[bytes]) -> None:
        """Add rows. Raises psycopg.Error for what PostgreSQL refuses."""
        columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), columns)
        with self._database.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(b"".join(lines))

    def between(self, table: Table, after: object, last: object) -> list[bytes]:
        """Return the lines of the rows after a key up to another, in their order."""
        _name, where = _between(table, after, last)
        return self._lines(table, where)

    def of_keys(self, table: Table, keys: list[object]) -> list[bytes]:
        """Return the lines of the rows that are there of these keys, in their order."""
        where = sql.SQL("{} = ANY({})").format(sql.Identifier(table.key), sql.Literal(_keys(keys)))
        return self._lines(table, where)

    def _lines(self, table: Table, where: sql.Composable) -> list[bytes]:
        key = sql.SQL('{} COLLATE "C"' if table.is_text_key else "{}")
        statement = sql.SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT").format(
            sql.SQL(", ").join(map(sql.Identifier, table.columns)),
            sql.Identifier(table.name),
            where,
            key.format(sql.Identifier(table.key)),
        )
        with self._database.cursor() as cursor, cursor.copy(statement) as copy:
            return b"".join(copy).splitlines(keepends=True)

    def count(self, table: Table) -> int:
        """Return how many rows a table has."""
        query = sql.SQL("SELECT COUNT(*) FROM {}").format(sql.Identifier(table.name))
        return int(self.ask(query)[0][0])

    # ----- The end -----

    def put_references_back(self) -> None:
        """Have references checked again, and every row's now."""
        for name, reference, definition in self.ask("SELECT * FROM moving_reference"):
            with self.transaction():
                self.ask(
                    sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(
                        sql.Identifier(name), sql.Identifier(reference), sql.SQL(definition)
                    )
                )
                self.ask(
                    "DELETE FROM moving_reference WHERE name = %s AND reference = %s",
                    (name, reference),
                )

    def analyze(self) -> None:
        """Let the planner know what is there."""
        self.ask("ANALYZE")

    def finish(self, last_ids: dict[str, int]) -> None:
        """Let ids go on where they were, note changes again, and keep that the move is done."""
        with self.transaction():
            for name, last in last_ids.items():
                if name in self.table_names() - MADE_ANEW and last > 0:
                    self.ask(
                        "SELECT setval(pg_get_serial_sequence(%s, attname), %s) FROM pg_attribute"
                        " WHERE attrelid = to_regclass(%s) AND attidentity <> ''",
                        (f'"{name}"', last, f'"{name}"'),
                    )
            # What waits to be checked at the commit would forbid what follows.
            self.ask("SET CONSTRAINTS ALL IMMEDIATE")
            self._noting("ENABLE")
            self.ask("UPDATE moving_state SET finished_at = now()")


def _between(table: Table, after: object, last: object) -> tuple[sql.Composable, sql.Composable]:
    key = sql.SQL('{} COLLATE "C"' if table.is_text_key else "{}").format(sql.Identifier(table.key))
    bounds = [sql.SQL("TRUE")]
    for sign, bound in ((">", after), ("<=", last)):
        if bound is not None:
            literal = sql.Literal(_keys([bound])[0])
            bounds.append(sql.SQL("{} " + sign + " {}").format(key, literal))  # type: ignore[arg-type]
    return sql.Identifier(table.name), sql.SQL(" AND ").join(bounds)


def _keys(keys: list[object]) -> list[object]:
    return [key.decode() if isinstance(key, bytes) else key for key in keys]


def _text_of(key: object) -> str:
    return key.decode() if isinstance(key, bytes) else str(key)
