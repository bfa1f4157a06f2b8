"""What has been done: a table of the site's own, written in the transactions it tells of."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

_MAKE = "CREATE TABLE IF NOT EXISTS benchmark_scale (name text PRIMARY KEY, value text NOT NULL)"
_PUT = (
    "INSERT INTO benchmark_scale (name, value) VALUES (%s, %s) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def open_ledger() -> None:
    """Make the ledger if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_MAKE)


def read(name: str) -> Any:
    """Return what was noted under a name; None if nothing was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM benchmark_scale WHERE name = %s", [name])
        row = cursor.fetchone()
    return json.loads(row[0]) if row else None


def note(name: str, value: Any) -> None:
    """Note something, within the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [name, json.dumps(value)])
