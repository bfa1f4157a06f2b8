"""What is noted as a change: rooms register the tables whose rows pages show."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import Model

from rejoinder.events.models import Change


@dataclass(frozen=True)
class Noted:
    """A table whose changes are noted, and for what each of its rows counts.

    `thread`, `board` and `member` are SQL expressions of a row, written `{row}`, each for one
    id or NULL. If all are NULL, or left out, anything that is shown may have changed.
    `beside`: instead, queries of a row for ids of the threads that it counts for. `columns`: an
    update counts only if one of these is other; empty: every update does. `made_of`: which
    columns are written where some of `columns` are the engine's, made of others.
    `on_insert`: whether a new row by itself changes a page that is there already.
    `is_setting`: what is remembered of settings falls, too. `is_shown`: whether pages show it.
    `seat`: instead, an expression of a row for the seat that is other: how a member is known
    to pages at a browser of theirs (one of the functions below).
    """

    model: type[Model]
    thread: str = "NULL"
    board: str = "NULL"
    member: str = "NULL"
    beside: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()
    on_insert: bool = True
    is_setting: bool = False
    is_shown: bool = True
    seat: str = ""


# Every seat there is, in a place of its own among the changes.
ALL_SEATS = "*"
# So much of a session's key tells it from others, and is of no use without the rest.
_LABEL_LENGTH = 8


def seat_of_member(member_id: int) -> str:
    """Return what the seats of a member are called."""
    return f"m{member_id}"


def seat_of_session(key: str) -> str:
    """Return what a session's seat is called."""
    return f"s{key[:_LABEL_LENGTH]}"


def seat_of_member_sql(column: str) -> str:
    """Return `seat_of_member` as SQL, of a row's column."""
    return f"'m' || {{row}}.{column}"


def seat_of_session_sql(column: str) -> str:
    """Return `seat_of_session` as SQL, of a row's column."""
    return f"'s' || substr({{row}}.{column}, 1, {_LABEL_LENGTH})"


ALL_SEATS_SQL = f"'{ALL_SEATS}'"

_TABLES: list[Noted] = []


def register(*tables: Noted) -> None:
    """Have the changes of some tables noted; called when a room is ready."""
    _TABLES.extend(tables)


def tables() -> list[Noted]:
    """Return all that is registered."""
    return list(_TABLES)


def note_everything() -> None:
    """Note that anything may have changed; for jobs that put right what no trigger watches."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {Change._meta.db_table} (xid) VALUES ({xid_sql()})")  # noqa: S608 - constants


def xid_sql() -> str:
    """Return the SQL for the number of the transaction at hand; SQLite needs none."""
    return "pg_current_xact_id()::text::bigint" if connection.vendor == "postgresql" else "0"
