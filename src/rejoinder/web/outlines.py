"""Lines laid out for drawing: nested lists as steps between rows, with capped depth.

No recursion: a template draws each row after closing and opening as many lists as its
step says. Rows past the cap stay at the cap's level and say what they answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from rejoinder.threads.lines import Line, TextOf

# Titles: fourteen steps leave a desktop's line 20 rem for the title, six a phone's line
# 18 rem. The stylesheet ends the phone's steps at the same level.
OUTLINE_LEVELS = 14
OUTLINE_LEVELS_ON_PHONES = 6
# Bodies need more room.
NESTED_LEVELS = 6
NESTED_LEVELS_ON_PHONES = 3

FRESH_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Levels:
    """How many levels are drawn by indenting, on a desktop and on a phone."""

    wide: int
    narrow: int


OUTLINE = Levels(OUTLINE_LEVELS, OUTLINE_LEVELS_ON_PHONES)
NESTED = Levels(NESTED_LEVELS, NESTED_LEVELS_ON_PHONES)


@dataclass(frozen=True, slots=True)
class Row:
    """One line in its place, and what is drawn with it."""

    line: Line
    # 1: opens a list below the row before; 0: its sibling; -n: n lists end before it.
    step: int
    # It stands only to show where the page begins: what the first line answers, and so on.
    is_above: bool = False
    # Past the cap of a desktop, of a phone: its indent doesn't tell what it answers.
    is_capped: bool = False
    is_capped_on_phones: bool = False
    # What it answers, where known.
    parent: Line | None = None
    text: TextOf | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """Rows in order, and the number of lists to close after the last."""

    rows: list[Row] = field(default_factory=list)
    closing: int = 0


def lay_out(
    lines: Sequence[Line],
    *,
    levels: Levels = OUTLINE,
    above: Iterable[Line] = (),
    parents: Mapping[int, Line] | None = None,
    texts: Mapping[int, TextOf] | None = None,
) -> Outline:
    """Return lines, depth first, as rows.

    `above` are the ancestors of the first line, the furthest first. `parents` are lines
    by id, for rows whose parent isn't on the page.
    """
    ancestors = list(above)
    known = dict(parents or {}) | {line.id: line for line in (*ancestors, *lines)}
    rows: list[Row] = []
    open_depths: list[int] = []
    level = 0
    for number, line in enumerate((*ancestors, *lines)):
        while open_depths and open_depths[-1] >= line.depth:
            open_depths.pop()
        open_depths.append(line.depth)
        was, level = level, min(len(open_depths), levels.wide + 1)
        rows.append(
            Row(
                line,
                step=level - was,
                is_above=number < len(ancestors),
                is_capped=len(open_depths) > levels.wide + 1,
                is_capped_on_phones=len(open_depths) > levels.narrow + 1,
                parent=known.get(line.parent_id or 0),
                text=(texts or {}).get(line.id),
            )
        )
    return Outline(rows, level)


def in_a_row(
    lines: Sequence[Line],
    *,
    parents: Mapping[int, Line],
    texts: Mapping[int, TextOf] | None = None,
) -> Outline:
    """Return lines as rows of one flat list; each can say what it answers."""
    rows = [
        Row(
            line,
            step=1 if number == 0 else 0,
            parent=parents.get(line.parent_id or 0),
            text=(texts or {}).get(line.id),
        )
        for number, line in enumerate(lines)
    ]
    return Outline(rows, 1 if rows else 0)


def parents_elsewhere(lines: Iterable[Line]) -> set[int]:
    """Return the ids of what these lines answer and that isn't among them."""
    lines = list(lines)
    here = {line.id for line in lines}
    return {line.parent_id for line in lines if line.parent_id is not None} - here


def is_fresh(line: Line) -> bool:
    """Tell whether a post is so new that its time is marked."""
    return timezone.now() - line.posted_at < FRESH_FOR
