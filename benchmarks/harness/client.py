"""A small HTTP/1.1 client that keeps its connection, for loads that wrk can't make."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Reply:
    """An answer's status, its headers by lower-case name (the last of each), and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One connection, opened when it's needed and again when the server closed it."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._host, self._port = host, port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Reply:
        """Send a request and return the answer. Raises OSError, EOFError or TimeoutError."""
        octets = request(method, path, self._named(headers), body)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            try:
                is_kept = await self._open()
                try:
                    return await self._ask(octets)
                except (ConnectionError, asyncio.IncompleteReadError) as error:
                    # The server closed an idle connection while this was on its way.
                    if not is_kept or method != "GET" or _has_begun(error):
                        raise
                    self.close()
                    await self._open()
                    return await self._ask(octets)
            except BaseException:
                # What comes next on it would answer this.
                self.close()
                raise

    def close(self) -> None:
        """Close the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    def _named(self, headers: Mapping[str, str]) -> Mapping[str, str]:
        return {"Host": f"{self._host}:{self._port}", **headers}

    async def _open(self) -> bool:
        """Open the connection if it isn't, and tell whether it was."""
        if self._streams is not None and not self._streams[0].at_eof():
            return True
        self.close()
        self._streams = await asyncio.open_connection(self._host, self._port)
        return False

    async def _ask(self, octets: bytes) -> Reply:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(octets)
        await writer.drain()
        status, headers = head(await reader.readuntil(b"\r\n\r\n"))
        body = await _body(reader, status, headers)
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Reply(status, headers, body)


def _has_begun(error: Exception) -> bool:
    return isinstance(error, asyncio.IncompleteReadError) and bool(error.partial)


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """Return a request's octets."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def head(octets: bytes) -> tuple[int, dict[str, str]]:
    """Return the status and the headers of an answer's first part."""
    first, *lines = octets.decode("latin-1").rstrip("\r\n").split("\r\n")
    named = (line.partition(":") for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, _colon, value in named}


async def _body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> bytes:
    if status in (204, 304):
        return b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _chunks(reader)
    return await reader.readexactly(int(headers.get("content-length", "0")))


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).partition(b";")[0], 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readline()
    return b"".join(parts)
