"""What holds for every request below /api/v1/, before anything else of it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from rejoinder.errors import Missing

if TYPE_CHECKING:
    from django.http import HttpRequest

ABOVE = "/api/"
BELOW = "/api/v1"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# A text has 256 KiB at most, which JSON may write in six characters for each.
MOST_OCTETS = 2 * 1024 * 1024

# What pages of other origins may send and see, for an hour from their question.
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
    ),
    "Access-Control-Max-Age": "3600",
}
EXPOSED = (
    "ETag, Link, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, "
    "WWW-Authenticate"
)


def for_programs(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Drop every cookie, so that no browser's session counts; refuse what isn't JSON or too long.

    Since no cookie is looked at, no other site can make a browser act in its member's name: so
    forms' tokens (CSRF) aren't asked for here. Stands before sessions are read.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(ABOVE):
            # What the API stands on is loaded by the first who asks for it.
            request.urlconf = settings.API_URLCONF
        if request.path_info != BELOW and not request.path_info.startswith(BELOW + "/"):
            return answer(request)
        request.META.pop("HTTP_COOKIE", None)
        if (origin := request.headers.get("Origin", "")) not in settings.API_ORIGINS:
            return _refused(request) or answer(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _may_be_read_by(origin, HttpResponse(status=204, headers=PREFLIGHT))
        return _may_be_read_by(origin, _refused(request) or answer(request))

    return middleware


def _may_be_read_by(origin: str, response: HttpResponse) -> HttpResponse:
    """Let pages of an origin that the operator names read an answer; credentials never go along.

    Not any origin: what guests read on a club's own network isn't for every page on the web that
    one of its browsers has open (settings: api_origins).
    """
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Expose-Headers"] = EXPOSED
    # A page of ours may be read there, which the site's other pages may not.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_vary_headers(response, ["Origin"])
    return response


def _refused(request: HttpRequest) -> HttpResponse | None:
    from rejoinder.api import problems

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
