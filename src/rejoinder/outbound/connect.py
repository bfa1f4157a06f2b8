"""Connections to checked addresses, and streams that end by a deadline.

A name is resolved once for each connection, every address it has is checked, and the connection
is made to one of those very addresses: what the name is by then elsewhere doesn't matter
(DNS rebinding). TLS still checks the certificate against the name.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

import httpcore
from django.conf import settings

from rejoinder.errors import NotOutside, TooSlow, Unreachable
from rejoinder.outbound import allowed
from rejoinder.outbound.public import Address

# For one address of several, so that a dead one leaves time for the others; seconds.
ONE_ATTEMPT = 4.0
# More than any honest name has.
MOST_ADDRESSES = 16


class Deadline:
    """A moment by which all must be over."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises TooSlow if there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TooSlow("The other server took too long.")
        return left


def lookup(host: str, port: int) -> list[Address]:
    """Return the addresses that a name has, as the system resolves it; the preferred first."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


def checked_addresses(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Return the addresses of a host, each of which may be asked.

    Raises Unreachable if there are none, NotOutside if any may not be asked: a name that leads
    both outside and inside is somebody's trick.
    """
    addresses = _looked_up(host, port, deadline)
    setting = settings.OUTBOUND_ALLOW
    if not all(allowed.permits(setting, host, address, port) for address in addresses):
        raise NotOutside(
            f"This site doesn't ask {host}, port {port}: that isn't on the public internet, or "
            "no usual port. An administrator can allow it by the setting outbound_allow."
        )
    return addresses[:MOST_ADDRESSES]


def _looked_up(host: str, port: int, deadline: Deadline) -> list[Address]:
    """Ask the system, which knows no deadlines, in a thread that may be left behind."""
    answers: list[list[Address] | Exception] = []

    def ask() -> None:
        try:
            answers.append(lookup(host, port))
        except (OSError, ValueError) as error:
            answers.append(error)

    thread = threading.Thread(target=ask, daemon=True, name="outbound-lookup")
    thread.start()
    thread.join(deadline.left())
    deadline.left()
    if not answers or isinstance(answers[0], Exception) or not answers[0]:
        raise Unreachable(f"There is no server by the name {host}.")
    return answers[0]


@dataclass
class GuardedBackend(httpcore.NetworkBackend):
    """What httpcore makes its connections by."""

    deadline: Deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a stream to the first of the host's addresses that answers."""
        addresses = checked_addresses(host, port, self.deadline)
        for position, address in enumerate(addresses, 1):
            left = self.deadline.left()
            with contextlib.suppress(OSError):
                seconds = left if position == len(addresses) else min(left, ONE_ATTEMPT)
                return Stream(open_socket(address, port, seconds), self.deadline)
        self.deadline.left()
        raise Unreachable(f"{host} doesn't answer.")

    def connect_unix_socket(self, *_arguments: Any, **_options: Any) -> httpcore.NetworkStream:
        """Refuse: nothing outside is reached by a path."""
        raise NotOutside("There is no way out by a path.")


def open_socket(address: Address, port: int, seconds: float) -> socket.socket:
    """Return a connection to an address. Raises OSError if there is none in time."""
    opened = socket.create_connection((str(address), port), timeout=seconds)
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


@dataclass
class Stream(httpcore.NetworkStream):
    """A connection whose every wait ends with the deadline of the whole."""

    connection: socket.socket
    deadline: Deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come; nothing at the end."""
        self.connection.settimeout(self.deadline.left())
        with _as_ours():
            return self.connection.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        view = memoryview(buffer)
        while view:
            self.connection.settimeout(self.deadline.left())
            with _as_ours():
                view = view[self.connection.send(view) :]

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the stream under TLS; the certificate is for the name that was asked for."""
        # The handshake as a whole has this timeout; CPython counts it down over its reads.
        self.connection.settimeout(self.deadline.left())
        try:
            with _as_ours():
                wrapped = ssl_context.wrap_socket(self.connection, server_hostname=server_hostname)
        except BaseException:
            self.connection.close()
            raise
        return Stream(wrapped, self.deadline)

    def close(self) -> None:
        """End the connection."""
        self.connection.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what httpcore asks about: whether the other side has ended or spoken."""
        if info == "ssl_object" and isinstance(self.connection, ssl.SSLSocket):
            return self.connection
        return None


@contextlib.contextmanager
def _as_ours() -> Any:
    try:
        yield
    except TimeoutError:
        raise TooSlow("The other server took too long.") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreachable(f"Its certificate doesn't fit: {error.verify_message}.") from None
    except OSError:
        raise Unreachable("The connection broke off.") from None
