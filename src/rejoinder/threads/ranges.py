"""Ranges of threads in outline order, read by statements that are written once for each form."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal

from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import NUMBER, text
from rejoinder.threads.lines import COLUMNS, Line, lines_of
from rejoinder.threads.scopes import Form, Range, range_of

Order = Literal["opens", "-opens"]
_VALUES = (NUMBER, text(1), text(2))


def lines_in(principal: Principal, part: Range, order: Order, most: int) -> list[Line]:
    """Return the first lines of a range that a principal may see: one query."""
    return lines_of(_lines(part.form, order, most).all(principal, *part.values))


def ids_in(principal: Principal, part: Range, order: Order, most: int) -> list[int]:
    """Return the first posts' ids of a range that a principal may see: one query."""
    return _ids(part.form, order, most).all(principal, *part.values)


def ids_in_each(principal: Principal, parts: Iterable[Range], most: int) -> list[int]:
    """Return the ids of the first posts in each of several ranges: a query for each form."""
    by_form: dict[Form, list[Range]] = {}
    for part in parts:
        by_form.setdefault(part.form, []).append(part)
    found: list[int] = []
    for form, some in by_form.items():
        found += _ids(form, "opens", most).each(principal, [part.values for part in some])
    return found


# As many as there are forms, orders and sizes of pages.
@cache
def _lines(form: Form, order: Order, most: int) -> ForPrincipal[tuple[Any, ...]]:
    return ForPrincipal(
        lambda principal, *values: (
            range_of(form, *values).posts(principal).order_by(order)[:most].values_list(*COLUMNS)
        ),
        *_VALUES,
    )


@cache
def _ids(form: Form, order: Order, most: int) -> ForPrincipal[int]:
    return ForPrincipal(
        lambda principal, *values: (
            range_of(form, *values)
            .posts(principal)
            .order_by(order)[:most]
            .values_list("pk", flat=True)
        ),
        *_VALUES,
    )
