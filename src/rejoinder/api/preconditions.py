"""Edits on the condition that nothing has changed since one looked (RFC 9110 section 13.1.1)."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.http import parse_etags
from django.utils.translation import gettext as _

from rejoinder.api.problems import Outdated

if TYPE_CHECKING:
    from rejoinder.api.callers import Asked


def etag_of(response: HttpResponse) -> str:
    """Return the validator of an answer: a digest of its body."""
    return f'"{blake2b(response.content, digest_size=12).hexdigest()}"'


def seen_under(request: Asked) -> Any:
    """Return what stands at an address, if that is what If-Match names; None without If-Match.

    Asked after everything else about a request was looked at (section 13.2.1), and before the
    deed, which compares again under its locks. Raises Outdated.
    """
    given = request.headers.get("If-Match")
    if given is None:
        return None
    method, request.method = request.method, "GET"
    try:
        now = request.read_again()
    finally:
        request.method = method
    known = parse_etags(given)
    if now.status_code != 200 or (known != ["*"] and etag_of(now) not in known):
        raise Outdated(_("It has changed since. Read it again, then decide."))
    return json.loads(now.content)
