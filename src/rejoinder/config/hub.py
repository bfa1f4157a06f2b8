"""A thread of one worker of each node that does the feeds' hub's work."""

from __future__ import annotations

import fcntl
import logging
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rejoinder.events.read import Reader

log = logging.getLogger(__name__)

LOCK = "hub.lock"
# While there's something to tell somebody; and while nobody subscribed.
SECONDS, IDLE_SECONDS = 1.0, 5.0


def start(data: Path) -> threading.Thread:
    """Start the thread; it ends with its process. The others wait for this one's place."""
    thread = threading.Thread(target=_run, args=[data], name="hub", daemon=True)
    thread.start()
    return thread


def _run(data: Path) -> None:
    with (data / LOCK).open("w", encoding="ascii") as lock:
        _hold(lock)
        reader: Reader | None = None
        while True:
            reader, seconds = once(reader)
            time.sleep(seconds)


def _hold(lock: IO[str]) -> None:
    # The kernel gives it to the next when its holder's process ends.
    fcntl.flock(lock, fcntl.LOCK_EX)


def once(reader: Reader | None) -> tuple[Reader | None, float]:
    """Do what is due; return the reader of changes for the next time, and when that is.

    Nothing that goes wrong here may end the thread: it's tried again.
    """
    from django.db import connection

    from rejoinder.events.read import EVERYTHING, Reader
    from rejoinder.gateways.feeds.hub import publish, run

    try:
        is_elsewhere = publish.is_elsewhere()
        if not is_elsewhere and not run.is_wanted():
            if reader is not None:
                reader.close()
            return None, IDLE_SECONDS
        # What changed before it was there is found by looking.
        changes = [EVERYTHING] if reader is None else reader.changes()
        reader = reader or Reader.open()
        if is_elsewhere:
            publish.publish(changes)
        else:
            run.work(has_changed=bool(changes))
    except Exception:
        log.exception("Telling those who follow feeds went wrong; it's tried again.")
        if reader is not None:
            reader.close()
        return None, IDLE_SECONDS
    finally:
        connection.close()
    return reader, SECONDS
