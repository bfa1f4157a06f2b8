"""What a site holds: batches of threads, with times, authors and states; no database.

A batch is a stretch of the site's years, and all threads that began in it end in it, but for
a few long ones that go through all batches: the longest thread, and a chain as deep as
people ever made one. Each batch is made of its number and the seed alone, so that a run which
was interrupted goes on where it stopped.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from benchmarks.scale import shapes
from benchmarks.scale.languages import LANGUAGES
from rejoinder.threads.models import State

# Plain letters: members of an enum are slow to write, a million times.
VISIBLE, HELD, REMOVED, WITHDRAWN = (
    state.value for state in (State.VISIBLE, State.HELD, State.REMOVED, State.WITHDRAWN)
)

BATCH = 50_000
BEGAN, ENDED = datetime(2016, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
# A site grows: half its posts are of the last third of its years.
_GROWTH = 0.7

LONGEST_THREAD, DEEPEST_CHAIN = 100_000, 10_000
_LONG_BOARD = 0
_CAST_OF_LONG = 2000

# Name, share of the threads, who reads there.
BOARDS = (
    ("Island News", 30, "public"),
    ("Harbour Talk", 20, "public"),
    ("Town Hall", 14, "public"),
    ("Ferries and Trains", 10, "public"),
    ("Weather", 8, "public"),
    ("Languages", 6, "public"),
    ("Repairs", 4, "public"),
    ("Lost and Found", 3, "public"),
    ("Members’ Lounge", 4, "members"),
    ("Crew", 1, "private"),
)
PRIVATE = {number for number, board in enumerate(BOARDS) if board[2] == "private"}
_board_shares = list(accumulate(share for _name, share, _kind in BOARDS))
_language_shares = list(accumulate(language.weight for language in LANGUAGES))

# Shares of posts that aren't shown any more, or not yet. Only what nobody answered is held.
_REMOVED, _WITHDRAWN, _HELD = 0.004, 0.005, 0.001


@dataclass
class Thread:
    """A thread, or the part of a long one that came in a batch."""

    board: int
    language: int
    # Of the whole thread; a part begins at `first` and has as many posts as `times`.
    parents: Sequence[int]
    states: Sequence[str]
    times: Sequence[float]
    authors: Sequence[int]
    # Which long thread it is a part of.
    long: int | None = None
    first: int = 0


@dataclass(frozen=True)
class People:
    """Who may write, by index, the most active first; and when each joined, in seconds."""

    joined: Sequence[float]
    crew: Sequence[int]

    def by(self, at: float) -> list[int]:
        """Return who had joined by a moment."""
        return [index for index, joined in enumerate(self.joined) if joined <= at]


@dataclass
class Plan:
    """A site of so many posts."""

    seed: int
    posts: int
    people: People
    batch: int = BATCH
    long: list[tuple[list[int], list[str]]] = field(init=False)

    def __post_init__(self) -> None:
        chance = random.Random(f"{self.seed}:long")
        longest = shapes.parents_of(chance, min(LONGEST_THREAD, self.posts // 10), "talk")
        deepest = shapes.chain(min(DEEPEST_CHAIN, self.posts // 50))
        self.long = [
            (parents, states_of(chance, parents)) for parents in (longest, deepest) if parents
        ]

    @property
    def batches(self) -> int:
        """Return how many batches there are."""
        return -(-self.posts // self.batch)

    def began(self, number: int) -> float:
        """Return when a batch begins, in seconds after the site's beginning."""
        whole = (ENDED - BEGAN).total_seconds()
        return float(round(whole * (number / self.batches) ** _GROWTH))

    def threads(self, number: int) -> Iterator[Thread]:
        """Yield the threads of a batch."""
        chance = random.Random(f"{self.seed}:{self.posts}:{number}")
        start, end = self.began(number), self.began(number + 1)
        joined = self.people.by(start)
        left = self._size(number)
        for long in self._parts(chance, number, start, end, joined):
            left -= len(long.times)
            yield long
        sizes = []
        while left > 0:
            sizes.append(min(left, shapes.thread_size(chance, max(2, self.batch // 10))))
            left -= sizes[-1]
        begun = shapes.moments(chance, len(sizes), int(0.97 * (end - start)), bursts=6)
        for size, at in zip(sizes, begun, strict=True):
            yield self._thread(chance, size, start + at, end, joined)

    def _size(self, number: int) -> int:
        return min(self.batch, self.posts - number * self.batch)

    def _parts(
        self, chance: random.Random, number: int, start: float, end: float, joined: list[int]
    ) -> Iterator[Thread]:
        """Yield what came to the long threads in a batch."""
        for long, (parents, states) in enumerate(self.long):
            first = len(parents) * number // self.batches
            count = len(parents) * (number + 1) // self.batches - first
            if not count:
                continue
            moments = shapes.moments(chance, count, int(end - start), bursts=6)
            cast = [shapes.someone(chance, joined) for _ in range(_CAST_OF_LONG)]
            yield Thread(
                board=_LONG_BOARD,
                language=0,
                parents=parents,
                states=states,
                times=[start + at for at in moments],
                authors=[shapes.someone(chance, cast) for _ in range(count)],
                long=long,
                first=first,
            )

    def _thread(
        self, chance: random.Random, size: int, at: float, end: float, joined: list[int]
    ) -> Thread:
        board = _drawn(chance, _board_shares)
        writers = self.people.crew if board in PRIVATE else joined
        cast = shapes.cast_of(chance, size, writers)
        parents = shapes.parents_of(chance, size)
        return Thread(
            board=board,
            language=_drawn(chance, _language_shares),
            parents=parents,
            states=states_of(chance, parents),
            times=shapes.times_of(chance, size, at, end),
            authors=[shapes.someone(chance, cast) for _ in range(size)],
        )


def states_of(chance: random.Random, parents: Sequence[int]) -> list[str]:
    """Return what became of each post; few aren't visible."""
    answered = set(parents)
    states = []
    for post in range(len(parents)):
        drawn = chance.random()
        if drawn >= _REMOVED + _WITHDRAWN + _HELD:
            states.append(VISIBLE)
        elif drawn < _REMOVED:
            states.append(REMOVED)
        elif drawn < _REMOVED + _WITHDRAWN or post in answered:
            states.append(WITHDRAWN)
        else:
            states.append(HELD)
    return states


def moment(seconds: float) -> datetime:
    """Return a moment given in seconds after the site's beginning, to the microsecond."""
    return BEGAN + timedelta(microseconds=int(seconds * 1_000_000))


def _drawn(chance: random.Random, shares: list[int]) -> int:
    at = chance.random() * shares[-1]
    return next(number for number, share in enumerate(shares) if at < share)
