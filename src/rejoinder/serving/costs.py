"""What guests cost: for each address, the seconds of work that were done for it lately.

A bucket that leaks. In one process, for its own work alone: nothing is written and nobody is
asked, since counting must cost less than what is counted.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil, log

# What an address has cost lately is half forgotten after so many seconds.
HALF_LIFE = 600.0
# Who comes for the first time is taken for one who has been here for a minute, for a page.
NEW_SECONDS, NEW_COST = 60.0, 0.02
# Some 300 octets each. A storm comes from half as many.
MOST_NETWORKS = 20_000


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
        # How full a bucket was, when, what it was lately and since when; the one filled last at
        # the end.
        self._filled: OrderedDict[str, tuple[float, float, float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._filled)

    def add(self, network: str, seconds: float) -> None:
        """Count work that was done for a network; the one idle for longest makes room."""
        with self._lock:
            now, (level, lately, since) = self._now(), self._as_of_now(network)
            self._filled[network] = (level + seconds, now, lately + seconds, since)
            self._filled.move_to_end(network)
            if len(self._filled) > self._most:
                self._filled.popitem(last=False)

    def wait(self, network: str, share: float = 1.0) -> int:
        """Return in how many whole seconds a network may ask again; 0: now.

        `share` is how much of its bucket it may fill.
        """
        bound = self.at_once * share
        with self._lock:
            over = self._as_of_now(network)[0] - bound
        return 0 if over < 0 else max(1, ceil(over / self.a_second))

    def rate(self, network: str) -> float:
        """Return what a network has cost lately, in seconds of work a second.

        A bucket forgets within a minute who asks for little; where there is too little for all,
        a reader comes before a crawler, and who has long asked for little before ten thousand
        whom nobody knows.
        """
        with self._lock:
            _level, lately, since = self._as_of_now(network)
        # More than some half-lives ago is forgotten on both sides.
        known = min(self._now() - since, HALF_LIFE / log(2))
        return (lately + NEW_COST) / (known + NEW_SECONDS)

    def _as_of_now(self, network: str) -> tuple[float, float, float]:
        """Return how full a bucket is, what was lately, and since when a network is known."""
        now = self._now()
        if (found := self._filled.get(network)) is None:
            return 0.0, 0.0, now
        level, at, lately, since = found
        passed = now - at
        return max(0.0, level - passed * self.a_second), lately * 0.5 ** (passed / HALF_LIFE), since
