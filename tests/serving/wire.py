"""A worker in a thread, without Django, and clients that speak octets."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn
import uvloop

from rejoinder.serving.bridge import Bridge
from rejoinder.serving.connection import Connection, Desk
from rejoinder.serving.replies import Reply

MOST_BODY = 100_000
PAGE = b"a page of some length. " * 20


class Site:
    """What the worker serves: one page at hand, all else by an application that notes it."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.closed = 0
        self.answer: Callable[[dict[str, Any], Any], Any] = self.usual
        head = [("Content-Type", "text/plain"), ("Content-Length", str(len(PAGE)))]
        self.reply = Reply.of('"tag"', head, PAGE, repeated=[("ETag", '"tag"')])
        self.desk = Desk(self.at_once, MOST_BODY, 50)
        self.port = 0
        self.server: Any = None
        self.loop: Any = None

    def at_once(self, target: bytes, headers: dict[bytes, bytes], peer: str) -> Reply | None:
        is_here = target == b"/at-hand" and headers[b"host"] == b"board"
        return self.reply if is_here and b"cookie" not in headers else None

    def __call__(self, environ: dict[str, Any], start: Any) -> Any:
        self.asked.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        return self.answer(environ, start)

    def usual(self, environ: dict[str, Any], start: Any) -> Any:
        start("200 OK", [("Content-Type", "text/plain")])
        return [f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}".encode()]

    def tick(self) -> None:
        """Let a second pass, on the server's own thread."""

        async def one() -> None:
            self.desk.tick(self.server.server_state.connections)

        asyncio.run_coroutine_threadsafe(one(), self.loop).result(10)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def say(self, *parts: bytes) -> bytes:
        """Send octets on a connection of their own, and return all that comes back."""
        with self.connect() as client:
            for part in parts:
                client.sendall(part)
            return everything(client)


def everything(client: socket.socket) -> bytes:
    """Return what comes until the server closes."""
    received = b""
    while True:
        try:
            part = client.recv(65536)
        except ConnectionResetError:
            return received
        if not part:
            return received
        received += part


def statuses(octets: bytes) -> list[int]:
    """Return the status codes of the answers in what came back."""
    return [int(part[:3]) for part in octets.split(b"HTTP/1.1 ")[1:]]


@contextmanager
def served(
    site: Site,
    rank: Callable[[dict[str, Any]], float] = lambda _environ: 0.0,
    threads: int = 2,
) -> Iterator[Site]:
    """Serve a site on a free port of loopback."""
    listening = socket.create_server(("127.0.0.1", 0))
    site.port = listening.getsockname()[1]
    config = uvicorn.Config(
        Bridge(site, threads=threads, most_body=MOST_BODY, rank=rank),
        lifespan="off", interface="asgi3", ws="none", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    config.http = cast("Any", partial(Connection, desk=site.desk))
    server = uvicorn.Server(config)
    site.server = server

    def run() -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            site.loop = runner.get_loop()
            runner.run(server.serve([listening]))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
