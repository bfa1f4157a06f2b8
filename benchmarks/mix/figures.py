"""What came of requests: kept by kind and by stretch of time, told in percentiles."""

from __future__ import annotations

import csv
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness.runs import percentile

KINDS = ("guest", "member", "post", "robot")
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
COLUMNS = [
    "second", "rss_mib", "pss_mib", "server_cpu", "generator_cpu", "waiting",
    *(f"{kind}_{what}" for kind in KINDS for what in ("requests", "errors", *SHARES)),
]  # fmt: skip


@dataclass
class Stretch:
    """Some seconds: milliseconds of each answered request by kind, and how many weren't.

    An error is what wasn't answered with a page: sent away, broken off, or never sent. How
    soon that was says nothing of how long a reader waits.
    """

    taken: dict[str, array[float]] = field(default_factory=lambda: defaultdict(lambda: array("f")))
    errors: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, milliseconds: float, *, is_error: bool) -> None:
        """Keep what came of a request."""
        if is_error:
            self.errors[kind] += 1
        else:
            self.taken[kind].append(milliseconds)


def line_of(second: int, stretch: Stretch, machine: Mapping[str, float]) -> dict[str, float]:
    """Return a stretch as a line of the CSV; `machine` has the columns that aren't requests'."""
    line: dict[str, float] = {"second": second, **machine}
    for kind in KINDS:
        taken = stretch.taken.get(kind, array("f"))
        line[f"{kind}_requests"] = len(taken) + stretch.errors[kind]
        line[f"{kind}_errors"] = stretch.errors[kind]
        ordered = sorted(taken)
        for name, share in SHARES.items():
            line[f"{kind}_{name}"] = round(percentile(ordered, share), 2)
    return line


def write(path: Path, lines: Iterable[Mapping[str, float]]) -> None:
    """Write lines as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)


def totals(stretches: Sequence[Stretch]) -> list[tuple[str, ...]]:
    """Return a line for each kind: requests, errors, p50, p95, p99 and the longest, in ms."""
    found = []
    for kind in KINDS:
        taken = sorted(ms for stretch in stretches for ms in stretch.taken.get(kind, ()))
        errors = sum(stretch.errors[kind] for stretch in stretches)
        times = [percentile(taken, share) for share in SHARES.values()] + [percentile(taken, 1)]
        sizes = (f"{len(taken) + errors:,}", f"{errors:,}")
        found.append((kind, *sizes, *(f"{ms:,.1f}" for ms in times)))
    return found
