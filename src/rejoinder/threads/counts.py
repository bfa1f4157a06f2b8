"""Counts that are exact to 99 and say "99+" from there on, at a cost that doesn't grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rejoinder.policy.principals import Principal
from rejoinder.threads import scopes
from rejoinder.threads.limited import MOST_PARTS, sizes_of
from rejoinder.threads.lines import Line
from rejoinder.threads.models import State

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


def branch_counts(principal: Principal, lines: Sequence[Line]) -> dict[int, Count]:
    """Return the number of visible posts below each line, by post id.

    One query for each 500 lines; none for lines that nothing hangs on.
    """
    counts = {line.id: Count(0) for line in lines}
    parents = [line for line in lines if line.responses_count]
    for start in range(0, len(parents), MOST_PARTS):
        some = parents[start : start + MOST_PARTS]
        parts = [
            # In order: an engine that thinks it finds 100 rows anywhere would read the table.
            scopes.below(line)
            .posts(principal)
            .filter(state=State.VISIBLE)
            .order_by("opens")[: MOST_COUNTED + 1]
            for line in some
        ]
        for line, size in zip(some, sizes_of(parts), strict=True):
            counts[line.id] = Count(size)
    return counts
