"""Counts that are exact to 99 and say "99+" from there on, at a cost that doesn't grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery

from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import lists, numbers
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post, State

MOST_COUNTED = 99


@dataclass(frozen=True, slots=True, order=True)
class Count:
    """A number of posts, counted up to one past 99."""

    counted: int

    @property
    def is_exact(self) -> bool:
        """Tell whether there are no more than were counted."""
        return self.counted <= MOST_COUNTED

    def __str__(self) -> str:
        return str(self.counted) if self.is_exact else f"{MOST_COUNTED}+"

    def __bool__(self) -> bool:
        return self.counted > 0


class Size(Subquery):
    """How many rows a limited subquery has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def branch_counts(principal: Principal, lines: Sequence[Line]) -> dict[int, Count]:
    """Return the number of visible posts below each line, by post id: one query for 512."""
    counts = {line.id: Count(0) for line in lines}
    parents = [line.id for line in lines if line.responses_count]
    for some in lists(parents):
        rows = _below(len(some)).all(principal, *some)
        counts.update((pk, Count(size)) for pk, size in rows)
    return counts


def _sizes(principal: Principal, *parents: int) -> QuerySet[Post, tuple[int, int]]:
    below = Post.unscoped.filter(
        thread_id=OuterRef("thread_id"),
        opens__gt=OuterRef("opens"),
        opens__lt=OuterRef("closes"),
        state=State.VISIBLE,
    )
    # In order: an engine that thinks it finds 100 rows anywhere would read the table.
    some = gate.visible(principal, below).order_by("opens").values("pk")[: MOST_COUNTED + 1]
    return Post.unscoped.filter(pk__in=parents).values_list("pk", Size(some))


@cache
def _below(length: int) -> ForPrincipal[tuple[int, int]]:
    return ForPrincipal(_sizes, *numbers(length))
