"""After a restart: the guests' pages that readers came back to, made again before they ask.

A worker that ends writes down their addresses, no more; one that starts asks for them as a guest
would, in a thread that rests as long as it works.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Hashable
from io import BytesIO
from pathlib import Path
from typing import Any, TypeGuard

from rejoinder.serving.front import SCHEME, Front
from rejoinder.serving.members import Key

log = logging.getLogger(__name__)

FILE = "wanted-pages.json"
# Making one takes some 10 ms.
MOST = 200
# The first readers come before it.
PAUSE_SECONDS = 2.0
ACCEPT = "gzip"


def note(front: Front, path: Path) -> None:
    """Write down which guests' pages readers came back to; what can't be written isn't missed."""
    wanted = [key[1:] for key in front.pages.wanted(MOST) if _is_guests(key)]
    try:
        with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
            json.dump(wanted, file)
        os.replace(file.name, path)
    except OSError as error:
        log.warning("Which pages to make first after a restart isn't kept: %s", error)


def start(front: Front, path: Path, done: Callable[[], None]) -> threading.Event:
    """Make the pages that were written down, in a thread; set the event to stop it.

    `done` is called at its end, in the thread: its connection to the database is no longer used.
    """
    stop = threading.Event()
    thread = threading.Thread(
        target=_make, args=(front, path, stop, done), name="warm", daemon=True
    )
    thread.start()
    return stop


def _make(front: Front, path: Path, stop: threading.Event, done: Callable[[], None]) -> None:
    try:
        pause = PAUSE_SECONDS
        for key in _read(path):
            if stop.wait(pause):
                return
            began = time.monotonic()
            if front.pages.get(key) is None:
                b"".join(front(_environ(key), lambda *_head: None))
            pause = time.monotonic() - began
    finally:
        done()


def _read(path: Path) -> list[Key]:
    """Return what was written down; nothing if that can't be read."""
    try:
        found = json.loads(path.read_bytes())
        return [(SCHEME, str(host), str(at), str(query)) for host, at, query in found][:MOST]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError) as error:
        log.warning("%s can't be read, and isn't needed: %s", path, error)
        return []


def _is_guests(key: Hashable) -> TypeGuard[Key]:
    """Tell a guest's key from that of a page which members share."""
    return isinstance(key, tuple) and len(key) == 4 and all(isinstance(part, str) for part in key)


def _environ(key: Key) -> dict[str, Any]:
    scheme, host, path, query = key
    return {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "", "HTTP_HOST": host, "HTTP_ACCEPT_ENCODING": ACCEPT,
        "wsgi.version": (1, 0), "wsgi.url_scheme": scheme, "wsgi.input": BytesIO(),
        "wsgi.multithread": True,
    }  # fmt: skip
