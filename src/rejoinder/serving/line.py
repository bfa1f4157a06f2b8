"""Who waits for a thread: members before guests, of guests who cost least, and nobody for ever."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

# The rank of who comes before all others.
FIRST = -1.0
# Of so many turns one is a guest's, however many members wait: an account is soon had.
TURNS = 4
# Places in the heap of those who have had their turn or left, before they're cleared away.
MOST_LEFT = 100


@dataclass(order=True, slots=True)
class _Waiting:
    """One who waits. Of the same rank, who came first comes first."""

    rank: float
    number: int
    since: float = field(compare=False)
    turn: asyncio.Future[None] = field(compare=False)


class Line:
    """Places, and two lines for them. For one event loop."""

    def __init__(
        self, places: int, longest: float = 3.0, now: Callable[[], float] = time.monotonic
    ) -> None:
        """`places` is how many may be in at once; who has waited `longest` seconds comes next,
        whatever their rank."""
        self._free = places
        self._longest = longest
        self._now = now
        self._turn = 0
        self._number = 0
        self._first: deque[_Waiting] = deque()
        # The same, by rank and by age.
        self._others: list[_Waiting] = []
        self._by_age: deque[_Waiting] = deque()

    async def enter(self, rank: float) -> None:
        """Wait for a place; whoever got one leaves it again.

        `rank` is FIRST, or the lower the sooner.
        """
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._number += 1
        self._add(_Waiting(rank, self._number, self._now(), turn))
        try:
            await turn
        except asyncio.CancelledError:
            # Given a place, and gone before it knew.
            if not turn.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to the next who still waits."""
        self._turn = (self._turn + 1) % TURNS
        found = self._too_old() or (
            self._of_first() or self._of_others()
            if self._turn
            else self._of_others() or self._of_first()
        )
        if found is None:
            self._free += 1
        else:
            found.turn.set_result(None)

    def _add(self, one: _Waiting) -> None:
        if one.rank == FIRST:
            self._first.append(one)
            return
        heapq.heappush(self._others, one)
        self._by_age.append(one)
        if len(self._others) > 2 * len(self._by_age) + MOST_LEFT:
            self._others = [each for each in self._others if not each.turn.done()]
            heapq.heapify(self._others)

    def _too_old(self) -> _Waiting | None:
        while self._by_age and self._by_age[0].turn.done():
            self._by_age.popleft()
        is_old = self._by_age and self._now() - self._by_age[0].since >= self._longest
        return self._by_age.popleft() if is_old else None

    def _of_first(self) -> _Waiting | None:
        while self._first:
            if not (one := self._first.popleft()).turn.done():
                return one
        return None

    def _of_others(self) -> _Waiting | None:
        while self._others:
            if not (one := heapq.heappop(self._others)).turn.done():
                return one
        return None
