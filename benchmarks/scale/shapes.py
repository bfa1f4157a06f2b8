"""The distributions: sizes of threads, who answers whom, when, and how active members are.

Pure functions of a source of chance. A thread's posts are numbered as they come: post 0 is
its root, and each answers one of a smaller number.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

NOTHING: Final = -1
"""What a thread's first post answers."""

MINUTE, HOUR, DAY = 60, 3600, 86400

MOST_POSTS = 4000
# A few hundred posts in ten thousand threads, one post in nearly every other: Zipf's.
_SIZE_SKEW = 0.9

# Kinds of threads, and the share of each.
_KINDS = (("talk", 0.70), ("star", 0.15), ("exchange", 0.10), ("crowd", 0.05))
_names = [name for name, _share in _KINDS]
_shares = list(accumulate(share for _name, share in _KINDS))

# Posts by the hour of the day (UTC), and by the day of the week.
_BY_HOUR = list(
    accumulate([3, 2, 1, 1, 1, 2, 4, 7, 9, 9, 9, 9, 10, 9, 9, 9, 9, 9, 10, 11, 12, 11, 8, 5])
)
_QUIET_DAYS, _QUIET_SHARE = (5, 6), 0.55

# A member at the fraction u of all writes as the cube of it says: the first hundredth of
# them write a fifth of everything.
_ACTIVITY = 3


def thread_size(chance: random.Random, most: int = MOST_POSTS) -> int:
    """Return how many posts a thread has: half have one, and a few have thousands."""
    return min(most, int(chance.paretovariate(_SIZE_SKEW)))


def parents_of(chance: random.Random, size: int, kind: str = "") -> list[int]:
    """Return what each post of a thread answers; `NOTHING` for the first."""
    kind = kind or _names[bisect_right(_shares, chance.random() * _shares[-1])]
    answered = {"talk": _talk, "star": _star, "exchange": _exchange, "crowd": _crowd}[kind]
    return [NOTHING, *(answered(chance, n) for n in range(1, size))]


def _talk(chance: random.Random, n: int) -> int:
    """Answer mostly one of the last few, and now and then the first."""
    if chance.random() < 0.25:
        return 0
    return max(0, n - 1 - int(chance.expovariate(0.2)))


def _star(chance: random.Random, n: int) -> int:
    return 0 if chance.random() < 0.9 else chance.randrange(n)


def _exchange(chance: random.Random, n: int) -> int:
    """Answer the last one: two people who go on and on."""
    return n - 1 if chance.random() < 0.97 else chance.randrange(n)


def _crowd(chance: random.Random, n: int) -> int:
    return chance.randrange(n)


def chain(size: int) -> list[int]:
    """Return the parents of one straight line."""
    return list(range(NOTHING, size - 1))


def moments(chance: random.Random, count: int, span: int, bursts: int) -> list[float]:
    """Return so many moments within a span of seconds, in order.

    A third lie in a few bursts, an hour or two after something happened; the others follow
    the hours of the day and the days of the week.
    """
    happened = [chance.random() * span for _ in range(bursts)]
    found = []
    for _ in range(count):
        if happened and chance.random() < 0.33:
            at = chance.choice(happened) + chance.expovariate(1 / (2 * HOUR))
        else:
            at = _ordinary_moment(chance, span)
        found.append(at if at < span else at % span)
    return sorted(found)


def _ordinary_moment(chance: random.Random, span: int) -> float:
    if span < 2 * DAY:
        return chance.random() * span
    day = chance.randrange(span // DAY)
    if day % 7 in _QUIET_DAYS and chance.random() > _QUIET_SHARE:
        day = chance.randrange(span // DAY)
    hour = bisect_right(_BY_HOUR, chance.random() * _BY_HOUR[-1])
    return day * DAY + (hour + chance.random()) * HOUR


def times_of(chance: random.Random, size: int, start: float, end: float) -> list[float]:
    """Return when each post of a thread came, in order, from its start and before an end.

    The first answers come within minutes, late ones after days; the larger a thread, the
    faster it went.
    """
    pace = 20 * MINUTE / (1 + size / 50)
    times = [start]
    for _ in range(1, size):
        times.append(times[-1] + chance.lognormvariate(0, 2) * pace)
    if times[-1] >= end:
        faster = 0.999 * (end - start) / (times[-1] - start)
        times = [start + (at - start) * faster for at in times]
    return times


def someone(chance: random.Random, people: Sequence[int]) -> int:
    """Return one of some people, who stand in the order of how much they write."""
    return people[int(len(people) * chance.random() ** _ACTIVITY)]


def cast_of(chance: random.Random, size: int, people: Sequence[int]) -> list[int]:
    """Return who takes part in a thread of a size, in the order of how much they say there."""
    return [someone(chance, people) for _ in range(1 + int(1.5 * size**0.6))]
