"""The first rows of many lists at once: a UNION ALL of limited selects, on both engines.

Django's own union can't limit its parts on SQLite, and SQLite has no LATERAL join.
"""

from __future__ import annotations

from collections.abc import Iterable
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


def read_ids(parts: Iterable[QuerySet[Any]]) -> list[int]:
    """Return the ids in several ordered, limited querysets: one query.

    For many rows: PostgreSQL joins a long subquery by reading the whole table, a list never.
    """
    subquery = ids_in(parts)
    if not subquery.sql:
        return []
    with connection.cursor() as cursor:
        cursor.execute(subquery.sql, subquery.params)
        return [row[0] for row in cursor.fetchall()]


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
