"""Answers guests and members from memory; all else, and what isn't there yet, is the framework's.

A request that could be anybody's (no session, nothing but an address) is answered from
`Pages`. The key is the address with its meaningless parts left out; what a cookie or header
says never gets in, for a request that carries anything of the kind is neither answered as a
guest's nor kept as one. The exception is a guest's choice out of a few that are known.

Who comes with a session is known by their sitting, if the framework made one for the same
cookies from the same place; their pages are kept by audience, and filled (sittings.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import blake2b
from typing import cast
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from django.http import HttpResponse, parse_cookie

from rejoinder.events.read import EVERYTHING, Changed
from rejoinder.serving.encodings import Coding, chosen, decode, encode
from rejoinder.serving.freshness import Watch, wait_until_known
from rejoinder.serving.kept_page import PARAMETERS
from rejoinder.serving.members import Key, Members
from rejoinder.serving.pages import Page, Pages
from rejoinder.serving.replica import FROM_REPLICA, Replica
from rejoinder.serving.replies import (
    Application,
    Environ,
    Headers,
    Reply,
    StartResponse,
    kept_headers,
    may_be_kept,
    repeated_of,
    sent,
)

# The server speaks no TLS; a proxy before it does.
SCHEME = "http"
LONGEST_QUERY = 500
LONGEST_COOKIES = 1000
# Of what is remembered by its octets; longer ones are made up, or go the usual way.
LONGEST_TARGET = 1000
# Of the room for pages.
SHARE_FOR_SITTINGS = 0.2


@dataclass(frozen=True)
class Choice:
    """What a guest may have chosen out of a few, and a cookie remembers.

    Pages whose paths begin so may depend on it, others don't. Any other value is none.
    """

    cookie: str
    values: frozenset[str]
    paths: str

    def of(self, path: str, cookies: str) -> str | None:
        """Return what was chosen, empty if nothing; None if that can't be told for certain."""
        if self.cookie not in cookies or not path.startswith(self.paths):
            return ""
        # What isn't ASCII, the framework decodes before it reads it.
        if len(cookies) > LONGEST_COOKIES or not cookies.isascii():
            return None
        said = _cookie(self.cookie, cookies)
        return said if said in self.values else ""


NO_CHOICE = Choice("", frozenset(), "//")


class Front:
    """The WSGI application before Django's."""

    def __init__(
        self,
        application: Application,
        *,
        octets: int,
        cookies: Iterable[str],
        session: str = "",
        choice: Choice = NO_CHOICE,
        watch: Callable[[Callable[..., None]], Watch] = Watch,
        replica: Replica | None = None,
    ) -> None:
        """`cookies` are the names of those that make a request somebody's own, `session` the
        one by which a member may be known, `choice` what guests may have chosen; guests' pages
        are made from `replica`."""
        self.application = application
        self._cookies = tuple(cookies)
        self._cookie_octets = tuple(name.encode() for name in self._cookies)
        self._session = session
        self._session_octets = session.encode()
        self._choice = choice
        self.pages = Pages(octets)
        self.members = Members(application, self.pages, int(octets * SHARE_FOR_SITTINGS))
        self._watch = watch(self._hear)
        self._replica = replica

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        method = environ["REQUEST_METHOD"]
        if method not in ("GET", "HEAD"):
            answer = self.application(environ, start_response)
            wait_until_known()
            return answer
        cookies = environ.get("HTTP_COOKIE", "")
        is_members = bool(self._session) and self._session in cookies
        is_others = any(name in cookies for name in self._cookies) and not is_members
        # Looked before the cache is asked and before a page is begun.
        if "HTTP_AUTHORIZATION" in environ or is_others or not self._watch.look():
            return self.application(environ, start_response)
        query, is_plain = _normal(environ.get("QUERY_STRING", ""))
        key = (SCHEME, environ.get("HTTP_HOST", ""), environ["PATH_INFO"], query)
        if is_members:
            return self.members.answer(key, environ, start_response, is_plain=is_plain)
        return self._answer_guest(key, cookies, environ, start_response, is_plain=is_plain)

    def at_once(self, target: bytes, headers: dict[bytes, bytes], peer: str) -> Reply | None:
        """Return what a GET or HEAD is answered with, if that's here and needs no waiting.

        Called on the event loop: whatever takes longer (a page or a coding to be made, a look
        that may take long) gives None, and is done in a thread by calling this object. The
        names in `headers` are in lower case, and each was there once; `peer` is the address of
        the connection's other end.
        """
        host, accept = headers.get(b"host", b""), headers.get(b"accept-encoding", b"")
        if len(target) + len(host) + len(accept) > LONGEST_TARGET or b"authorization" in headers:
            return None
        key, coding = _wanted(target, host, accept)
        if not self._watch.glance():
            return None
        cookies = headers.get(b"cookie")
        if cookies is not None and any(name in cookies for name in self._cookie_octets):
            if self._session_octets not in cookies:
                return None
            forwarded = headers.get(b"x-forwarded-for", b"")
            return self.members.known(cookies, peer, forwarded, key, accept)
        said = self._choice.of(key[2], cookies.decode("latin-1")) if cookies else ""
        if said is None:
            return None
        page = self.pages.get(_kept_by(key, said))
        return page.variants.get(coding) if isinstance(page, Page) else None

    def look(self) -> None:
        """Learn for the first time what has changed, before anybody asks."""
        self._watch.look()

    def _hear(self, changes: list[Changed]) -> None:
        """Let fall what shows something that changed, and the sittings of whom it concerns."""
        self.members.sittings.hear(
            change for change in changes if change.seat or change == EVERYTHING
        )
        self.pages.hear(change for change in changes if not change.seat)

    def _answer_guest(
        self,
        key: Key,
        cookies: str,
        environ: Environ,
        start_response: StartResponse,
        *,
        is_plain: bool,
    ) -> Iterable[bytes]:
        chosen = self._choice.of(key[2], cookies)
        if chosen is None:
            return self.application(environ, start_response)
        kept_by = _kept_by(key, chosen)
        page = self.pages.get(kept_by)
        if isinstance(page, Page):
            return self._answer(kept_by, page, environ, start_response)
        if environ["REQUEST_METHOD"] != "GET" or not is_plain:
            self._offer_replica(environ)
            return self.application(environ, start_response)
        return self._make(kept_by, environ, start_response)

    def _answer(
        self, key: Hashable, page: Page, environ: Environ, start_response: StartResponse
    ) -> list[bytes]:
        coding = chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
        variant = page.variants.get(coding) or self._in_coding(key, page, coding)
        return sent(variant, environ, start_response)

    def _in_coding(self, key: Hashable, page: Page, coding: Coding) -> Reply:
        base = page.variants[page.base]
        made = _variant(decode(page.base, base.body), coding, base.headers)
        variant = made.dated(base.since)
        self.pages.add_variant(key, page, coding, variant)
        return variant

    def _offer_replica(self, environ: Environ) -> None:
        """Let the view have its page made from the replica, which is as far as what was heard.

        Called for a guest, after a look and after the mark.
        """
        if self._replica is not None and (position := self._watch.position) is not None:
            environ[FROM_REPLICA] = partial(self._replica.read, position)

    def _make(
        self, key: Hashable, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        since, began = self.pages.mark(), int(time.time())
        self._offer_replica(environ)
        held: list[tuple[str, list[tuple[str, str]]]] = []
        response = self.application(environ, lambda *head: held.append(head[:2]))
        status, headers = held[0]
        tags = getattr(response, "shown_tags", None)
        if not tags or not _is_everybodys(response, status, headers):
            start_response(status, headers)
            return response
        # Most clients ask for it compressed, and it takes a third of the room.
        coding = chosen(environ.get("HTTP_ACCEPT_ENCODING", ""))
        base: Coding = "gzip" if coding == "identity" else coding
        body = cast("HttpResponse", response).content
        told = began if getattr(response, "tells_since", False) else None
        page = Page(frozenset(tags), base, {base: _variant(body, base, headers).dated(told)})
        self.pages.put(key, page, since)
        cast("HttpResponse", response).close()
        return self._answer(key, page, environ, start_response)


def _kept_by(key: Key, choice: str) -> Hashable:
    """Return what a guest's page is kept by, who chose so."""
    return (*key, choice) if choice else key


@lru_cache(maxsize=1000)
def _cookie(name: str, cookies: str) -> str:
    """Return a cookie's value, read as the framework reads it; empty if it isn't there."""
    return parse_cookie(cookies).get(name, "")


def _is_everybodys(response: object, status: str, headers: list[tuple[str, str]]) -> bool:
    """Tell whether an answer may be given to the next guest too."""
    said = next((value for name, value in headers if name.lower() == "cache-control"), "")
    is_private = any(word in said for word in ("private", "no-store"))
    return may_be_kept(response, status, headers) and not is_private


def _variant(body: bytes, coding: Coding, headers: Headers) -> Reply:
    octets = encode(coding, body)
    etag = f'"{blake2b(body, digest_size=12).hexdigest()}-{coding}"'
    kept = kept_headers(headers, "no-cache")
    if coding != "identity":
        kept.append(("Content-Encoding", coding))
    kept += [("Content-Length", str(len(octets))), ("ETag", etag)]
    return Reply.of(etag, kept, octets, repeated=repeated_of(kept))


@lru_cache(maxsize=10_000)
def _wanted(target: bytes, host: bytes, accept: bytes) -> tuple[Key, Coding]:
    """Return the key of a request, the same as for its WSGI environment, and the coding."""
    path, _mark, query = target.partition(b"?")
    key = (
        SCHEME,
        host.decode("latin-1"),
        unquote_to_bytes(path).decode("latin-1"),
        _normal(query.decode("latin-1"))[0],
    )
    return key, chosen(accept.decode("latin-1"))


def _normal(query: str) -> tuple[str, bool]:
    """Return a query without what no page depends on, in order; and whether that was all."""
    if not query:
        return "", True
    return _parsed(query) if len(query) <= LONGEST_QUERY else (query, False)


@lru_cache(maxsize=1000)
def _parsed(query: str) -> tuple[str, bool]:
    pairs = parse_qsl(query, keep_blank_values=True)
    known = {name: value for name, value in pairs if name in PARAMETERS}
    return urlencode(sorted(known.items())), len(known) == len(pairs)
