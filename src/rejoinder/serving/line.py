"""Who waits for a thread: members before guests, and nobody for ever."""

from __future__ import annotations

import asyncio
from collections import deque

# Of so many turns one is a guest's, however many members wait: an account is soon had.
TURNS = 4


class Line:
    """Places, and two lines for them. For one event loop."""

    def __init__(self, places: int) -> None:
        """`places` is how many may be in at once."""
        self._free = places
        self._turn = 0
        self._first: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def enter(self, *, is_first: bool) -> None:
        """Wait for a place; whoever got one leaves it again."""
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        (self._first if is_first else self._others).append(turn)
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
        lines = [self._first, self._others]
        for line in lines if self._turn else reversed(lines):
            while line:
                turn = line.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self._free += 1
