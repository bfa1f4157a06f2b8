"""Queries of the ORM whose SQL is written once, for values that change.

    _BY_SUBMISSION = Prepared(lambda mark: Post.unscoped.filter(submission=mark), TEXT)
    post = _BY_SUBMISSION.first("7:1f3a")

Only the values may differ from one use to the next. What asks the gate depends on who asks, too:
`policy.prepared` sees to that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model, QuerySet
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesListIterable,
    get_related_populators,
)

from rejoinder.statements.run import run

T = TypeVar("T")

# SQLite takes at most 500 selects in one compound (SQLITE_MAX_COMPOUND_SELECT).
MOST_PARTS = 500

# What stands for a value while the SQL is written: of its type, and like no other constant. A
# statement with two values of a type takes `number(2)` and so on.
NUMBER = 987_654_321_000
TEXT = "\x02 stands for a value \x02"
MOMENT = datetime(1999, 12, 31, 23, 59, 58, 987654, tzinfo=UTC)


def number(which: int) -> int:
    """Return what stands for one of several numbers."""
    return NUMBER + which


def text(which: int) -> str:
    """Return what stands for one of several texts."""
    return f"{TEXT}{which}"


# A list of values has as many places as the next of these, its last value repeated: so a
# statement is written a few times, not once for each length.
_LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


def numbers(count: int) -> tuple[int, ...]:
    """Return what stands for the numbers of a list: at least so many. At most 512."""
    length = next(length for length in _LENGTHS if length >= count)
    return tuple(number(which) for which in range(length))


def lists(values: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Return values in lists that are as long as `numbers` says, the last of them repeated."""
    for start in range(0, len(values), _LENGTHS[-1]):
        some = values[start : start + _LENGTHS[-1]]
        missing = len(numbers(len(some))) - len(some)
        yield (*some, *([some[-1]] * missing))


class NotPrepared(Exception):
    """A query of a form that can't be written once."""


@dataclass(frozen=True)
class _Written:
    sql: str
    # For each place in the SQL: which of the values, or None and what always stands there.
    places: tuple[tuple[int | None, Any], ...]
    converters: tuple[tuple[int, tuple[Any, ...], Any], ...]
    make: Callable[[Any], Any]


class Prepared(Generic[T]):
    """A query, made by a function of its values."""

    def __init__(
        self, query: Callable[..., QuerySet[Any, T]], *examples: object, may_lack: bool = False
    ) -> None:
        """`examples` stand for the values while the SQL is written; with `may_lack` some
        values may have no place in it."""
        self.query = query
        self.examples = examples
        self.may_lack = may_lack
        self._written: dict[str, _Written] = {}

    def all(self, *values: object) -> list[T]:
        """Return what the query finds with these values: one statement."""
        return list(self._found(values))

    def first(self, *values: object) -> T | None:
        """Return the first of what it finds; a query that may find many says how many itself."""
        return next(self._found(values), None)

    def each(self, every: Sequence[tuple[object, ...]]) -> list[T]:
        """Return what it finds with each of several sets of values, all of them together: one
        statement for five hundred. A query of ids alone."""
        database = connections[DEFAULT_DB_ALIAS]
        written = self._written.get(database.vendor) or self._write()
        found: list[T] = []
        for start in range(0, len(every), MOST_PARTS):
            some = every[start : start + MOST_PARTS]
            union = " UNION ALL ".join(
                f"SELECT * FROM ({written.sql}) AS part{at}"  # noqa: S608 - Django's own SQL
                for at in range(len(some))
            )
            values = [value for one in some for value in _in_places(written, one, database)]
            found += map(written.make, run(union, values, database))
        return found

    def _found(self, values: tuple[object, ...]) -> Iterator[T]:
        # Itself: Django's name for it finds the thread's own again with each use.
        database = connections[DEFAULT_DB_ALIAS]
        written = self._written.get(database.vendor) or self._write()
        for row in run(written.sql, _in_places(written, values, database), database):
            yield written.make(_converted(row, written.converters, database))

    def _write(self) -> _Written:
        queryset = self.query(*self.examples)
        compiler = queryset.query.get_compiler(connection=connection)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet:
            # Whoever asks, nothing is found.
            return self._keep(_Written("SELECT 1 WHERE 1 = 0", (), (), tuple))
        examples = [_adapted(example, connection) for example in self.examples]
        if len(set(examples)) < len(examples):
            raise NotPrepared("Two values are stood for by the same; see `number`.")
        places = tuple(
            (examples.index(value), None) if value in examples else (None, value)
            for value in parameters
        )
        used = {place for place, _constant in places} - {None}
        if not self.may_lack and used != set(range(len(examples))):
            raise NotPrepared(f"Not every value has a place in {sql}")
        compiler.setup_query()
        columns = [column for column, _sql, _alias in compiler.select]
        converters = compiler.get_converters(columns)
        return self._keep(
            _Written(
                sql,
                places,
                tuple((at, tuple(each), column) for at, (each, column) in converters.items()),
                _maker(queryset, compiler),
            )
        )

    def _keep(self, written: _Written) -> _Written:
        self._written[connection.vendor] = written
        return written


def _in_places(written: _Written, values: tuple[object, ...], database: Any) -> list[Any]:
    """Return the parameters of a statement."""
    adapted = [_adapted(value, database) for value in values]
    return [constant if place is None else adapted[place] for place, constant in written.places]


def _maker(queryset: QuerySet[Any, Any], compiler: Any) -> Callable[[Any], Any]:
    """Return what makes of a row what the queryset would."""
    if queryset._iterable_class is FlatValuesListIterable:
        return lambda row: row[0]
    if queryset._iterable_class is ValuesListIterable:
        return tuple
    if queryset._iterable_class is not ModelIterable or compiler.annotation_col_map:
        raise NotPrepared("Rows, or columns of them, and nothing that is computed.")
    chosen = compiler.klass_info["select_fields"]
    start, end = chosen[0], chosen[-1] + 1
    model = compiler.klass_info["model"]
    names = [column.target.attname for column, _sql, _alias in compiler.select[start:end]]
    related = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]

    def instance(row: Any) -> Model:
        made: Model = model.from_db(connection.alias, names, row[start:end])
        for populator in related:
            populator.populate(row, made)
        return made

    return instance


def _converted(
    row: Any, converters: tuple[tuple[int, tuple[Any, ...], Any], ...], database: Any
) -> Any:
    if not converters:
        return row
    values = list(row)
    for at, each, column in converters:
        for convert in each:
            values[at] = convert(values[at], column, database)
    return values


def _adapted(value: Any, database: Any) -> Any:
    """Return a value as the engine's driver takes it."""
    return database.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
