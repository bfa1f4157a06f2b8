"""How a worker knows that what it remembers still holds.

Whoever acknowledges a change waits first, for as long as any worker, on any machine, may
trust its last look at the table of changes: so when "yes" is said, none serves a page from
before. Nobody has to be told, nobody's clock has to be right, and a worker that dies or hangs
keeps nobody waiting: only durations are measured, each by one machine's own clock.

A look that begins at t sees every change committed by t, and is good until t + TRUSTED. A
change committed at c is acknowledged at c + TRUSTED at the earliest. Whoever then still
trusts a look began it after c.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error, connection

from rejoinder.events.read import EVERYTHING, Changed, Position, Reader

log = logging.getLogger(__name__)

# A look costs microseconds on SQLite and a round trip on PostgreSQL, at most once in so long.
TRUSTED_SECONDS = {"sqlite": 0.002, "postgresql": 0.005}


def trusted_seconds() -> float:
    """Return for how long a look at the database is trusted."""
    return TRUSTED_SECONDS[connection.vendor]


def wait_until_known() -> None:
    """Return when no worker serves what was true before the changes committed so far.

    Called between a commit and its acknowledgement, by the doors.
    """
    time.sleep(trusted_seconds())


class Watch:
    """One worker's knowledge of what has changed. Any thread may ask."""

    def __init__(self, heard: Callable[[list[Changed]], None]) -> None:
        """`heard` is told of changes before anybody is told that all is fresh."""
        self._heard = heard
        self._reader: Reader | None = None
        # Where in the log of PostgreSQL all is that was heard; None: nobody knows.
        self.position: Position | None = None
        self._good_until = 0.0
        self._trusted = trusted_seconds()
        self._lock = threading.Lock()
        self._looker: threading.Thread | None = None
        self._woken = threading.Event()
        self._is_closed = False

    def look(self) -> bool:
        """Tell whether all that was heard is all there is; False if the database is away."""
        if time.monotonic() < self._good_until:
            return True
        with self._lock:
            # Another thread may have looked while this one waited.
            began = time.monotonic()
            if began < self._good_until:
                return True
            return self._look_anew(began)

    def glance(self) -> bool:
        """Tell the same without waiting, on the event loop; False also if that can't be told.

        While it's asked again and again, a thread looks before the last look is no longer
        trusted, so that a round trip to the database holds nobody up.
        """
        now = time.monotonic()
        left = self._good_until - now
        if left > self._trusted / 2:
            return True
        if not self._lock.acquire(blocking=False):
            return left > 0
        try:
            if self._reader is not None and self._reader.is_quiet():
                self._good_until = now + self._trusted
                return True
        except Error:
            # The next to look finds out what's the matter.
            return left > 0
        finally:
            self._lock.release()
        self._wake()
        return left > 0

    def close(self) -> None:
        """Look no more, and give the connection back. Nothing is told to be fresh any longer."""
        with self._lock:
            self._is_closed = True
            self._forget_reader()
        # So that a thread that waits to look ends.
        self._woken.set()

    def _wake(self) -> None:
        if self._looker is None:
            self._looker = threading.Thread(target=self._look_when_woken, daemon=True)
            self._looker.start()
        self._woken.set()

    def _look_when_woken(self) -> None:
        while not self._is_closed:
            self._woken.wait()
            self._woken.clear()
            with self._lock:
                self._look_anew(time.monotonic())

    def _look_anew(self, began: float) -> bool:
        if self._is_closed:
            return False
        try:
            if self._reader is None:
                self._reader = Reader.open()
                # It knows nothing of the time before.
                self._hear([EVERYTHING], self._reader.position)
            elif changed := self._reader.changes():
                self._hear(changed, self._reader.position)
        except Error:
            log.warning("The database can't be asked what has changed.", exc_info=True)
            self._forget_reader()
            return False
        self._good_until = began + self._trusted
        return True

    def _hear(self, changed: list[Changed], position: Position | None) -> None:
        # First the position: a page that is begun after this was heard must not be made from
        # what is older.
        self.position = position
        self._heard(changed)

    def _forget_reader(self) -> None:
        reader, self._reader = self._reader, None
        self._good_until = 0.0
        if reader is not None:
            reader.close()
