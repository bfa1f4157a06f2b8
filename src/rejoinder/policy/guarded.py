"""Managers that refuse to be read without a principal.

`Post.objects` builds queries as any manager does, but a query runs only once the gate has
scoped it (`gate.visible`, `gate.reachable`). What must read past the gate (the order of a
thread, tallies, checks) says so by `Post.unscoped`; which modules may is listed in
docs/policy.md, and a test holds the code to that list.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Manager, Model, QuerySet
from django.db.models.sql import Query

M = TypeVar("M", bound=Model)


class Ungated(RuntimeError):
    """A guarded model was read without asking the gate: a fault in the code."""


class _GuardedQuery(Query):
    """A query that only the gate can let run; also as a part of another query."""

    is_gated = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        if not self.is_gated:
            name = self.model.__name__ if self.model is not None else "?"
            raise Ungated(f"{name}.objects was read without asking the gate")
        return super().get_compiler(*args, **kwargs)


class GuardedQuerySet(QuerySet[M]):
    """Rows that nobody reads before the gate has said which."""

    def __init__(
        self, model: type[M] | None = None, query: Query | None = None, **kwargs: Any
    ) -> None:
        if query is None and model is not None:
            query = _GuardedQuery(model)
        super().__init__(model, query, **kwargs)

    def __and__(self, other: QuerySet[M]) -> Any:
        return _both_gated(super().__and__(other), self, other)

    def __or__(self, other: QuerySet[M]) -> Any:
        return _both_gated(super().__or__(other), self, other)

    def __xor__(self, other: QuerySet[M]) -> Any:
        return _both_gated(super().__xor__(other), self, other)

    # Python asks these first where the other side is a plain queryset, whose query would run.
    def __rand__(self, other: QuerySet[M]) -> Any:
        self._check()
        return QuerySet.__and__(other, self)

    def __ror__(self, other: QuerySet[M]) -> Any:
        self._check()
        return QuerySet.__or__(other, self)

    def __rxor__(self, other: QuerySet[M]) -> Any:
        self._check()
        return QuerySet.__xor__(other, self)

    # What changes rows turns the query into one of another class, past `get_compiler`.
    def update(self, **values: Any) -> int:
        self._check()
        return super().update(**values)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._check()
        return super().delete()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        raise Ungated(f"{self.model.__name__}.objects can't be read by raw SQL")

    update.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]

    def _check(self) -> None:
        if not is_gated(self):
            raise Ungated(f"{self.model.__name__}.objects was used without asking the gate")


class Guarded(Manager[M]):
    """A model's default manager: its rows are read through the gate."""

    def get_queryset(self) -> GuardedQuerySet[M]:
        return GuardedQuerySet(self.model, using=self._db)


def is_gated(queryset: QuerySet[Any]) -> bool:
    """Tell whether the gate has said which of these rows may be read."""
    return getattr(queryset.query, "is_gated", True)


def let_through(queryset: QuerySet[M]) -> QuerySet[M]:
    """Return a queryset that may be run; the gate alone calls this."""
    through = queryset.all()
    through.query.is_gated = True  # type: ignore[attr-defined]
    return through


def _both_gated(combined: QuerySet[M], one: QuerySet[M], other: QuerySet[M]) -> QuerySet[M]:
    combined.query.is_gated = is_gated(one) and is_gated(other)  # type: ignore[attr-defined]
    return combined
