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
    # Most lines are unquoted; a call for each would take a tenth of a post's whole time.
    return [
        read_line(raw) if raw[:1] in (">", "-") else Line(0, raw.rstrip())
        for raw in source.split("\n")
    ]
