"""Whose turn it is to write: one writer at a time, in all processes, in fair order.

SQLite has one writer. Whoever finds it busy tries again after a pause, which grows; so with
many writers some are always early and one waits for seconds. Here the threads of a process
stand in a queue, and its head takes turns with those of other processes by locks on two files:
who has the first is next, and keeps it until they have the second, which is the turn. So
whoever has just written can't be first again while another waits. The locks are the kernel's: a
process that dies gives them back.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path

# Between two looks at another process's lock, in seconds: a post's transaction takes as long.
FIRST_PAUSE, LONGEST_PAUSE = 0.0002, 0.001


class Line:
    """The threads of a process that want to write, the first to come first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Event] = deque()

    def take(self, seconds: float) -> bool:
        """Wait for the turn, so long at most, and tell whether it was had."""
        with self._guard:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Event()
            self._waiting.append(mine)
        if mine.wait(seconds):
            return True
        with self._guard:
            # It may have been handed over in this very moment.
            if mine.is_set():
                return True
            self._waiting.remove(mine)
        return False

    def give_back(self) -> None:
        """Hand the turn to the next, if anybody waits."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


class Turns:
    """The turns of all processes that write to one database file."""

    def __init__(self, database: Path) -> None:
        self._names = [database.with_name(f"{database.name}-{word}") for word in ("next", "turn")]
        self._line = Line()
        # Locks are of an open file, which a forked process would share.
        self._files: tuple[int, tuple[int, int]] = (0, (-1, -1))

    def take(self, seconds: float) -> bool:
        """Wait for the turn, so long at most, and tell whether it was had."""
        deadline = time.monotonic() + seconds
        if not self._line.take(seconds):
            return False
        try:
            following, turn = self._opened()
            if _lock(following, deadline):
                try:
                    if _lock(turn, deadline):
                        return True
                finally:
                    fcntl.flock(following, fcntl.LOCK_UN)
        except BaseException:
            self._line.give_back()
            raise
        self._line.give_back()
        return False

    def give_back(self) -> None:
        """End a turn that was had."""
        _pid, (_following, turn) = self._files
        try:
            fcntl.flock(turn, fcntl.LOCK_UN)
        finally:
            self._line.give_back()

    def _opened(self) -> tuple[int, int]:
        pid, files = self._files
        if pid != os.getpid():
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            first, second = (os.open(name, flags, 0o600) for name in self._names)
            files = (first, second)
            self._files = (os.getpid(), files)
        return files


def _lock(file: int, deadline: float) -> bool:
    pause = FIRST_PAUSE
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


_turns: dict[Path, Turns] = {}
_guard = threading.Lock()


def turns_of(database: Path) -> Turns:
    """Return the turns of a database file; the same for all connections of this process."""
    with _guard:
        return _turns.setdefault(database, Turns(database))


def _after_fork() -> None:
    """Begin anew in a child: whoever was in line is in the parent."""
    global _guard  # noqa: PLW0603 - the parent's may have been taken at that moment
    _guard = threading.Lock()
    _turns.clear()


os.register_at_fork(after_in_child=_after_fork)
