"""The grammar of a .newsrc: what newsreaders keep of what was read. No database here.

A line for each group: its name, ":" if it's subscribed to or "!" if not, and the numbers that
were read, `1-5,7`. There is no standard; this is what trn, slrn, tin and Gnus write and read.
Lines that begin with "options" or "#" are for the reader itself, and blank ones for nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# No board has as many articles; what is written beyond it is a slip or worse.
HIGHEST = (1 << 63) - 1

_LINE = re.compile(r"(?P<name>[^\s:!]+)(?P<mark>[:!])(?P<ranges>[0-9,\-\s]*)")
_RANGE = re.compile(r"(\d{1,19})(?:-(\d{1,19}))?")
Ranges = list[tuple[int, int]]


@dataclass(frozen=True)
class Group:
    """What a line says of a group: ranges of numbers, both ends inclusive."""

    line: int
    name: str
    is_subscribed: bool
    ranges: Ranges


@dataclass(frozen=True)
class NoGroup:
    """A line that says nothing that could be understood."""

    line: int
    text: str


def parse(text: str) -> Iterator[Group | NoGroup]:
    """Yield what each line says, in their order; lines count from 1."""
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.strip()
        if line and not line.startswith(("#", "options ", "options\t")) and line != "options":
            yield _group(number, line) or NoGroup(number, line[:80])


def write(name: str, ranges: Iterable[tuple[int, int]], *, is_subscribed: bool = True) -> str:
    """Return the line of a group, without its end."""
    numbers = ",".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ranges)
    mark = ":" if is_subscribed else "!"
    return f"{name}{mark} {numbers}".rstrip()


def _group(number: int, line: str) -> Group | None:
    if not (found := _LINE.fullmatch(line)):
        return None
    ranges = []
    for part in filter(None, re.split(r"[,\s]+", found["ranges"])):
        pair = _RANGE.fullmatch(part)
        if pair is None:
            return None
        first, last = int(pair[1]), int(pair[2] or pair[1])
        if first > last or last > HIGHEST:
            return None
        ranges.append((first, last))
    return Group(number, found["name"], found["mark"] == ":", ranges)
