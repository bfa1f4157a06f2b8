"""The ">" marks before quoted lines of mail and news."""

import re
from typing import NamedTuple

_marks = re.compile(r">(?: ?>)*+ ?")


class Line(NamedTuple):
    """A line without its quote marks, and how many it had."""

    depth: int
    text: str


def read_line(raw: str) -> Line:
    """Return a raw line's depth and text; trailing white space is dropped, "-- " kept."""
    if raw[:1] != ">":
        return Line(0, raw if raw == "-- " else raw.rstrip())
    marks = _marks.match(raw)
    end = marks.end() if marks else 0
    return Line(raw.count(">", 0, end), raw[end:].rstrip())


def read_lines(source: str) -> list[Line]:
    """Return every line of source with its depth."""
    return [read_line(raw) for raw in source.split("\n")]
