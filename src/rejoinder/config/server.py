"""Serves the site: worker processes with an event loop and several threads each."""

from __future__ import annotations

import errno
import gc
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from rejoinder.config import daily, engine, hub
from rejoinder.config.options import Options
from rejoinder.config.workers import Workers
from rejoinder.errors import BadInput, Unavailable

# What is in flight may take so long to finish; then its worker is ended all the same.
GRACE_SECONDS = 30
BACKLOG = 2048


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
    # The workers' sockets share ports (SO_REUSEPORT); this one finds out who listens.
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

    # A worker forks from here, and no connection may be used by two processes.
    connections.close_all()
    workers = Workers(
        work=partial(_work, options),
        sockets=[listen(place) for _worker in range(options.workers)],
        grace_seconds=GRACE_SECONDS,
        say_ready=lambda: print("\n".join(welcome), flush=True),  # noqa: T201 - what serve is to say
    )
    return workers.run()


def listen(place: Place) -> socket.socket:
    """Return a socket that listens there; the kernel shares connections out among several."""
    family = socket.AF_INET6 if ":" in place.ip else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((place.ip, place.port))
    listening.listen(BACKLOG)
    listening.setblocking(False)
    return listening


def _work(options: Options, listening: socket.socket, say_ready: Callable[[], None]) -> None:
    """Be a worker until told to stop."""
    from django.conf import settings
    from django.db import connections

    engine.pool_connections(connections.settings["default"], options.threads)
    from rejoinder.config import wsgi
    from rejoinder.serving import warm, worker

    gc.freeze()
    gc.enable()
    daily.start()
    hub.start(options.data)
    wsgi.front.look()
    wanted = options.data / warm.FILE
    stop_warming = warm.start(wsgi.front, wanted, connections.close_all)
    worker.serve(
        listening,
        wsgi.application,
        wsgi.at_once,
        threads=options.threads,
        most_body=settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        grace_seconds=GRACE_SECONDS,
        is_multiprocess=options.workers > 1,
        rank=wsgi.rank,
        say_ready=say_ready,
    )
    stop_warming.set()
    warm.note(wsgi.front, wanted)
