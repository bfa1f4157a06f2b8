"""Moments, as SQLite keeps them: in UTC, and so they need nothing converted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.backends.sqlite3.operations import DatabaseOperations


class Operations(DatabaseOperations):
    """Django's, with a shorter way for moments in UTC; every other value goes Django's.

    Each look at Django's settings on its way takes longer than to spell or read a moment.
    """

    def adapt_datetimefield_value(self, value: Any) -> Any:
        """Return a moment as the database keeps it."""
        if type(value) is datetime and value.tzinfo is UTC and self.connection.timezone is UTC:
            return str(value.replace(tzinfo=None))
        return super().adapt_datetimefield_value(value)

    def convert_datetimefield_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """Return a moment from what the database keeps."""
        if value is None:
            return None
        if type(value) is str and self.connection.timezone is UTC:
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                moment = None
            if moment is not None and moment.tzinfo is None:
                return moment.replace(tzinfo=UTC)
        return super().convert_datetimefield_value(value, expression, connection)
