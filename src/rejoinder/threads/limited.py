"""The first rows of many lists at once: a UNION ALL of limited selects, on both engines.

Django's own union can't limit its parts on SQLite, and SQLite has no LATERAL join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=Model)

# SQLite takes at most 500 selects in one compound (SQLITE_MAX_COMPOUND_SELECT).
MOST_PARTS = 500


def ids_in(parts: Iterable[QuerySet[Any]]) -> RawSQL:
    """Return a subquery of the ids in several ordered, limited querysets, for `pk__in`."""
    texts: list[str] = []
    params: list[Any] = []
    for number, part in enumerate(parts):
        sql, values = part.values("pk").query.sql_with_params()
        texts.append(f"SELECT * FROM ({sql}) AS part{number}")  # noqa: S608 -- Django's own SQL
        params += values
    if len(texts) > MOST_PARTS:
        raise ValueError(f"at most {MOST_PARTS} lists can be read at once, not {len(texts)}")
    return RawSQL(" UNION ALL ".join(texts), params)  # noqa: S611


def read_ids(
    part: Callable[..., QuerySet[Any]], values: Iterable[tuple[int | str, ...]]
) -> list[int]:
    """Return the ids in many ordered, limited querysets of one form: one query.

    `part` makes the queryset from some values; it's called once, and its SQL used for all,
    for Django takes longer to write the SQL than an engine to answer it. For many rows:
    PostgreSQL may join a long subquery by reading the whole table, a list of ids never.
    """
    every = list(values)
    if not every:
        return []
    marks = [_mark(number, value) for number, value in enumerate(every[0])]
    sql, params = part(*marks).values("pk").query.sql_with_params()
    found: list[int] = []
    with connection.cursor() as cursor:
        for start in range(0, len(every), MOST_PARTS):
            some = every[start : start + MOST_PARTS]
            union = " UNION ALL ".join(
                f"SELECT * FROM ({sql}) AS part{number}"  # noqa: S608 -- Django's own SQL
                for number in range(len(some))
            )
            cursor.execute(union, [p for row in some for p in _filled(params, marks, row)])
            found += [row[0] for row in cursor.fetchall()]
    return found


def _mark(number: int, value: int | str) -> int | str:
    """Return a value of the same type that can't be another parameter of the query."""
    return f"\t{number}" if isinstance(value, str) else -1 - number


def _filled(
    params: Iterable[Any], marks: list[int | str], values: tuple[int | str, ...]
) -> list[Any]:
    instead = {(type(mark), mark): value for mark, value in zip(marks, values, strict=True)}
    return [instead.get((type(p), p), p) for p in params]


def sizes_of(parts: Iterable[QuerySet[Any]]) -> list[int]:
    """Return how many rows each of several limited querysets has: one query."""
    texts: list[str] = []
    params: list[Any] = []
    for number, part in enumerate(parts):
        sql, values = part.values("pk").query.sql_with_params()
        texts.append(f"SELECT {number}, COUNT(*) FROM ({sql}) AS part{number}")  # noqa: S608
        params += values
    if not texts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(texts), params)
        counted = dict(cursor.fetchall())
    return [counted[number] for number in range(len(texts))]
