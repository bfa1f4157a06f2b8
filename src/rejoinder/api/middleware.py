"""What holds for every request below /api/v1/, before anything else of it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from rejoinder.api import problems
from rejoinder.errors import Missing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

BELOW = "/api/v1"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A text has 256 KiB at most, which JSON may write in six characters for each.
MOST_OCTETS = 2 * 1024 * 1024


def for_programs(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Drop every cookie, so that no browser's session counts; refuse what isn't JSON or too long.

    Since no cookie is looked at, no other site can make a browser act in its member's name: so
    forms' tokens (CSRF) aren't asked for here. Stands before sessions are read.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info != BELOW and not request.path_info.startswith(BELOW + "/"):
            return answer(request)
        request.META.pop("HTTP_COOKIE", None)
        return _refused(request) or answer(request)

    return middleware


def _refused(request: HttpRequest) -> HttpResponse | None:
    if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        # No address of ours has one, and PostgreSQL refuses it.
        return problems.answer(problems.PROBLEMS[Missing], _("There is no such address."))
    octets = request.META.get("CONTENT_LENGTH") or "0"
    if request.method in SAFE or octets == "0":
        return None
    if not octets.isdigit() or int(octets) > MOST_OCTETS:
        detail = _("Send at most %d octets at once.") % MOST_OCTETS
        return problems.answer(problems.TOO_LARGE, detail)
    if request.content_type != "application/json":
        detail = _("Send the body as JSON, with “Content-Type: application/json”.")
        return problems.answer(problems.NOT_JSON, detail)
    return None
