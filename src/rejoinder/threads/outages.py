"""Tells a database that can't keep anything now from one that was asked wrongly.

Here and not in a door, because every door needs it; in the lowest room that every deed
already imports.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError, OperationalError
from django.utils.translation import gettext as _

from rejoinder.errors import Unavailable

# SQLite's messages: https://www.sqlite.org/rescode.html, by their beginnings.
SQLITE_BUSY = ("database is locked", "database table is locked", "database schema is locked")
SQLITE_FULL = ("database or disk is full",)
SQLITE_UNWRITABLE = (
    "attempt to write a readonly database",
    "disk I/O error",
    "unable to open database file",
)
# A table that never is. When a site moves to another database, triggers that name it let
# nobody write to the old one any more (rejoinder.operations.moving).
CLOSED_TABLE = "site_is_being_moved"
SQLITE_CLOSED = (f"no such table: main.{CLOSED_TABLE}",)
# PostgreSQL's classes of SQLSTATE: connection, resources, operator's intervention,
# system error; and within others: a deadlock, a lock that wasn't had, a read-only standby.
POSTGRESQL_OUTAGES = ("08", "53", "57", "58", "40001", "40P01", "55P03", "25006")


@contextmanager
def told() -> Iterator[None]:
    """Raise Unavailable in place of a database's outage; also a decorator of deeds."""
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        outage = as_unavailable(error)
        if outage is None:
            raise
        raise outage from error


def as_unavailable(error: DatabaseError | InterfaceError) -> Unavailable | None:
    """Return what to tell the reader if an error is an outage, None if it's a fault of ours."""
    text = str(error)
    if text.startswith(SQLITE_FULL) or _state(error).startswith("53"):
        return Unavailable(
            _("The server has no room to keep anything at the moment. Try again later.")
        )
    if text.startswith(SQLITE_CLOSED):
        return Unavailable(
            _(
                "The site is moving to another database, and takes nothing new for now. "
                "Try again in a minute."
            )
        )
    if text.startswith(SQLITE_BUSY):
        return Unavailable(_("The server is busy. Try again in a minute."))
    if text.startswith(SQLITE_UNWRITABLE) or _is_postgresql_outage(error):
        return Unavailable(_("The server can't keep anything at the moment. Try again later."))
    return None


def _is_postgresql_outage(error: Exception) -> bool:
    cause = error.__cause__
    if not type(cause).__module__.startswith("psycopg"):
        return False
    state = _state(error)
    # Without a state there was no server to give one.
    return state.startswith(POSTGRESQL_OUTAGES) if state else isinstance(error, OperationalError)


def _state(error: Exception) -> str:
    return getattr(error.__cause__, "sqlstate", None) or ""
