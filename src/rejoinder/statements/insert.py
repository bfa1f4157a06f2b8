"""Saving new rows by SQL that is written once for each table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import AutoField, Field, GeneratedField, Model


@dataclass(frozen=True)
class _Insert:
    sql: str
    fields: Sequence[Field[Any, Any]]
    # The key that the engine gives.
    key: Field[Any, Any] | None


_written: dict[tuple[str, type[Model]], _Insert] = {}


def insert(row: Model) -> None:
    """Save a new row and set its key, if the engine gives it; no signal is sent.

    One statement, in the caller's transaction. Raises what `save` would.
    """
    statement = _statement(type(row))
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, _values(statement, row))
        if statement.key is not None:
            setattr(row, statement.key.attname, cursor.fetchone()[0])
    row._state.adding = False
    row._state.db = connection.alias


def insert_many(rows: Iterable[Model]) -> None:
    """Save new rows of one model, of which nobody needs the keys: one statement each, by one
    call of the driver."""
    rows = list(rows)
    if not rows:
        return
    statement = _statement(type(rows[0]))
    sql = statement.sql.partition(" RETURNING ")[0]
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(statement, row) for row in rows])


def _values(statement: _Insert, row: Model) -> list[Any]:
    return [
        each.get_db_prep_save(each.pre_save(row, add=True), connection) for each in statement.fields
    ]


def _statement(model: type[Model]) -> _Insert:
    return _written.get((connection.vendor, model)) or _write(model)


def _write(model: type[Model]) -> _Insert:
    meta, quoted = model._meta, connection.ops.quote_name
    key = meta.pk if isinstance(meta.pk, AutoField) else None
    fields = [
        each
        for each in meta.local_concrete_fields
        if each is not key and not isinstance(each, GeneratedField)
    ]
    columns = ", ".join(quoted(str(each.column)) for each in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608 - names of ours
    if key is not None:
        sql += f" RETURNING {quoted(str(key.column))}"
    made = _Insert(sql, fields, key)
    _written[connection.vendor, model] = made
    return made
