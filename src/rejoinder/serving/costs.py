"""What guests cost: for each address, the seconds of work that were done for it lately.

A bucket that leaks. In one process, for its own work alone: nothing is written and nobody is
asked, since counting must cost less than what is counted.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

# What an address has cost lately is half forgotten after so many seconds.
HALF_LIFE = 600.0
# Some 270 octets each. A storm comes from half as many.
MOST_NETWORKS = 20_000
NOTHING = (0.0, 0.0, 0.0)


class Costs:
    """The buckets of a worker. Any thread may ask."""

    def __init__(
        self,
        a_second: float,
        at_once: float,
        *,
        most: int = MOST_NETWORKS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """In seconds of work: what leaks `a_second`, and what a bucket holds `at_once`."""
        self.a_second = a_second
        self.at_once = at_once
        self._most = most
        self._now = now
        # How full a bucket was, when, and what was lately; the one filled last at the end.
        self._filled: OrderedDict[str, tuple[float, float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._filled)

    def add(self, network: str, seconds: float) -> None:
        """Count work that was done for a network; the one idle for longest makes room."""
        with self._lock:
            lately = self._lately(network) + seconds
            self._filled[network] = (self._level(network) + seconds, self._now(), lately)
            self._filled.move_to_end(network)
            if len(self._filled) > self._most:
                self._filled.popitem(last=False)

    def wait(self, network: str, share: float = 1.0) -> int:
        """Return in how many whole seconds a network may ask again; 0: now.

        `share` is how much of its bucket it may fill.
        """
        bound = self.at_once * share
        with self._lock:
            over = self._level(network) - bound
        return 0 if over < 0 else max(1, ceil(over / self.a_second))

    def lately(self, network: str) -> float:
        """Return what a network has cost in the last half hour or so, in seconds of work.

        A bucket forgets within a minute who asks for little; where there is too little for all,
        a reader's second page comes before a crawler's hundredth.
        """
        with self._lock:
            return self._lately(network)

    def _lately(self, network: str) -> float:
        _level, at, lately = self._filled.get(network, NOTHING)
        return lately * 0.5 ** ((self._now() - at) / HALF_LIFE) if lately else 0.0

    def _level(self, network: str) -> float:
        level, at, _lately = self._filled.get(network, NOTHING)
        return max(0.0, level - (self._now() - at) * self.a_second)
