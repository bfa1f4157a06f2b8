"""Edits on the condition that nothing has changed since one looked (RFC 9110 section 13.1.1)."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from rejoinder.api.problems import Outdated


def etag_of(response: HttpResponse) -> str:
    """Return the validator of an answer: a digest of its body."""
    return f'"{blake2b(response.content, digest_size=12).hexdigest()}"'


def check_unchanged(request: HttpRequest, read: Callable[[], HttpResponse]) -> None:
    """Raise Outdated unless what stands at an address is what If-Match names.

    `read` answers with what stands there, as for GET. The deed then compares again, under its
    locks, with what was read here: `request.seen_body`.
    """
    given = request.headers.get("If-Match")
    if given is None:
        return
    method, request.method = request.method, "GET"
    try:
        now = read()
    finally:
        request.method = method
    if now.status_code != 200:
        # Missing or refused: the deed says so better.
        return
    known = parse_etags(given)
    if known != ["*"] and etag_of(now) not in known:
        raise Outdated(_("It has changed since. Read it again, then decide."))
    request.seen_body = now.content  # type: ignore[attr-defined]
