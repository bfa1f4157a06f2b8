"""Finished answers, as octets that are sent by one write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

Headers = list[tuple[str, str]]

# Which of a page's headers "not modified" repeats (RFC 9110, 15.4.5).
REPEATED = frozenset({"cache-control", "content-location", "date", "etag", "expires", "vary"})


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

    @classmethod
    def of(cls, etag: str, headers: Headers, body: bytes, *, repeated: Headers) -> Reply:
        """Return the reply with these headers and this body."""
        head = _lines(headers)
        return cls(etag, headers, repeated, head + body, len(head), _lines(repeated))

    @property
    def body(self) -> bytes:
        """The body, in its coding."""
        return self.whole[self.body_at :]


def repeated_of(headers: Headers) -> Headers:
    """Return those of a page's headers that "not modified" repeats."""
    return [header for header in headers if header[0].lower() in REPEATED]


def matches(known: str, etag: str) -> bool:
    """Tell whether an If-None-Match header names an entity tag (RFC 9110, 13.1.2)."""
    if known == etag:
        return True
    tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
    return etag in tags or tags == ["*"]


def _lines(headers: Iterable[tuple[str, str]]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return lines.encode("latin-1") + b"\r\n"


class AtOnce(Protocol):
    """What answers a GET or HEAD without waiting, or gives None."""

    def __call__(self, target: bytes, headers: dict[bytes, bytes], /) -> Reply | None: ...
