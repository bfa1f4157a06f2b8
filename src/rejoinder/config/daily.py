"""A thread of each worker that asks once an hour whether the daily work is due."""

from __future__ import annotations

import logging
import threading
import time

log = logging.getLogger(__name__)

HOUR_SECONDS = 3600
# A server that starts has better things to do.
FIRST_SECONDS = 60


def start() -> threading.Thread:
    """Start the thread; it ends with its process, whatever it's doing.

    In a worker and not in the process that starts workers: that one forks.
    """
    thread = threading.Thread(target=_run, name="daily", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    time.sleep(FIRST_SECONDS)
    while True:
        once()
        time.sleep(HOUR_SECONDS)


def once() -> None:
    """Do what is due. Nothing that goes wrong here may end the thread: it's tried again."""
    from django.db import connection

    from rejoinder.operations.clear import clear_if_due, empty_log

    try:
        if clear_if_due():
            empty_log()
    except Exception:
        log.exception("Clearing what has expired went wrong; it's tried again tomorrow.")
    finally:
        connection.close()
