"""Django's SQLite engine; a transaction begins when it's its turn to write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from rejoinder.config.sqlite.writers import Turns, turns_of

# Django's own, where the option names none.
BUSY_SECONDS = 5.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's connection, which queues before a transaction and not before single statements."""

    _turn: Turns | None = None

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
