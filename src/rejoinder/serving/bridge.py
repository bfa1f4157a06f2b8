"""Between the event loop and the framework: each request is a call in a thread of a pool.

A thread is held from when all of the request is here until all of the answer is made, and
never while a client sends or reads: a long answer waits in a file.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from rejoinder.serving import bodies
from rejoinder.serving.by_cost import ASKED_AT, LONGEST_WAIT
from rejoinder.serving.line import Line
from rejoinder.serving.replies import Headers

Environ = dict[str, Any]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

# What is longer lies on disk while it's sent.
MOST_IN_MEMORY = 4 * 1024 * 1024
PIECE = 64 * 1024
NO_BODY = frozenset({204, 304})


@dataclass
class Answer:
    """What the application answered, whole."""

    status: int
    headers: Headers
    # What is long is a file, closed by whoever sends it.
    body: Any
    # None: the headers say it.
    length: int | None


class File:
    """A file that an application answers with (PEP 3333, wsgi.file_wrapper)."""

    def __init__(self, file: Any, _block_size: int = PIECE) -> None:
        self.read = file.read
        self.close = getattr(file, "close", lambda: None)


@dataclass
class Bridge:
    """An ASGI application that runs a WSGI one in threads."""

    application: Application
    threads: int
    most_body: int
    is_multiprocess: bool = False
    # Tells in which order they come when there are more than threads. Must not wait itself.
    rank: Callable[[Environ], float] = lambda _environ: 0.0
    _line: Line = field(init=False)
    _pool: ThreadPoolExecutor = field(init=False)
    _files: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._pool = ThreadPoolExecutor(self.threads, "request")
        # As many again are handed over, so that no thread waits for the loop between two.
        self._line = Line(2 * self.threads, LONGEST_WAIT)
        # So that who downloads doesn't wait for pages that are being made.
        self._files = ThreadPoolExecutor(2, "file")

    async def __call__(self, scope: Any, receive: bodies.Receive, send: Send) -> None:
        """Answer a request (ASGI 3, "http")."""
        environ = _environ(scope, is_multiprocess=self.is_multiprocess)
        loop = asyncio.get_running_loop()
        try:
            await self._read_body(environ, receive)
            environ[ASKED_AT] = time.monotonic()
            await self._line.enter(self.rank(environ))
            try:
                answer = await loop.run_in_executor(self._pool, self._run, environ)
            finally:
                self._line.leave()
        except bodies.Gone:
            return
        finally:
            environ["wsgi.input"].close()
        try:
            await self._send(answer, scope["method"], receive, send)
        finally:
            if not isinstance(answer.body, bytes):
                await loop.run_in_executor(self._files, answer.body.close)

    async def _read_body(self, environ: Environ, receive: bodies.Receive) -> None:
        declared = environ.get("CONTENT_LENGTH")
        if declared is None and "HTTP_TRANSFER_ENCODING" not in environ:
            return
        body, length = await bodies.read(receive, int(declared or 0), self.most_body)
        environ["wsgi.input"] = body
        # What came in pieces has its length now, as the framework wants it.
        environ["CONTENT_LENGTH"] = str(length)
        environ.pop("HTTP_TRANSFER_ENCODING", None)

    def _run(self, environ: Environ) -> Answer:
        head: list[Any] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> Any:
            head[:] = [int(status[:3]), headers]
            return _refuse_to_write

        response = self.application(environ, start_response)
        if isinstance(response, File):
            return Answer(head[0], head[1], response, None)
        try:
            file, length = _collected(response)
        finally:
            close = getattr(response, "close", None)
            if close is not None:
                close()
        return Answer(head[0], head[1], file, length)

    async def _send(self, answer: Answer, method: str, receive: bodies.Receive, send: Send) -> None:
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in answer.headers
        ]
        has_body = answer.status not in NO_BODY
        if has_body and answer.length is not None and b"content-length" not in dict(headers):
            headers.append((b"content-length", b"%d" % answer.length))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if isinstance(answer.body, bytes):
            body = answer.body if has_body else b""
            await send({"type": "http.response.body", "body": body})
        elif has_body and method != "HEAD":
            await self._send_file(answer.body, receive, send)
        else:
            await send({"type": "http.response.body", "body": b""})

    async def _send_file(self, file: Any, receive: bodies.Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_until_gone(receive))
        loop = asyncio.get_running_loop()
        try:
            piece = True
            while piece and not gone.done():
                piece = await loop.run_in_executor(self._files, file.read, PIECE)
                # Returns once the client has taken most of what was sent before.
                await send({"type": "http.response.body", "body": piece, "more_body": bool(piece)})
        finally:
            gone.cancel()


async def _until_gone(receive: bodies.Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _collected(parts: Iterable[bytes]) -> tuple[bytes | IO[bytes], int]:
    """Return an answer's parts together, and their length."""
    held: list[bytes] = []
    length = 0
    remaining = iter(parts)
    for part in remaining:
        held.append(part)
        length += len(part)
        if length > MOST_IN_MEMORY:
            break
    else:
        return b"".join(held), length
    with ExitStack() as unless_whole:
        file = unless_whole.enter_context(TemporaryFile())
        file.writelines(held)
        file.writelines(remaining)
        length = file.tell()
        file.seek(0)
        unless_whole.pop_all()
    return file, length


def _refuse_to_write(_octets: bytes) -> None:
    raise NotImplementedError("Give back the body instead (PEP 3333's write() is of old).")


def _environ(scope: Any, *, is_multiprocess: bool) -> Environ:
    """Return the WSGI environment of a request (PEP 3333), without its body."""
    host, port = scope["server"] or ("", 0)
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0] if scope["client"] else "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": is_multiprocess,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": File,
    }
    for name, value in scope["headers"]:
        if key := _variable(name):
            text = value.decode("latin-1")
            between = "; " if key == "HTTP_COOKIE" else ","
            environ[key] = f"{environ[key]}{between}{text}" if key in environ else text
    return environ


def _variable(name: bytes) -> str:
    """Return what a header is called in the environment; empty if it isn't let in.

    With "_" in its name it would pass for another, such as the one that a proxy sets.
    """
    return _VARIABLES.get(name) or _made_variable(name)


def _made_variable(name: bytes) -> str:
    if b"_" in name:
        return ""
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_")


_USUAL = (
    "accept accept-encoding accept-language cache-control connection cookie dnt host"
    " if-none-match origin priority referer sec-fetch-dest sec-fetch-mode sec-fetch-site"
    " sec-fetch-user upgrade-insecure-requests user-agent x-forwarded-for x-forwarded-proto"
)
_VARIABLES = {name.encode(): _made_variable(name.encode()) for name in _USUAL.split()} | {
    b"content-length": "CONTENT_LENGTH",
    b"content-type": "CONTENT_TYPE",
}
