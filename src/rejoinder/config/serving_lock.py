"""One server per data directory, unless more are meant.

Every server holds a shared lock on a file for as long as it lives, and its line in that
file says who it is. The kernel drops the lock with the process, however that ends, so a
lock is never left behind. Taken under `installation.starting`, so that no two servers
look at the same moment.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path

from rejoinder.errors import Unavailable

FILE_NAME = "serving.lock"


@dataclass(frozen=True)
class Holder:
    """A server that serves a data directory."""

    pid: int
    address: str


def take(data: Path, *, is_sharing: bool = False) -> TextIOWrapper:
    """Return the lock file, held until it's closed or the process ends.

    Raises Unavailable if another server holds it and sharing isn't meant.
    """
    file = (data / FILE_NAME).open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if not is_sharing:
            file.close()
            raise Unavailable(_refusal(data)) from None
    else:
        # Nobody serves: what the file says is left from earlier.
        file.truncate(0)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def sign(file: TextIOWrapper, address: str) -> None:
    """Write into the lock file who serves, and where."""
    file.write(f"{os.getpid()} {address}\n")
    file.flush()


def holders(data: Path) -> list[Holder]:
    """Return the servers that serve a data directory now."""
    try:
        file = (data / FILE_NAME).open("r+", encoding="utf-8")
    except FileNotFoundError:
        return []
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lines = [line.split(maxsplit=1) for line in file.read().splitlines()]
            return [Holder(int(pid), address) for pid, address in lines if is_alive(int(pid))]
        return []


def is_alive(pid: int) -> bool:
    """Tell whether a process is there."""
    return Path(f"/proc/{pid}").exists()


def _refusal(data: Path) -> str:
    others = holders(data)
    who = f"process {others[0].pid} at {others[0].address}/" if others else "another process"
    return (
        f"{data} is served already, by {who}. Stop that one first, name another directory "
        "with --data, or add --share-data if two servers on the same data are meant."
    )
