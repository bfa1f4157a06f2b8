"""A text column that both engines compare byte by byte."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class BytewiseField(models.TextField):  # type: ignore[type-arg]
    """Text in the order of its bytes: SQLite's default, COLLATE "C" on PostgreSQL."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        """Return the column's type, with its collation where the engine's own isn't bytewise."""
        parameters: dict[str, Any] = dict(super().db_parameters(connection))
        parameters["collation"] = "C" if connection.vendor == "postgresql" else None
        return parameters
