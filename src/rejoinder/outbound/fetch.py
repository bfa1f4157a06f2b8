"""Asking another server for something, or handing it something.

One overall deadline for all of it (names, connections, TLS, every hop and every octet), a bound
on octets before and after decompression, redirects only as asked for and each checked like the
first address. No proxy, cookie or password of the environment's is used.
"""

from __future__ import annotations

import ssl
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import httpcore
from django.conf import settings

from rejoinder import __version__
from rejoinder.errors import BadUrl, BrokenAnswer, TooLarge, Unreachable, WrongKind
from rejoinder.outbound import target as targets
from rejoinder.outbound.connect import Deadline, GuardedBackend
from rejoinder.outbound.target import Target

USUAL_DEADLINE = timedelta(seconds=10)
USUAL_OCTETS = 1024 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
SAFE = frozenset({"GET", "HEAD"})
# How zlib reads gzip and zlib's own frame alike.
_ANY_FRAME = 32 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Answer:
    """What another server said: `url` is where it was after redirects, names in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status says that it was done."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The kind of the body, without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Bounds:
    """What an answer may cost.

    A body of more than `octets` raises TooLarge, or is cut there if it needn't be `whole`.
    Where `types` are named, a good answer of another media type raises WrongKind.
    """

    deadline: timedelta = USUAL_DEADLINE
    octets: int = USUAL_OCTETS
    whole: bool = True
    types: frozenset[str] = frozenset()
    redirects: int = 0


def fetch(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    bounds: Bounds | None = None,
) -> Answer:
    """Return what a server answers.

    Redirects are followed for GET and HEAD as often as the bounds allow; the headers that were
    handed in go to no other origin. Without redirects asked for, one is an answer like others.
    Raises BadUrl for what is no URL, and Unreachable or one of its kinds.
    """
    bounds = bounds or Bounds()
    deadline = Deadline(bounds.deadline.total_seconds())
    first = here = targets.read(url)
    for _hop in range(bounds.redirects + 1):
        sent = dict(headers or {}) if here.origin == first.origin else {}
        answer = _one(method, here, sent, body, deadline=deadline, bounds=bounds)
        location = answer.headers.get("location")
        if answer.status not in REDIRECTS or method not in SAFE or not bounds.redirects:
            return answer
        if not location:
            raise BrokenAnswer("The server sends elsewhere without saying where.")
        here = _next(here, location)
    raise Unreachable("The server sends from one address to the next.")


def check(url: str) -> str:
    """Return a URL as it would be asked. Raises BadUrl for what could never be.

    Looks nothing up, so that forms can ask; each fetch checks the addresses anew.
    """
    return targets.read(url).url


def agent() -> str:
    """Return what this program says of itself, with the site's address."""
    site = f" (+{settings.PUBLIC_URL}/)" if settings.PUBLIC_URL else ""
    return f"Rejoinder/{__version__}{site}"


def _next(here: Target, location: str) -> Target:
    try:
        there = targets.follow(here, location)
    except BadUrl:
        raise BrokenAnswer("The server sends to what is no address of a page.") from None
    if here.scheme == "https" and there.scheme == "http":
        raise Unreachable("The server sends to an address without encryption.")
    return there


def _one(
    method: str,
    target: Target,
    headers: dict[str, str],
    body: bytes,
    *,
    deadline: Deadline,
    bounds: Bounds,
) -> Answer:
    """Make one request on a connection of its own."""
    sent = {"User-Agent": agent(), "Accept": "*/*", "Accept-Encoding": "gzip"} | headers
    sent |= {"Connection": "close"}
    if body or method not in SAFE:
        sent["Content-Length"] = str(len(body))
    pool = httpcore.ConnectionPool(
        ssl_context=_tls(), network_backend=GuardedBackend(deadline), retries=0
    )
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.encode(),
        port=target.port,
        target=target.path.encode(),
    )
    try:
        with pool, pool.stream(method, url, headers=_pairs(sent, target), content=body) as response:
            return _answer(response, target, bounds)
    except (httpcore.ProtocolError, UnicodeError):
        raise BrokenAnswer("The server's answer can't be read.") from None
    except (httpcore.NetworkError, httpcore.TimeoutException):
        raise Unreachable("The connection broke off.") from None


def _pairs(headers: Mapping[str, str], target: Target) -> list[tuple[bytes, bytes]]:
    host = target.url.split("/", 3)[2]
    return [
        (b"Host", host.encode()),
        *((name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()),
    ]


def _answer(response: httpcore.Response, target: Target, bounds: Bounds) -> Answer:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
    }
    answer = Answer(response.status, target.url, headers, b"")
    if answer.is_good and bounds.types and answer.media_type not in bounds.types:
        raise WrongKind(f"The server answers with {answer.media_type or 'something'} instead.")
    octets = _plain(response.iter_stream(), headers.get("content-encoding", ""), bounds)
    return Answer(response.status, target.url, headers, octets)


def _plain(pieces: Iterator[bytes], encoding: str, bounds: Bounds) -> bytes:
    """Return a body, decompressed no further than the bound."""
    encoding = encoding.strip().lower()
    if encoding in {"", "identity"}:
        opener = None
    elif encoding in {"gzip", "x-gzip", "deflate"}:
        opener = zlib.decompressobj(_ANY_FRAME)
    else:
        raise WrongKind("The server's answer is encoded as nobody asked for.")
    kept = bytearray()
    came = 0
    for piece in pieces:
        came += len(piece)
        room = bounds.octets + 1 - len(kept)
        try:
            kept += opener.decompress(piece, room) if opener else piece[:room]
        except zlib.error:
            raise BrokenAnswer("The server's answer is compressed wrongly.") from None
        if len(kept) > bounds.octets or came > bounds.octets + 1024:
            if bounds.whole:
                raise TooLarge("The server's answer is too large.")
            break
    return bytes(kept[: bounds.octets])


@cache
def _tls() -> ssl.SSLContext:
    """Return the system's certificates and this Python's own idea of what is safe, 1.2 or later."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    return context
