"""Browsers in which a member was signed in before: nobody else's wrong passwords count there.

Otherwise a stranger could keep a member out by trying on. A cookie holds a random name of the
browser, and for each of its members a mark that only the server can make; it opens nothing, and
tells nothing of who they are.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

from rejoinder.members.models import Member

KEPT_SECONDS = 180 * 24 * 3600
# A family's computer; who signed in longest ago is forgotten first.
MOST_MEMBERS = 5
MARK_LENGTH = 32
_cookie = re.compile(
    rf"([\w-]{{22}})((?:\.[0-9a-f]{{{MARK_LENGTH}}}){{1,{MOST_MEMBERS}}})", re.ASCII
)


def cookie_name() -> str:
    """Return what the cookie is called."""
    return f"{settings.COOKIE_PREFIX}known"


def browser_known_to(request: HttpRequest | None, members: Iterable[Member | None]) -> str:
    """Return the name of the browser if one of these was signed in there; empty otherwise."""
    name, marks = _read(request)
    for member in members if marks else ():
        if member is not None and _is_among(_mark(name, member), marks):
            return name
    return ""


def holds_marks(request: HttpRequest | None) -> bool:
    """Tell whether somebody was signed in in this browser, as it says."""
    return bool(_read(request)[1])


def cookie_for(request: HttpRequest, member: Member) -> str:
    """Return the cookie of a browser in which a member has just signed in."""
    name, marks = _read(request)
    name = name or secrets.token_urlsafe(16)
    mark = _mark(name, member)
    others = [other for other in marks if other != mark]
    return ".".join([name, mark, *others[: MOST_MEMBERS - 1]])


def _read(request: HttpRequest | None) -> tuple[str, list[str]]:
    sent = request.COOKIES.get(cookie_name(), "") if request is not None else ""
    found = _cookie.fullmatch(sent)
    return (found[1], found[2].split(".")[1:]) if found else ("", [])


def _mark(name: str, member: Member) -> str:
    told = salted_hmac("rejoinder.known_browser", f"{name}:{member.pk}", algorithm="sha256")
    return told.hexdigest()[:MARK_LENGTH]


def _is_among(mark: str, marks: list[str]) -> bool:
    return any(constant_time_compare(mark, other) for other in marks)
