"""Django's SQLite engine; a transaction begins when it's its turn to write."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.db.backends.sqlite3 import base
from django.db.backends.utils import CursorWrapper
from django.utils.asyncio import async_unsafe

from rejoinder.config.sqlite.moments import Operations
from rejoinder.config.sqlite.writers import Turns, turns_of

# Django's own, where the option names none.
BUSY_SECONDS = 5.0
# Statements whose spelling is remembered; longer ones are made up, with lists of values.
REMEMBERED, LONGEST_REMEMBERED = 1000, 10_000


@lru_cache(maxsize=REMEMBERED)
def _with_marks(query: str) -> str:
    """Return a statement with the driver's "?" where Django writes "%s"."""
    spelt: str = base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")
    return spelt


class Cursor(base.SQLiteCursorWrapper):
    """Django's cursor, which spells each statement for the driver once and not each time."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """Return a statement in the driver's spelling."""
        if param_names is None and len(query) <= LONGEST_REMEMBERED:
            # What is marked as safe text is another type, and the same statement.
            return _with_marks(str(query))
        spelt: str = super().convert_query(query, param_names=param_names)
        return spelt


class ShortCursor(CursorWrapper):
    """What Django wraps a cursor in, with a shorter way to the driver.

    Django's takes longer than the engine does to find a row. Errors are told as Django's own,
    and what listens to statements hears of each.
    """

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement. Raises Django's database errors."""
        is_usual = isinstance(params, list | tuple) and len(sql) <= LONGEST_REMEMBERED
        if self.db.execute_wrappers or not is_usual:
            return super().execute(sql, params)
        self.db.validate_no_broken_transaction()
        try:
            return self.db.Database.Cursor.execute(self.cursor, _with_marks(str(sql)), params)
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def fetchone(self) -> Any:
        """Return the next row, or None."""
        try:
            return self.cursor.fetchone()
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise

    def fetchall(self) -> Any:
        """Return the rows that are left."""
        try:
            return self.cursor.fetchall()
        except self.db.Database.Error:
            with self.db.wrap_database_errors:
                raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection, which queues before a transaction and not before single statements."""

    ops_class = Operations

    _turn: Turns | None = None
    _logs_all = False

    @property
    def queries_logged(self) -> bool:
        """Whether each statement is noted: asked before each, and Django's settings are slow."""
        return self.force_debug_cursor or self._logs_all

    def connect(self) -> None:
        """Open the connection."""
        super().connect()
        self._logs_all = settings.DEBUG

    @async_unsafe
    def run(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """Run one statement and return its rows: a cursor's way without the cursor.

        For statements that are asked again and again (statements/run.py). Raises Django's
        database errors.
        """
        if self.connection is None or self.queries_logged or self.execute_wrappers:
            with self.cursor() as cursor:
                cursor.execute(sql, values)
                rows: list[Any] = cursor.fetchall()
            return rows
        if self._thread_ident != get_ident():  # type: ignore[attr-defined]
            self.validate_thread_sharing()
        if self.needs_rollback:
            self.validate_no_broken_transaction()
        try:
            found: list[Any] = self.connection.execute(_with_marks(sql), values).fetchall()
        except self.Database.Error:
            with self.wrap_database_errors:
                raise
        return found

    @async_unsafe
    def cursor(self) -> Any:
        """Return a cursor, opening the connection if there is none."""
        if self.connection is None or self.queries_logged:
            return super().cursor()
        self.validate_thread_sharing()
        return ShortCursor(self.connection.cursor(factory=Cursor), self)

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor of ours."""
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        turns = None if self.is_in_memory_db() else turns_of(Path(self.settings_dict["NAME"]))
        options: dict[str, Any] = self.settings_dict["OPTIONS"]
        seconds = float(options.get("timeout", BUSY_SECONDS))
        if turns is not None and not turns.take(seconds):
            raise OperationalError("database is locked: too many wait to write")
        self._turn = turns
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        turns, self._turn = self._turn, None
        if turns is not None:
            turns.give_back()
