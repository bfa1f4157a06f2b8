"""Finished answers, as octets that are sent by one write."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Protocol

from django.http import HttpResponse

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Which of a page's headers "not modified" repeats (RFC 9110, 15.4.5).
REPEATED = frozenset({"cache-control", "content-location", "date", "etag", "expires", "vary"})


MODIFIED = "Last-Modified"

# Each representation has its own headers of these.
REMADE = frozenset({"content-length", "content-encoding", "etag", "vary", "last-modified"})


@dataclass(frozen=True)
class Reply:
    """A page or file in one coding: "200 OK", or "304 Not Modified" for who has it already."""

    etag: str
    headers: Headers
    # Those of "not modified".
    repeated: Headers
    # The headers, an empty line and the body; before it belong a status line and the date.
    whole: bytes = field(repr=False)
    body_at: int
    # What stands there for "not modified".
    unchanged: bytes = field(repr=False)
    # The second in which it began to be made (Unix time), if clients are told; else None.
    since: int | None = None

    @classmethod
    def of(cls, etag: str, headers: Headers, body: bytes, *, repeated: Headers) -> Reply:
        """Return the reply with these headers and this body."""
        head = _lines(headers)
        return cls(etag, headers, repeated, head + body, len(head), _lines(repeated))

    def dated(self, since: int | None) -> Reply:
        """Return the reply as one whose clients are told since when it stands."""
        return replace(self, since=since)

    @property
    def last_modified(self) -> str:
        """Since when it stands, for who asks by time; empty: they aren't told (yet).

        While its second isn't over, another may still be made in it: whoever had this one by
        then would take the other for the same. So each second is told for one answer alone.
        """
        if self.since is None or time.time() < self.since + 1:
            return ""
        return _http_date(self.since)

    @property
    def body(self) -> bytes:
        """The body, in its coding."""
        return self.whole[self.body_at :]


def repeated_of(headers: Headers) -> Headers:
    """Return those of a page's headers that "not modified" repeats."""
    return [header for header in headers if header[0].lower() in REPEATED]


def kept_headers(headers: Headers, control: str) -> Headers:
    """Return what an answer says but for what each representation says itself.

    `control`, unless it says so: who may keep it; it's never shown without asking.
    """
    kept = [header for header in headers if header[0].lower() not in REMADE]
    if not any(name.lower() == "cache-control" for name, _value in kept):
        kept.append(("Cache-Control", control))
    return [*kept, ("Vary", "Accept-Encoding, Cookie")]


def may_be_kept(response: object, status: str, headers: Headers) -> bool:
    """Tell whether an answer is a page, whole, and sets nothing in one browser."""
    if not isinstance(response, HttpResponse) or response.streaming or status[:3] != "200":
        return False
    return all(name.lower() != "set-cookie" for name, _value in headers)


def sent(reply: Reply, environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Return a reply's body to a request, or none where it's known or wasn't asked for."""
    known = environ.get("HTTP_IF_NONE_MATCH")
    modified = reply.last_modified
    if is_known(reply.etag, modified, known, environ.get("HTTP_IF_MODIFIED_SINCE")):
        start_response("304 Not Modified", reply.repeated)
        return []
    start_response("200 OK", [*reply.headers, *([(MODIFIED, modified)] if modified else [])])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]


def is_known(etag: str, modified: str, tags: str | None, since: str | None) -> bool:
    """Tell whether a client has an answer already (RFC 9110, 13.2.2: its tags count first).

    A date counts only if it's the very one that was told: dates of several nodes' clocks
    can't be put in order.
    """
    if tags is not None:
        return matches(tags, etag)
    return bool(modified) and since == modified


def matches(known: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names an entity tag (RFC 9110, 13.1.2)."""
    if known == etag:
        return True
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return etag in tags or tags == ["*"]


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return lines.encode("latin-1") + b"\r\n"


@lru_cache(maxsize=1000)
def _http_date(second: int) -> str:
    return formatdate(second, usegmt=True)


class AtOnce(Protocol):
    """What answers a GET or HEAD without waiting, or gives None."""

    def __call__(
        self, target: bytes, headers: dict[bytes, bytes], peer: str, /
    ) -> Reply | None: ...
