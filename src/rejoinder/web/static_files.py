"""Serves style sheets, scripts and the icon from memory, before Django sees the request.

There are few of them, and small, so each is read once, hashed and compressed as a worker
starts: no step that collects files, and nothing read by a name that a request brought.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rejoinder.web.middleware import security_headers

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
# A file of another kind stops the start, until it's said here what it is.
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
DIGEST_LENGTH = 12
# An address carries a hash of the file: what it names never changes.
FOR_EVER = "public, max-age=31536000, immutable"
# By its bare name, or the hash of another version (a page that was open over an upgrade).
ASK_AGAIN = "no-cache"
_hashed = re.compile(rf"\.[0-9a-f]{{{DIGEST_LENGTH}}}(?=\.[a-z]+$)")


@dataclass(frozen=True)
class StaticFile:
    """One file, as it is and compressed."""

    name: str
    kind: str
    digest: str
    plain: bytes
    compressed: bytes

    @property
    def hashed_name(self) -> str:
        """The name with a hash of the file in it: `rejoinder.0123456789ab.css`."""
        stem, _dot, suffix = self.name.rpartition(".")
        return f"{stem}.{self.digest}.{suffix}"


@cache
def files() -> dict[str, StaticFile]:
    """Return the files that there are, by their bare names."""
    return {path.name: _read(path) for path in sorted(FOLDER.iterdir())}


def address_of(name: str) -> str:
    """Return the address of a static file; it changes when the file does."""
    return PREFIX + files()[name].hashed_name


def before(application: WSGIApplication) -> WSGIApplication:
    """Return an application that answers for static files, and asks this one for all else."""
    files()

    def serving(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] in {"GET", "HEAD"}:
            asked = path.removeprefix(PREFIX)
            if found := files().get(_hashed.sub("", asked)):
                return _answer(found, asked, environ, start)
        return application(environ, start)

    return serving


def _answer(
    found: StaticFile, asked: str, environ: WSGIEnvironment, start: StartResponse
) -> Iterable[bytes]:
    is_small = found.compressed and _takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    # Two bodies are two representations, each with a tag of its own (RFC 9110 section 8.8.3.3).
    tag = f'"{found.digest}-gzip"' if is_small else f'"{found.digest}"'
    headers = {
        **security_headers(),
        "Cache-Control": FOR_EVER if asked == found.hashed_name else ASK_AGAIN,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    if _has(tag, environ.get("HTTP_IF_NONE_MATCH", "")):
        start("304 Not Modified", list(headers.items()))
        return [b""]
    body = found.compressed if is_small else found.plain
    headers |= {"Content-Type": found.kind, "Content-Length": str(len(body))}
    if is_small:
        headers["Content-Encoding"] = "gzip"
    start("200 OK", list(headers.items()))
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _takes_gzip(accepted: str) -> bool:
    """Tell whether gzip is named, and not with the weight 0 (RFC 9110 section 12.5.3)."""
    for part in accepted.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if coding.strip() == "gzip":
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False


def _has(tag: str, known: str) -> bool:
    """Tell whether If-None-Match names a tag; weak ones count too (RFC 9110 section 13.1.2)."""
    tags = [part.strip().removeprefix("W/") for part in known.split(",")]
    return tag in tags or tags == ["*"]


def _read(path: Path) -> StaticFile:
    plain = path.read_bytes()
    compressed = gzip.compress(plain, 9, mtime=0)
    return StaticFile(
        name=path.name,
        kind=KINDS[path.suffix],
        digest=hashlib.sha256(plain).hexdigest()[:DIGEST_LENGTH],
        plain=plain,
        compressed=compressed if len(compressed) < len(plain) else b"",
    )
