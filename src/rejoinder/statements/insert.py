"""Saving new rows by SQL that is written once for each table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    Field,
    ForeignKey,
    GeneratedField,
    IntegerField,
    Model,
    TextField,
)

# What drivers take as it is, by kinds of field; all else goes Django's longer way.
_AS_IT_IS: tuple[tuple[type[Field[Any, Any]], tuple[type, ...]], ...] = (
    (BooleanField, (bool,)),
    (IntegerField, (int, type(None))),
    (CharField, (str, type(None))),
    (TextField, (str, type(None))),
)


@dataclass(frozen=True)
class _Column:
    field: Field[Any, Any]
    name: str
    as_it_is: tuple[type, ...]


@dataclass(frozen=True)
class _Insert:
    sql: str
    columns: Sequence[_Column]
    # The key that the engine gives.
    key: Field[Any, Any] | None


_written: dict[tuple[str, type[Model]], _Insert] = {}


def insert(row: Model) -> None:
    """Save a new row and set its key, if the engine gives it; no signal is sent.

    One statement, in the caller's transaction. Raises what `save` would.
    """
    statement = _statement(type(row))
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.execute(statement.sql, _values(statement, row, database))
        if statement.key is not None:
            setattr(row, statement.key.attname, cursor.fetchone()[0])
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS


def insert_many(rows: Iterable[Model]) -> None:
    """Save new rows of one model, of which nobody needs the keys: one statement each, by one
    call of the driver."""
    rows = list(rows)
    if not rows:
        return
    statement = _statement(type(rows[0]))
    sql = statement.sql.partition(" RETURNING ")[0]
    database = connections[DEFAULT_DB_ALIAS]
    with database.cursor() as cursor:
        cursor.executemany(sql, [_values(statement, row, database) for row in rows])


def _values(statement: _Insert, row: Model, database: Any) -> list[Any]:
    values = []
    for column in statement.columns:
        value = getattr(row, column.name)
        if type(value) not in column.as_it_is:
            field = column.field
            value = field.get_db_prep_save(field.pre_save(row, add=True), database)
        values.append(value)
    return values


def _statement(model: type[Model]) -> _Insert:
    return _written.get((connections[DEFAULT_DB_ALIAS].vendor, model)) or _write(model)


def _write(model: type[Model]) -> _Insert:
    database = connections[DEFAULT_DB_ALIAS]
    meta, quoted = model._meta, database.ops.quote_name
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
    made = _Insert(sql, [_column(field, database) for field in fields], key)
    _written[database.vendor, model] = made
    return made


def _column(field: Field[Any, Any], database: Any) -> _Column:
    kept: Any = field
    while isinstance(kept, ForeignKey):
        kept = kept.target_field
    as_it_is: tuple[type, ...] = ()
    if type(field).pre_save is Field.pre_save:
        as_it_is = next((types for kind, types in _AS_IT_IS if _keeps_as(kind, kept, database)), ())
    return _Column(field, field.attname, as_it_is)


def _keeps_as(kind: type[Field[Any, Any]], field: Field[Any, Any], database: Any) -> bool:
    """Tell whether a field keeps its values as Django's own of this kind does, unchanged."""
    if not isinstance(field, kind) or type(field).get_prep_value is not kind.get_prep_value:
        return False
    # PostgreSQL is told how wide a number is.
    return kind is not IntegerField or database.vendor == "sqlite"
