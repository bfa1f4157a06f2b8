"""The table of doors as data: every address and command, and what it asks of the gate."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Of the pages and of the API.
EVERY_URL = "rejoinder.config.every_url"
# What is asked in a table of its own.
BY_DEED, BY_LINK = "by deed", "by link"
ELSEWHERE = (BY_DEED, BY_LINK)


@dataclass(frozen=True)
class Door:
    """One address or command.

    `get` and `post` are a column of the matrix, or a status that everybody gets; or "by deed"
    (matrix/at_doors.csv says who is answered what), "by link" (matrix/by_link.csv). `of` is a
    kind of thing in the matrix, or says in words whose it is.
    """

    door: str
    kind: str
    of: str
    get: str
    post: str
    # What guests are asked instead of being refused: to sign in, perhaps before anything
    # is looked up.
    guests: str

    def address(self, *parts: object) -> str:
        """Return where it is, of the thing that these parts of a path name."""
        return reverse(self.door, EVERY_URL, args=parts)

    def question(self, method: str) -> str:
        """Return what a method of the door asks."""
        return self.get if method == "GET" else self.post

    @property
    def methods(self) -> list[str]:
        """Return the methods that ask something of the matrix."""
        asks = {"GET": self.get, "POST": self.post}
        return [
            name
            for name, question in asks.items()
            if question and not question[0].isdigit() and question not in ELSEWHERE
        ]


@cache
def doors() -> dict[str, Door]:
    """Return every registered door by its name; a command by what one types."""
    with Path(__file__).with_name("doors.csv").open(encoding="utf-8", newline="") as lines:
        found = [Door(**row) for row in csv.DictReader(lines)]
    return {_key(door): door for door in found}


def _key(door: Door) -> str:
    return f"rejoinder {door.door}" if door.kind == "command" else door.door


def doors_of(kind: str) -> list[Door]:
    """Return the pages about a kind of thing."""
    return [door for door in doors().values() if door.kind == "page" and door.of == kind]


def every_address() -> Iterator[str]:
    """Yield the name of every URL pattern of the site; an unnamed one by its pattern."""
    todo: list[URLPattern | URLResolver] = list(get_resolver(EVERY_URL).url_patterns)
    while todo:
        found = todo.pop()
        if isinstance(found, URLResolver):
            todo += found.url_patterns
        else:
            yield str(found.name or found.pattern)
