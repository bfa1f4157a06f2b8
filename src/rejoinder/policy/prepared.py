"""Queries that ask the gate, their SQL written once for each shape of principal.

What the gate adds to a query depends on what a principal is (a member or not, in how many
groups, with which office), and only its values on who: so principals of one shape share the SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import Prepared, number

T = TypeVar("T")

# Shapes are few: kinds, offices, standings, and how many groups somebody is in.
MOST_SHAPES = 500
_MEMBER = number(100_000)


class ForPrincipal(Generic[T]):
    """A query made by a function of a principal and its values; the gate is asked in it.

    Nothing but the principal and the values may decide what the gate adds.
    """

    def __init__(self, query: Callable[..., QuerySet[Any, T]], *examples: object) -> None:
        """`examples` stand for the values while the SQL is written, as for `Prepared`."""
        self._query = query
        self._examples = examples
        self._shapes: dict[Principal, Prepared[T]] = {}

    def first(self, principal: Principal, *values: object) -> T | None:
        """Return the first of what it finds for a principal: one statement."""
        prepared, own = self._for(principal)
        return prepared.first(*values, *own)

    def all(self, principal: Principal, *values: object) -> list[T]:
        """Return what it finds for a principal: one statement."""
        prepared, own = self._for(principal)
        return prepared.all(*values, *own)

    def each(self, principal: Principal, every: Iterable[tuple[object, ...]]) -> list[T]:
        """Return what it finds with each of several sets of values, together: one statement
        for five hundred. A query of ids alone."""
        prepared, own = self._for(principal)
        return prepared.each([(*values, *own) for values in every])

    def _for(self, principal: Principal) -> tuple[Prepared[T], tuple[object, ...]]:
        """Return the statement for a principal's shape, and the principal's own values in it."""
        groups = sorted(principal.groups)
        stand_in = tuple(_MEMBER + 1 + place for place in range(len(groups)))
        member = None if principal.member_id is None else _MEMBER
        shape = principal.as_if(member, groups=frozenset(stand_in))
        prepared = self._shapes.get(shape)
        if prepared is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._shapes.clear()
            prepared = self._shapes[shape] = Prepared(
                partial(self._asked, shape), *self._examples, _MEMBER, *stand_in, may_lack=True
            )
        return prepared, (principal.member_id, *groups)

    def _asked(self, shape: Principal, *values: object) -> QuerySet[Any, T]:
        return self._query(shape, *values[: len(self._examples)])
