"""Which backups are kept: the newest of each of the last days, weeks, months and years."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from rejoinder.errors import BadInput

Period = Callable[[datetime], object]
PERIODS: dict[str, Period] = {
    "d": lambda at: at.date(),
    "w": lambda at: at.isocalendar()[:2],
    "m": lambda at: (at.year, at.month),
    "y": lambda at: at.year,
}
EXAMPLE = "7d 4w 12m"


def parse(rule: str) -> dict[str, int]:
    """Return how many of each period a rule such as "7d 4w 12m" keeps. Raises BadInput."""
    counts: dict[str, int] = {}
    for word in rule.replace(",", " ").split():
        found = re.fullmatch(r"(\d{1,4})([dwmy])", word)
        if found is None:
            raise BadInput(
                f"What to keep is written as {EXAMPLE!r} (and y for years), not {rule!r}."
            )
        counts[found[2]] = int(found[1])
    if not any(counts.values()):
        raise BadInput(f"{rule!r} would keep nothing. Write it as {EXAMPLE!r}.")
    return counts


def superfluous(names: Iterable[str], rule: str) -> list[str]:
    """Return the backups that a rule doesn't keep, the oldest first; never the newest of all."""
    newest_first = sorted(names, reverse=True)
    kept = set(newest_first[:1])
    for period, count in parse(rule).items():
        seen: set[object] = set()
        for name in newest_first:
            which = PERIODS[period](moment(name))
            if which not in seen and len(seen) < count:
                seen.add(which)
                kept.add(name)
    return sorted(set(newest_first) - kept)


def moment(name: str) -> datetime:
    """Return when a backup of this name was made, in UTC."""
    return datetime.strptime(name[:18], "%Y-%m-%dT%H%M%SZ")  # noqa: DTZ007 - compared with its like
