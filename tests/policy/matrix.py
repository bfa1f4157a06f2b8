"""The truth table as data: `matrix/*.csv`, one row for each state and role, read as cells."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "matrix"
KINDS = (
    "boards",
    "threads",
    "posts",
    "members",
    "groups",
    "invites",
    "read_marks",
    "cases",
    "deeds",
    "site",
)

YES, NO, REFUSED, MISSING = "yes", "no", "refused", "missing"


@dataclass(frozen=True)
class Row:
    """One role before one thing in one state: the answer to each question by its name."""

    kind: str
    state: str
    role: str
    answers: dict[str, str]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state} – {self.role}"


@cache
def rows(kind: str) -> list[Row]:
    """Return the rows of a kind of thing, in the order of the data."""
    with (FOLDER / f"{kind}.csv").open(encoding="utf-8", newline="") as lines:
        read = list(csv.DictReader(lines))
    return [Row(kind, row.pop("state"), row.pop("role"), row) for row in read]


def every_row() -> Iterator[Row]:
    """Yield the rows of every kind."""
    for kind in KINDS:
        yield from rows(kind)


def states(kind: str) -> list[str]:
    """Return the states that a kind of thing has in the data, in order."""
    return list(dict.fromkeys(row.state for row in rows(kind)))


def roles() -> list[str]:
    """Return the roles in the data, in order."""
    return list(dict.fromkeys(row.role for row in every_row()))


def row(kind: str, state: str, role: str) -> Row:
    """Return one row."""
    return _by_name()[kind, state, role]


def cells() -> int:
    """Return how many cells the data has."""
    of_deeds = sum(1 for row in at_doors().values() for answer in row.values() if answer)
    return sum(len(row.answers) for row in every_row()) + of_deeds


@cache
def at_doors() -> dict[str, dict[str, str]]:
    """Return what each role is answered to each deed; nothing where it can't ask."""
    with (FOLDER / "at_doors.csv").open(encoding="utf-8", newline="") as lines:
        return {row.pop("deed"): row for row in csv.DictReader(lines)}


@cache
def _by_name() -> dict[tuple[str, str, str], Row]:
    return {(row.kind, row.state, row.role): row for row in every_row()}
