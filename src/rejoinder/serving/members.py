"""Answers members from memory: a sitting tells who asks, and a page is kept for their audience."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, cast

from django.http import HttpResponse

from rejoinder.serving.encodings import Coding, takes_gzip
from rejoinder.serving.pages import Pages
from rejoinder.serving.replies import (
    Application,
    Environ,
    Headers,
    Reply,
    StartResponse,
    kept_headers,
    may_be_kept,
    sent,
)
from rejoinder.serving.sittings import PAGE_FOR, SharedPage, Sitting

# What a page is kept by: scheme, host, path, query.
Key = tuple[str, str, str, str]
# What tells a sitting: the cookies, the connection's other end, whom that says it forwards for.
Seat = tuple[str, str, str]

LONGEST_SEAT = 2000
PRIVATE = "private, no-cache"


class Members:
    """The sittings of a worker, and the pages that are filled for them. Any thread may ask.

    Who asks has just been told that all that was heard of changes is all there is.
    """

    def __init__(self, application: Application, pages: Pages, octets: int) -> None:
        """`octets` is the room for sittings; `pages` holds the pages, guests' and members'."""
        self.application = application
        self.pages = pages
        self.sittings = Pages(octets)

    def known(
        self, cookies: bytes, peer: str, forwarded: bytes, key: Key, accept: bytes
    ) -> Reply | None:
        """Return what a member's request is answered with, if it's here."""
        sitting = self._sitting((cookies.decode("latin-1"), peer, forwarded.decode("latin-1")))
        page = self._page(sitting, key)
        if sitting is None or page is None:
            return None
        return page.reply_to(sitting, _coding(accept.decode("latin-1")))

    def answer(
        self, key: Key, environ: Environ, start_response: StartResponse, *, is_plain: bool
    ) -> Iterable[bytes]:
        """Answer a member's GET or HEAD. `is_plain`: the key says all of its address."""
        seat = _seat(environ)
        sitting = self._sitting(seat)
        page = self._page(sitting, key)
        if sitting is not None and page is not None:
            return _send(page, sitting, environ, start_response)
        since, seated_since = self.pages.mark(), self.sittings.mark()
        held: list[tuple[str, Headers]] = []
        environ[PAGE_FOR] = lambda found: self._page(found, key)
        response = self.application(environ, lambda *head: held.append(head[:2]))
        status, headers = held[0]
        made = _made(response, status, headers)
        if made is None:
            start_response(status, headers)
            return response
        if sum(map(len, seat)) <= LONGEST_SEAT:
            self.sittings.put(seat, made.sitting, seated_since)
        is_asked_whole = is_plain and environ["REQUEST_METHOD"] == "GET"
        if made.is_new and made.page.tags and is_asked_whole:
            self.pages.put((made.sitting.audience, key), made.page, since)
        cast("HttpResponse", response).close()
        cookies = [header for header in headers if header[0].lower() == "set-cookie"]
        return _send(
            made.page,
            made.sitting,
            environ,
            lambda said, about: start_response(said, [*about, *cookies]),
        )

    def _sitting(self, seat: Seat) -> Sitting | None:
        sitting = self.sittings.get(seat)
        return sitting if isinstance(sitting, Sitting) and not sitting.is_over() else None

    def _page(self, sitting: Sitting | None, key: Key) -> SharedPage | None:
        """Return the page that's kept for a member's audience, if it holds for that member."""
        page = None if sitting is None else self.pages.get((sitting.audience, key))
        if not isinstance(page, SharedPage) or sitting is None:
            return None
        return None if sitting.member_id in page.not_for else page


def _seat(environ: Environ) -> Seat:
    return (
        environ["HTTP_COOKIE"],
        environ.get("REMOTE_ADDR", ""),
        environ.get("HTTP_X_FORWARDED_FOR", ""),
    )


class _Made(NamedTuple):
    sitting: Sitting
    page: SharedPage
    is_new: bool


def _made(response: Any, status: str, headers: Headers) -> _Made | None:
    """Return who sits there, and the page of their audience, if there is one."""
    sitting, at_hand = getattr(response, "sitting", None), getattr(response, "shared_page", None)
    if sitting is None:
        return None
    if at_hand is not None:
        return _Made(sitting, at_hand, is_new=False)
    if not may_be_kept(response, status, headers):
        return None
    kept = kept_headers(headers, PRIVATE)
    page = SharedPage(response.shown_tags, response.cut, kept, response.not_for)
    return _Made(sitting, page, is_new=True)


def _send(
    page: SharedPage, sitting: Sitting, environ: Environ, start_response: StartResponse
) -> list[bytes]:
    return sent(
        page.reply_to(sitting, _coding(environ.get("HTTP_ACCEPT_ENCODING", ""))),
        environ,
        start_response,
    )


def _coding(accept: str) -> Coding:
    """Return the coding of a page that is filled: pieces of zstd don't join."""
    return "gzip" if takes_gzip(accept) else "identity"
