"""A page of a list, and the way to the pages beside it, by keyset.

A cursor names a post by its public id, never a label, so that it holds when a thread is
relabelled. There's no page number: what it costs to find a page would grow with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    BigIntegerField,
    BooleanField,
    DateTimeField,
    F,
    Func,
    Model,
    QuerySet,
    Value,
)
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Missing

T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after or before the row of a post, or on a date; else at the start.

    "After" is further down the list, whatever its order.
    """

    after: str = ""
    before: str = ""
    # In the zone that Django has active: the reader's.
    on: date | None = None

    @property
    def post(self) -> str:
        """Return the public id that the cursor names, or nothing."""
        return self.after or self.before

    def as_query(self) -> str:
        """Return the cursor as a URL's query: "after=…", "before=…", "on=2026-11-22" or ""."""
        values = {"after": self.after, "before": self.before, "on": self.on and str(self.on)}
        return urlencode({name: value for name, value in values.items() if value})


# The parameters of a query that `read_cursor` reads.
CURSOR = ("after", "before", "on")
START = Cursor()
_SECOND_DAY, _LAST_BUT_ONE = date.min + timedelta(days=1), date.max - timedelta(days=1)


def read_cursor(query: Mapping[str, str]) -> Cursor:
    """Return the cursor that a URL's query gives. Raises BadInput if its date is none."""
    on = query.get("on", "")
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        raise BadInput(_("Give the date as year-month-day, such as 2026-11-22.")) from None
    after, before = query.get("after", ""), query.get("before", "")
    return Cursor(after=after, before="" if after else before, on=None if after or before else day)


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page's rows in the order of the list, and cursors to the pages before and after."""

    rows: list[T]
    # The page above this one; None: this is the first.
    earlier: Cursor | None
    # The page below this one; None: this is the last.
    later: Cursor | None


def cut(found: list[T], cursor: Cursor, limit: int, name: Callable[[T], str]) -> Slice[T]:
    """Return a page of rows that were read from the cursor on, one more than the limit.

    A page before a post is read upwards; its rows come in that order, and are turned here.
    """
    rows, has_more = found[:limit], len(found) > limit
    if not rows:
        return Slice([], START if cursor != START else None, None)
    if cursor.before:
        rows.reverse()
        return Slice(
            rows, Cursor(before=name(rows[0])) if has_more else None, Cursor(after=name(rows[-1]))
        )
    began_inside = cursor != START
    return Slice(
        rows,
        Cursor(before=name(rows[0])) if began_inside else None,
        Cursor(after=name(rows[-1])) if has_more else None,
    )


def gone() -> Missing:
    """Return the error for a cursor whose post isn't in the list (any more)."""
    return Missing(_("This page of the list isn't there any more. Go to its beginning."))


class _Beside(Func):
    """(moment, id) < (…, …): one range of an index, which an OR of two comparisons isn't."""

    conditional = True

    def __init__(self, field: str, sign: str, place: tuple[datetime, int]) -> None:
        moment, pk = Value(place[0], DateTimeField()), Value(place[1], BigIntegerField())
        super().__init__(F(field), F("pk"), moment, pk, output_field=BooleanField())
        self.sign = sign

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        parts = [compiler.compile(expression) for expression in self.get_source_expressions()]
        moment, pk, other_moment, other_pk = (sql for sql, _params in parts)
        sql = f"({moment}, {pk}) {self.sign} ({other_moment}, {other_pk})"
        return sql, tuple(value for _sql, params in parts for value in params)


def earlier_than(rows: QuerySet[M], field: str, place: tuple[datetime, int]) -> QuerySet[M]:
    """Return the rows whose (field, id) stand before a place."""
    return rows.filter(_Beside(field, "<", place))


def later_than(rows: QuerySet[M], field: str, place: tuple[datetime, int]) -> QuerySet[M]:
    """Return the rows whose (field, id) stand after a place."""
    return rows.filter(_Beside(field, ">", place))


@dataclass(frozen=True)
class ByTime:
    """The order of a list by a moment and the id, and how a page of it is read."""

    field: str = "posted_at"
    newest_first: bool = False

    def rows(
        self,
        rows: QuerySet[M],
        cursor: Cursor,
        place: tuple[datetime, int] | None,
        limit: int,
        *,
        within: timedelta | None = None,
    ) -> QuerySet[M]:
        """Return limit + 1 rows from a cursor on, read in its direction: one index range.

        `place` is where the row that the cursor names stands, if it names one.
        """
        descends = self.newest_first != bool(cursor.before)
        if place is not None:
            rows = (earlier_than if descends else later_than)(rows, self.field, place)
        elif cursor.on is not None:
            rows = rows.filter(**self._from(cursor.on))
        # Going up from a place, which was inside, nothing older can come: a second lower
        # bound would only tempt the engine to begin there.
        if within is not None and (descends or place is None):
            rows = rows.filter(**{f"{self.field}__gte": timezone.now() - within})
        sign = "-" if descends else ""
        return rows.order_by(f"{sign}{self.field}", f"{sign}pk")[: limit + 1]

    def _from(self, day: date) -> dict[str, datetime]:
        if self.newest_first:
            return {f"{self.field}__lt": _midnight(_next(day))}
        return {f"{self.field}__gte": _midnight(day)}


def _next(day: date) -> date:
    return day if day == date.max else day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    # Engines are asked in UTC, where the calendar's first and last days may begin outside it.
    day = min(max(day, _SECOND_DAY), _LAST_BUT_ONE)
    return datetime.combine(day, time(), timezone.get_current_timezone())
