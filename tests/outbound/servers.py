"""Servers on loopback that answer as a test writes it, octet by octet."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress

Answering = Callable[[socket.socket, bytes], None]


class Server:
    """A server in a thread: hands each connection, and what it got, to a function."""

    def __init__(self, answering: Answering, tls: ssl.SSLContext | None = None) -> None:
        self._answering = answering
        self._tls = tls
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.heads: list[bytes] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._begin(self._accept)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def over(self) -> threading.Event:
        """Set when the test is over; what dawdles waits for it."""
        return self._over

    def stop(self) -> None:
        """End it, and wait for its threads."""
        self._over.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(10)

    def _begin(self, doing: Callable[..., None], *arguments: socket.socket) -> None:
        thread = threading.Thread(target=doing, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _address = self._listening.accept()
            except OSError:
                return
            self._begin(self._one, connection)

    def _one(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection:
                head = self._head(connection)
                self.heads.append(head)
                self._answering(connection, head)

    def _head(self, connection: socket.socket) -> bytes:
        head = b""
        while b"\r\n\r\n" not in head and (piece := connection.recv(65536)):
            head += piece
        length = re.search(rb"content-length: (\d{1,3})\r", head.lower())
        whole = head.index(b"\r\n\r\n") + 4 + int(length[1]) if length else 0
        while len(head) < whole and (piece := connection.recv(65536)):
            head += piece
        return head


def saying(octets: bytes) -> Answering:
    """Return an answer that is always the same octets."""
    return lambda connection, _head: connection.sendall(octets)


def page(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return an answer's octets."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
