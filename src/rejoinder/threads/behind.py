"""Which posts stand behind a fold or a thread's line: their ids, by which a page tells each
reader how many of them are new.

Up to MOST_KNOWN are known of each, so that a page costs what it shows; of threads and boards
the latest ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import NUMBER, Prepared, lists, numbers
from rejoinder.threads import scopes
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post, State
from rejoinder.threads.ranges import ids_in_each

MOST_KNOWN = 200
Within = Literal["thread_id", "board_id"]


@dataclass(frozen=True, slots=True)
class Behind:
    """Ids of the posts behind something."""

    ids: tuple[int, ...]
    # There are no more than these.
    is_all: bool = True

    def without(self, lines: Iterable[Line]) -> Behind:
        """Return the same but for posts that are shown."""
        shown = {line.id for line in lines}
        return Behind(tuple(pk for pk in self.ids if pk not in shown), self.is_all)


NOTHING = Behind(())


def only(line: Line) -> Behind:
    """Return one post as what stands behind something."""
    return Behind((line.id,))


def behind_threads(principal: Principal, thread_ids: Sequence[int]) -> dict[int, Behind]:
    """Return the latest visible posts of each thread, by its id: two queries for 512 posts."""
    return _latest(principal, "thread_id", thread_ids)


def behind_boards(principal: Principal, board_ids: Sequence[int]) -> dict[int, Behind]:
    """Return the latest visible posts of each board, by its id: two queries for 512 posts."""
    return _latest(principal, "board_id", board_ids)


def behind_lines(principal: Principal, lines: Sequence[Line]) -> dict[int, Behind]:
    """Return the first posts below each of some lines of one thread that don't hang on each
    other, by the line's id: two queries for 512 posts."""
    some = [line for line in lines if line.responses_count]
    parts = [scopes.below(line).range() for line in some]
    found: dict[int, list[int]] = {line.id: [] for line in some}
    for pk, opens in _places(ids_in_each(principal, parts, MOST_KNOWN + 1), "opens"):
        line = next(line for line in some if line.opens < opens < line.closes)
        found[line.id].append(pk)
    return {pk: _behind(ids) for pk, ids in found.items()}


def _latest(principal: Principal, within: Within, places: Sequence[int]) -> dict[int, Behind]:
    ids = _latest_ids(within).each(principal, [(place,) for place in places])
    found: dict[int, list[int]] = {}
    for pk, place in _places(ids, within):
        found.setdefault(place, []).append(pk)
    return {place: _behind(some) for place, some in found.items()}


def _behind(ids: list[int]) -> Behind:
    ids.sort(reverse=True)
    return Behind(tuple(ids[:MOST_KNOWN]), is_all=len(ids) <= MOST_KNOWN)


def _places(ids: Sequence[int], what: str) -> list[tuple[int, Any]]:
    return [row for some in lists(ids) for row in _place(what, len(some)).all(*some)]


@cache
def _place(what: str, length: int) -> Prepared[tuple[int, Any]]:
    return Prepared(
        lambda *ids: Post.unscoped.filter(pk__in=ids).values_list("pk", what), *numbers(length)
    )


@cache
def _latest_ids(within: Within) -> ForPrincipal[int]:
    return ForPrincipal(
        lambda principal, place: (
            gate.visible(principal, Post.objects.filter(**{within: place}, state=State.VISIBLE))
            .order_by("-posted_at", "-pk")[: MOST_KNOWN + 1]
            .values_list("pk", flat=True)
        ),
        NUMBER,
    )
