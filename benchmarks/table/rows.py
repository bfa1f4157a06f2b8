"""Rows of the table: what was measured, beside what is to be reached."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.harness.runs import Figure

HEADER = ("work", "reach", "measured", "")
MET, MISSED = "met", "missed"


@dataclass(frozen=True)
class Row:
    """One line of the table. Notes say what a figure alone doesn't, such as void runs."""

    work: str
    reach: str
    measured: str
    verdict: str
    notes: tuple[str, ...] = ()


def at_least(
    work: str, wanted: float, figure: Figure, *, unit: str = "", also: str = "", notes: str = ""
) -> Row:
    """Return the row of a figure that is to be at least so much."""
    return _row(work, "at least", wanted, figure, figure.value >= wanted, unit, also, notes)


def at_most(
    work: str, wanted: float, figure: Figure, *, unit: str = "", also: str = "", notes: str = ""
) -> Row:
    """Return the row of a figure that is to be at most so much."""
    return _row(work, "at most", wanted, figure, figure.value <= wanted, unit, also, notes)


def number(value: float) -> str:
    """Return a number with as many digits as say something: 12,345, 12.3, 0.71."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def as_markdown(rows: Iterable[Row]) -> str:
    """Return rows as a table, what's to be said of them below it."""
    rows = list(rows)
    cells = [HEADER, *((row.work, row.reach, row.measured, row.verdict) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADER))]
    lines = [_line(cells[0], widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(line, widths) for line in cells[1:]]
    notes = [f"- {row.work}: {note}" for row in rows for note in row.notes if note]
    return "\n".join([*lines, "", *notes] if notes else lines)


def _row(
    work: str,
    bound: str,
    wanted: float,
    figure: Figure,
    is_met: bool,
    unit: str,
    also: str,
    notes: str,
) -> Row:
    said = " ".join(filter(None, [number(figure.value), unit]))
    by_cpu = "" if figure.is_sound else "void"
    wanted_said = " ".join(filter(None, [bound, f"{wanted:,g}", unit]))
    return Row(
        work=work,
        reach=wanted_said,
        measured=", ".join(filter(None, [said, also, by_cpu])),
        # What void runs say is no verdict.
        verdict=(MET if is_met else MISSED) + ("" if figure.is_sound else "?"),
        notes=tuple(filter(None, [figure.void, notes])),
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return f"| {' | '.join(padded)} |"
