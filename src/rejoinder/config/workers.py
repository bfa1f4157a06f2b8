"""Worker processes: forked, ended together, and replaced when one dies.

The parent does nothing else. It has no threads, so that it may fork at any time, and it holds
the sockets that the workers listen on: who connects while a worker is being replaced waits.
"""

from __future__ import annotations

import ctypes
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

log = logging.getLogger(__name__)

# A worker listens on a socket, and calls what says that it does.
Work = Callable[[socket.socket, Callable[[], None]], None]

TOLD_TO_STOP = frozenset({signal.SIGTERM, signal.SIGINT})
WATCHED = TOLD_TO_STOP | {signal.SIGCHLD}
PR_SET_PDEATHSIG = 1
# Between two starts of the same worker: one that can't start shall not keep a core busy.
PAUSE_SECONDS = 1.0
# What workers need to end after they have given up on what is in flight.
MARGIN_SECONDS = 5


@dataclass
class Worker:
    """A place for a worker, and the process that has it now."""

    number: int
    listening: socket.socket
    pid: int = 0
    started_at: float = 0.0


@dataclass
class Workers:
    """The workers of one server."""

    work: Work
    sockets: list[socket.socket]
    grace_seconds: float
    say_ready: Callable[[], None]
    _workers: list[Worker] = field(default_factory=list)

    def run(self) -> int:
        """Run until told to stop, and return the exit status."""
        self._workers = [Worker(number, each) for number, each in enumerate(self.sockets, 1)]
        before = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
        try:
            reading, writing = os.pipe()
            for worker in self._workers:
                self._start(worker, writing)
            os.close(writing)
            if not self._are_ready(reading):
                return self._stop(status=1)
            return self._watch()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _are_ready(self, reading: int) -> bool:
        """Wait for the first workers, and tell whether all of them came up."""
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            count = 0
            while count < len(self._workers):
                if signal.sigtimedwait(TOLD_TO_STOP, 0) is not None:
                    signal.raise_signal(signal.SIGTERM)
                    return True
                if select.select([pipe], [], [], 0.1)[0]:
                    octets = pipe.read(1)
                    if not octets:
                        # All have closed their end, and not all had said that they're ready.
                        return False
                    count += 1
                elif any(not _lives(worker.pid) for worker in self._workers):
                    return False
        self.say_ready()
        return True

    def _watch(self) -> int:
        while True:
            told = signal.sigtimedwait(WATCHED, PAUSE_SECONDS)
            if told is not None and told.si_signo in TOLD_TO_STOP:
                return self._stop()
            self._replace_dead()

    def _replace_dead(self) -> None:
        for worker in self._workers:
            if worker.pid and (status := _ended(worker.pid)) is not None:
                worker.pid = 0
                log.error("Worker %d %s; another takes its place.", worker.number, _said(status))
            if not worker.pid and time.monotonic() > worker.started_at + PAUSE_SECONDS:
                self._start(worker)

    def _start(self, worker: Worker, ready: int | None = None) -> None:
        worker.started_at = time.monotonic()
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            self._become(worker, parent, ready)
        worker.pid = pid

    def _become(self, worker: Worker, parent: int, ready: int | None) -> NoReturn:
        status = 1
        try:
            # A worker whose parent was killed would hold the port and the data for ever.
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() == parent:
                for other in self.sockets:
                    if other is not worker.listening:
                        other.close()
                # The server's own handlers come later, and at its end it raises what it was
                # told once more.
                for each in TOLD_TO_STOP:
                    signal.signal(each, signal.SIG_IGN)
                signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
                self.work(worker.listening, lambda: _say(ready))
            status = 0
        except Exception:
            log.exception("Worker %d can't go on.", worker.number)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Threads that are still at work, or would be waited for, end with it.
            os._exit(status)

    def _stop(self, status: int = 0) -> int:
        # Nobody would accept what came now.
        for each in self.sockets:
            each.close()
        deadline = time.monotonic() + self.grace_seconds + MARGIN_SECONDS
        _send(signal.SIGTERM, self._workers)
        while any(worker.pid for worker in self._workers):
            if time.monotonic() > deadline:
                _send(signal.SIGKILL, self._workers)
            signal.sigtimedwait({signal.SIGCHLD}, 0.2)
            for worker in self._workers:
                if worker.pid and _ended(worker.pid) is not None:
                    worker.pid = 0
        return status


def _say(ready: int | None) -> None:
    if ready is not None:
        os.write(ready, b".")
        os.close(ready)


def _send(which: signal.Signals, workers: list[Worker]) -> None:
    for worker in workers:
        if worker.pid:
            os.kill(worker.pid, which)


def _ended(pid: int) -> int | None:
    """Return the wait status of a child that has ended, once; None while it lives."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return status if ended else None


def _lives(pid: int) -> bool:
    # WNOWAIT: whoever looks next shall find it too.
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def _said(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with status {code}"
