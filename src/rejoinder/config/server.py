"""Serves the WSGI application with Granian: processes of several blocking threads each."""

from __future__ import annotations

import ctypes
import errno
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rejoinder.config import daily, logs
from rejoinder.config.options import Options
from rejoinder.errors import BadInput, Unavailable

TARGET = "rejoinder.config.wsgi:application"
# What is in flight may take so long to finish; then its worker is ended all the same.
GRACE_SECONDS = 30
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Place:
    """Where to listen: what the operator named, and the address that it is."""

    host: str
    ip: str
    port: int

    @property
    def address(self) -> str:
        """The URL to reach it from this machine, without a slash at its end."""
        everywhere = self.host in {"0.0.0.0", "::", ""}  # noqa: S104 - compared, not bound
        name = "localhost" if everywhere else self.host
        return f"http://{f'[{name}]' if ':' in name else name}:{self.port}"


def find_place(host: str, port: int) -> Place:
    """Return where to listen, after trying it; port 0 takes a free one.

    Raises BadInput if the host is none of this machine's, Unavailable if the port is taken.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise BadInput(f"There is no host {host!r}; name another with --host.") from None
    # IPv4 first: where "localhost" is both, browsers try both.
    family, _, _, _, name = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    # Granian's own sockets share ports (SO_REUSEPORT); this one finds out who listens.
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(name)
        except OSError as error:
            raise _no_place(error, host, port) from None
        bound = trial.getsockname()
    return Place(host, bound[0], bound[1])


def _no_place(error: OSError, host: str, port: int) -> BadInput | Unavailable:
    if error.errno == errno.EADDRINUSE:
        return Unavailable(
            f"Port {port} is in use on {host}. Stop what listens there, "
            "or choose another with --port (0 takes a free one)."
        )
    if error.errno == errno.EACCES:
        return Unavailable(
            f"Port {port} can't be listened to by this user. Choose one above 1023 with --port."
        )
    return BadInput(f"{host} is no address of this machine; name another with --host.")


def serve(options: Options, place: Place, welcome: list[str]) -> int:
    """Serve until told to stop, and return the exit status. Prints the welcome when it answers."""
    from django.db import connections
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    # A worker forks from here, and no connection may be used by two processes.
    connections.close_all()
    server = Server(
        TARGET,
        address=place.ip,
        port=place.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        http1_settings=HTTP1Settings(header_read_timeout=10_000),
        log_level=LogLevels(options.log_level),
        log_dictconfig=logs.settings(options.log_level),
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    )
    server.on_startup(lambda: _say_when_it_answers(place, welcome))
    try:
        server.serve(target_loader=load)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    return 0


def load(target: str) -> Callable[..., Any]:
    """Return the WSGI application; called in each worker."""
    # A worker whose parent was killed would hold the port and the data for ever.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    from rejoinder.config.wsgi import application

    daily.start()
    return application


def _say_when_it_answers(place: Place, welcome: list[str]) -> None:
    def wait() -> None:
        while True:
            try:
                socket.create_connection((place.ip, place.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                print("\n".join(welcome), flush=True)  # noqa: T201 - what serve is to say
                return

    threading.Thread(target=wait, daemon=True).start()
