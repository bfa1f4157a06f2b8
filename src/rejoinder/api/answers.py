"""What every answer of the API has: problems for errors, validators, and what caches may do."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from rejoinder.api import problems
from rejoinder.api.once import once
from rejoinder.api.preconditions import etag_of
from rejoinder.errors import Missing
from rejoinder.limits import left
from rejoinder.limits.left import Left

View = Callable[..., HttpResponse]

# For the program's own store alone, and asked again each time (RFC 9111): what somebody may
# see changes with every deed.
ASK_AGAIN = "private, no-cache"


def answered(view: View) -> View:
    """Return a view as it stands at an address of the API."""

    @functools.wraps(view)
    def answering(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with left.told() as limits:
            response = _answer_to_all(request, lambda: view(request, *args, **kwargs))
        if response.status_code == 405:
            response = _no_method(response)
        if limits:
            _tell_limits(response, limits)
        return _finished(request, response)

    # No cookie is looked at (middleware.py): there is nothing to forge.
    answering.csrf_exempt = True  # type: ignore[attr-defined]
    return answering


def _answer_to_all(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Return a view's answer, or the problem that it has."""
    method = request.method
    if method == "HEAD":
        # As GET; whoever serves leaves out the body (RFC 9110 section 9.3.2).
        request.method = "GET"
    try:
        return _answer(request, view)
    except Exception as error:
        return problems.answer_to(request, error)
    finally:
        request.method = method


def _answer(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    """Return a view's answer; of a write, what was done once under a key."""
    request.read_again = view  # type: ignore[attr-defined]
    return once(request, view)


def missing(request: HttpRequest) -> HttpResponse:
    """Answer for an address that there isn't."""
    return problems.answer_to(request, Missing(_("There is no such address.")))


def _no_method(response: HttpResponse) -> HttpResponse:
    allow = response.get("Allow", "GET")
    if "GET" in allow:
        allow += ", HEAD"
    told = problems.answer(problems.NO_METHOD, _("This address takes: %s.") % allow)
    told["Allow"] = allow
    return told


def _tell_limits(response: HttpResponse, limits: Sequence[Left]) -> None:
    """Say what is left of each limit that a write was counted under.

    Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
    """
    policies = {
        each.limit.name: f"q={each.limit.most};w={int(each.limit.period.total_seconds())}"
        for each in limits
    }
    rests = {
        each.limit.name: f"r={each.attempts};t={max(1, int(each.until_more.total_seconds()))}"
        for each in limits
    }
    for header, told in {"RateLimit-Policy": policies, "RateLimit": rests}.items():
        response[header] = ", ".join(f'"{name}";{terms}' for name, terms in told.items())


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Authorization"])
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        response["Cache-Control"] = problems.NEVER_KEPT
        return response
    response["Cache-Control"] = ASK_AGAIN
    response["ETag"] = etag_of(response)
    unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
    assert isinstance(unchanged, HttpResponse)
    return unchanged
