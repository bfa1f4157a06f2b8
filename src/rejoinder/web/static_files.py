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

from rejoinder.serving.replies import Reply, matches
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
            reply = _reply(asked, takes_gzip=_takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")))
            if reply is not None:
                return _answer(reply, environ, start)
        return application(environ, start)

    return serving


def at_once(target: bytes, headers: dict[bytes, bytes], _peer: str) -> Reply | None:
    """Return what a GET or HEAD is answered with on the event loop, if it's for a file."""
    if not target.startswith(PREFIX.encode()):
        return None
    asked = target.decode("latin-1").partition("?")[0].removeprefix(PREFIX)
    accepted = headers.get(b"accept-encoding", b"").decode("latin-1")
    return _reply(asked, takes_gzip=_takes_gzip(accepted))


def _reply(asked: str, *, takes_gzip: bool) -> Reply | None:
    found = files().get(_hashed.sub("", asked))
    if found is None:
        return None
    is_current = asked == found.hashed_name
    return _made(found, tuple(security_headers().items()), is_current, takes_gzip)


@cache
def _made(
    found: StaticFile, secure: tuple[tuple[str, str], ...], is_current: bool, takes_gzip: bool
) -> Reply:
    is_small = takes_gzip and bool(found.compressed)
    # Two bodies are two representations, each with a tag of its own (RFC 9110 section 8.8.3.3).
    tag = f'"{found.digest}-gzip"' if is_small else f'"{found.digest}"'
    common = {
        **dict(secure),
        "Cache-Control": FOR_EVER if is_current else ASK_AGAIN,
        "ETag": tag,
        "Vary": "Accept-Encoding",
    }
    body = found.compressed if is_small else found.plain
    headers = common | {"Content-Type": found.kind, "Content-Length": str(len(body))}
    if is_small:
        headers["Content-Encoding"] = "gzip"
    return Reply.of(tag, list(headers.items()), body, repeated=list(common.items()))


def _answer(reply: Reply, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    if matches(environ.get("HTTP_IF_NONE_MATCH", ""), reply.etag):
        start("304 Not Modified", reply.repeated)
        return [b""]
    start("200 OK", reply.headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else reply.body]


def _takes_gzip(accepted: str) -> bool:
    """Tell whether gzip is named, and not with the weight 0 (RFC 9110 section 12.5.3)."""
    for part in accepted.lower().split(","):
        coding, _semicolon, weight = part.partition(";")
        if coding.strip() == "gzip":
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False


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
