"""The bulk path of each engine: how rows are written, and what is put off until the end.

`write` needs nothing but a transaction. Around a long load, `prepare` puts the engine into a
state in which that's quick, and `restore` puts it back: what was dropped stands in the ledger,
so that a later run restores it if this one is killed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, transaction

from benchmarks.scale import ledger
from benchmarks.scale.rows import (
    NUMBERING_COLUMNS,
    POST_COLUMNS,
    TEXT_COLUMNS,
    THREAD_COLUMNS,
    Rows,
)
from rejoinder.events import noted, triggers
from rejoinder.threads.models import Numbering, Post, Thread

TABLES = ("threads_post", "threads_posttext", "threads_numbering", "threads_thread")
_PLACES = ", ".join(["%s"] * len(TABLES))
# In the ledger: the statements that make again what was dropped.
DROPPED = "dropped"

_GROW_THREAD = (
    "UPDATE threads_thread SET posts_count = %s, last_at = %s, last_post_id = %s WHERE id = %s"
)
_ANSWER_POST = "UPDATE threads_post SET responses_count = %s WHERE id = %s"
_PUT_TALLY = """
    UPDATE threads_boardtally SET last_number = %s, posts_count = %s, threads_count = %s,
        last_at = %s, last_post_id = %s WHERE board_id = %s
"""


class Engine:
    """What both engines do alike."""

    def write(self, rows: Rows) -> None:
        """Write a batch's rows, in the caller's transaction."""
        self.insert("threads_thread", THREAD_COLUMNS, rows.threads)
        self.insert("threads_post", POST_COLUMNS, rows.posts)
        self.insert("threads_posttext", TEXT_COLUMNS, rows.texts)
        self.insert("threads_numbering", NUMBERING_COLUMNS, rows.numberings)
        with connection.cursor() as cursor:
            cursor.executemany(_GROW_THREAD, rows.grown_threads)
            cursor.executemany(_ANSWER_POST, rows.answered_posts)
            cursor.executemany(_PUT_TALLY, rows.tallies)
            # Ids are given here: the engine's own must go on behind them.
            for statement in connection.ops.sequence_reset_sql(
                no_style(), [Post, Thread, Numbering]
            ):
                cursor.execute(statement)

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows into a table."""
        raise NotImplementedError

    def prepare(self, *, drops_indices: bool) -> None:
        """Make the engine ready for a long load."""
        raise NotImplementedError

    def restore(self) -> None:
        """Make again what was dropped, a transaction for each, and be as durable as before."""
        for statement in reversed(ledger.read(DROPPED) or []):
            with transaction.atomic():
                _execute(statement)
                ledger.note(DROPPED, [s for s in ledger.read(DROPPED) if s != statement])
        with transaction.atomic():
            triggers.install()
            noted.note_everything()

    def _drop_triggers(self, find: str) -> None:
        """Drop the triggers that note changes: one note that all is new does for all rows."""
        with transaction.atomic():
            for name, table in _rows(find, [*TABLES]):
                of_table = "" if connection.vendor == "sqlite" else f" ON {table}"
                _execute(f"DROP TRIGGER {name}{of_table}")

    def _drop(self, drops: Sequence[str], makes: Sequence[str]) -> None:
        """Drop by statements, and note those that undo it, in the reverse order."""
        with transaction.atomic():
            for statement in drops:
                _execute(statement)
            ledger.note(DROPPED, [*(ledger.read(DROPPED) or []), *makes])


class Sqlite(Engine):
    """Rows by `executemany`; a kill leaves a whole site, a power cut may not."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        with connection.cursor() as cursor:
            # Django's cursor would read and rewrite each statement's placeholders.
            cursor.connection.executemany(statement, rows)

    def prepare(self, *, drops_indices: bool) -> None:
        # A rollback journal holds only the few pages that change; WAL would hold all new ones.
        for pragma in (
            "foreign_keys = OFF",
            "journal_mode = TRUNCATE",
            "synchronous = OFF",
            "cache_size = -1000000",
            "temp_store = MEMORY",
        ):
            _execute(f"PRAGMA {pragma}")
        self._drop_triggers(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' "
            f"AND tbl_name IN ({_PLACES}) ORDER BY name"
        )
        if drops_indices:
            # Those of constraints have no statement, and stay.
            found = _rows(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
                f"AND tbl_name IN {TABLES} ORDER BY name"
            )
            self._drop([f'DROP INDEX "{name}"' for name, _sql in found], [sql for _n, sql in found])

    def restore(self) -> None:
        super().restore()
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
            _execute(f"PRAGMA {pragma}")
        _execute("PRAGMA cache_size = -2000")


class Postgresql(Engine):
    """Rows by COPY."""

    def insert(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def prepare(self, *, drops_indices: bool) -> None:
        # Lost with a power cut, not with a kill: what is at stake is a made-up site.
        _execute("SET synchronous_commit = off")
        _execute("SET maintenance_work_mem = '512MB'")
        self._drop_triggers(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal "
            f"AND tgrelid::regclass::text IN ({_PLACES}) ORDER BY 1"
        )
        if drops_indices:
            self._drop_keys("f")
            self._drop_keys("u")
            self._drop_indices()

    def _drop_keys(self, kind: str) -> None:
        """Drop foreign keys to and from the tables (f), or their unique constraints (u)."""
        found = _rows(
            "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE contype = %s AND (conrelid::regclass::text = ANY(%s) "
            "OR (contype = 'f' AND confrelid::regclass::text = ANY(%s))) ORDER BY 1, 2",
            [kind, list(TABLES), list(TABLES)],
        )
        self._drop(
            [f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name, _sql in found],
            [f"ALTER TABLE {table} ADD CONSTRAINT {name} {sql}" for table, name, sql in found],
        )

    def _drop_indices(self) -> None:
        """Drop the indices but for those of primary keys."""
        found = _rows(
            "SELECT quote_ident(relname), pg_get_indexdef(indexrelid) FROM pg_index "
            "JOIN pg_class ON pg_class.oid = indexrelid WHERE NOT indisprimary "
            "AND indrelid::regclass::text = ANY(%s) ORDER BY 1",
            [list(TABLES)],
        )
        self._drop([f"DROP INDEX {name}" for name, _sql in found], [sql for _name, sql in found])

    def restore(self) -> None:
        super().restore()
        for table in TABLES:
            # As autovacuum would do some minutes later.
            _execute(f"ANALYZE {table}")
        _execute("RESET synchronous_commit")


def engine() -> Engine:
    """Return the bulk path of the engine in use."""
    return Sqlite() if connection.vendor == "sqlite" else Postgresql()


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _rows(query: str, values: Sequence[Any] = ()) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
