"""Saving new rows by SQL that is written once for each table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    AutoField,
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    GeneratedField,
    IntegerField,
    Model,
    TextField,
)

from rejoinder.statements.run import run

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
    # It keeps moments, and sets none itself.
    is_moment: bool = False


@dataclass(frozen=True)
class _Insert:
    # Without the rows, of which one is `marks`.
    head: str
    marks: str
    columns: Sequence[_Column]
    # The key that the engine gives, and how to ask for it.
    key: Field[Any, Any] | None
    returning: str


_written: dict[tuple[str, type[Model]], _Insert] = {}


def insert(row: Model) -> None:
    """Save a new row and set its key, if the engine gives it; no signal is sent.

    One statement, in the caller's transaction. Raises what `save` would.
    """
    database = connections[DEFAULT_DB_ALIAS]
    made = _statement(type(row), database)
    values = [_kept(column, getattr(row, column.name), database, row) for column in made.columns]
    rows = run(made.head + made.marks + made.returning, values, database)
    if made.key is not None:
        setattr(row, made.key.attname, rows[0][0])
    row._state.adding = False
    row._state.db = DEFAULT_DB_ALIAS


def insert_values(model: type[Model], *rows: Mapping[str, Any]) -> None:
    """Save a few new rows of a model of which nobody needs objects: one statement.

    Each gives a value for every column by its attribute's name ("post_id"), but for a key that
    the engine gives. Raises what `save` would, KeyError if a value lacks.
    """
    if not rows:
        return
    database = connections[DEFAULT_DB_ALIAS]
    made = _statement(model, database)
    values = [_kept(column, row[column.name], database) for row in rows for column in made.columns]
    run(made.head + ", ".join([made.marks] * len(rows)), values, database)


def _kept(column: _Column, value: Any, database: Any, row: Model | None = None) -> Any:
    """Return a value as the driver takes it."""
    if type(value) in column.as_it_is:
        return value
    if column.is_moment and type(value) is datetime and value.tzinfo is UTC:
        return database.ops.adapt_datetimefield_value(value)
    if row is not None:
        value = column.field.pre_save(row, add=True)
    return column.field.get_db_prep_save(value, database)


def _statement(model: type[Model], database: Any) -> _Insert:
    return _written.get((database.vendor, model)) or _write(model, database)


def _write(model: type[Model], database: Any) -> _Insert:
    meta, quoted = model._meta, database.ops.quote_name
    key = meta.pk if isinstance(meta.pk, AutoField) else None
    fields = [
        each
        for each in meta.local_concrete_fields
        if each is not key and not isinstance(each, GeneratedField)
    ]
    columns = ", ".join(quoted(str(each.column)) for each in fields)
    made = _Insert(
        head=f"INSERT INTO {quoted(meta.db_table)} ({columns}) VALUES ",  # noqa: S608 - names of ours
        marks="(" + ", ".join(["%s"] * len(fields)) + ")",
        columns=[_column(field, database) for field in fields],
        key=key,
        returning="" if key is None else f" RETURNING {quoted(str(key.column))}",
    )
    _written[database.vendor, model] = made
    return made


def _column(field: Field[Any, Any], database: Any) -> _Column:
    kept: Any = field
    while isinstance(kept, ForeignKey):
        kept = kept.target_field
    as_it_is: tuple[type, ...] = ()
    if type(field).pre_save is Field.pre_save:
        as_it_is = next((types for kind, types in _AS_IT_IS if _keeps_as(kind, kept, database)), ())
    is_moment = type(field) is DateTimeField and not (field.auto_now or field.auto_now_add)
    return _Column(field, field.attname, as_it_is, is_moment)


def _keeps_as(kind: type[Field[Any, Any]], field: Field[Any, Any], database: Any) -> bool:
    """Tell whether a field keeps its values as Django's own of this kind does, unchanged."""
    if not isinstance(field, kind) or type(field).get_prep_value is not kind.get_prep_value:
        return False
    # PostgreSQL is told how wide a number is.
    return kind is not IntegerField or database.vendor == "sqlite"
