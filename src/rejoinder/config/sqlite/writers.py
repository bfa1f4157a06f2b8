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
        try:
            if mine.wait(seconds):
                return True
        except BaseException:
            self._leave(mine)
            raise
        with self._guard:
            # It may have been handed over in this very moment.
            if mine.is_set():
                return True
            self._waiting.remove(mine)
        return False

    def _leave(self, mine: threading.Event) -> None:
        """Wait no longer, as a signal's exception says; give back what was just handed over."""
        with self._guard:
            if not mine.is_set():
                self._waiting.remove(mine)
                return
        self.give_back()

    def give_back(self) -> None:
        """Hand the turn to the next, if anybody waits."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False


class Turns:
    """The turns of all processes that write to one database file.

    Where the files of the locks can't be had (they are another user's, or what they lie on
    can't be written to), the threads of this process queue alone: it's for SQLite to say what
    can be written, and its own locks keep two writers apart.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._names = [database.with_name(f"{database.name}-{word}") for word in ("next", "turn")]
        self._line = Line()
        # Locks are of an open file, which a forked process would share.
        self._files: tuple[int, int] | None = None

    def take(self, seconds: float) -> bool:
        """Wait for the turn, so long at most, and tell whether it was had."""
        deadline = time.monotonic() + seconds
        if not self._line.take(seconds):
            return False
        try:
            if self._take_among_processes(deadline):
                return True
        except BaseException:
            self._line.give_back()
            raise
        self._line.give_back()
        return False

    def give_back(self) -> None:
        """End a turn that was had."""
        try:
            if self._files is not None:
                # What was written is kept: nothing that fails here may say otherwise.
                with suppress(OSError):
                    fcntl.flock(self._files[1], fcntl.LOCK_UN)
        finally:
            self._line.give_back()

    def leave_to_parent(self) -> None:
        """Close the files in a forked child: else it would end its parent's turn by giving it
        back, and hold it on when the parent is killed."""
        files, self._files = self._files, None
        for file in files or ():
            os.close(file)
        # The parent's threads, and perhaps a lock that one of them held, were copied too.
        self._line = Line()

    def _take_among_processes(self, deadline: float) -> bool:
        try:
            following, turn = self._opened()
            if not _lock(following, deadline):
                return False
            try:
                return _lock(turn, deadline)
            finally:
                fcntl.flock(following, fcntl.LOCK_UN)
        except OSError:
            return True

    def _opened(self) -> tuple[int, int]:
        if self._files is None:
            first = _open_beside(self._database, self._names[0])
            try:
                self._files = first, _open_beside(self._database, self._names[1])
            except BaseException:
                os.close(first)
                raise
        return self._files


def _open_beside(database: Path, name: Path) -> int:
    """Return an open file that belongs to whom the database belongs, as SQLite's own do: or
    what the superuser once did would shut out the server."""
    file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        with suppress(OSError):
            owner, own = database.stat(), os.fstat(file)
            if (own.st_uid, own.st_gid) != (owner.st_uid, owner.st_gid):
                os.fchown(file, owner.st_uid, owner.st_gid)
    return file


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
    for turns in _turns.values():
        turns.leave_to_parent()


os.register_at_fork(after_in_child=_after_fork)
