"""Pages of lists: opaque cursors, and the links to the pages beside (RFC 8288)."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query
from pydantic import Field

from rejoinder.errors import BadInput
from rejoinder.threads.paging import START, Cursor, Slice

MOST, USUAL = 100, 30
MOST_CURSOR = 80

CursorText = Annotated[
    str,
    Query(description="Where the page begins: `next` or `previous` of another page."),
    Field(max_length=MOST_CURSOR),
]
Limit = Annotated[
    int, Query(description="How many there are on a page, at most."), Field(ge=1, le=MOST)
]


def read(text: str) -> Cursor:
    """Return the cursor that a program was given earlier. Raises BadInput if it's none."""
    if not text:
        return START
    try:
        padded = text + "=" * (-len(text) % 4)
        side, _colon, name = base64.b64decode(padded, b"-_", validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        side, name = "", ""
    if side not in ("a", "b") or not (name.isascii() and name.isalnum()):
        raise BadInput(_("This cursor isn't one of ours. Begin without one."))
    return Cursor(after=name) if side == "a" else Cursor(before=name)


def written(cursor: Cursor | None) -> str | None:
    """Return a cursor as programs get it; None for no page, and for the beginning nothing."""
    if cursor is None:
        return None
    if not cursor.post:
        return ""
    text = f"{'a' if cursor.after else 'b'}:{cursor.post}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def beside(request: HttpRequest, response: HttpResponse, page: Slice[Any]) -> dict[str, str | None]:
    """Return the cursors of the pages beside one, and put links to them into the answer."""
    found = {"next": written(page.later), "previous": written(page.earlier)}
    relations = {"next": found["next"], "prev": found["previous"]}
    links = [
        f'<{_address(request, cursor)}>; rel="{relation}"'
        for relation, cursor in {"first": "", **relations}.items()
        if cursor is not None
    ]
    response["Link"] = ", ".join(links)
    return found


def _address(request: HttpRequest, cursor: str) -> str:
    asked = {name: value for name, value in request.GET.items() if name != "cursor"}
    if cursor:
        asked["cursor"] = cursor
    query = urlencode(asked)
    return f"{request.path}?{query}" if query else request.path
