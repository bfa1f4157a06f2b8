"""What every answer of the API has: problems for errors, validators, and what caches may do."""

from __future__ import annotations

import functools
from collections.abc import Callable
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _

from rejoinder.api import problems
from rejoinder.errors import Missing

View = Callable[..., HttpResponse]

# For the program's own store alone, and asked again each time (RFC 9111): what somebody may
# see changes with every deed.
ASK_AGAIN = "private, no-cache"


def answered(view: View) -> View:
    """Return a view as it stands at an address of the API."""

    @functools.wraps(view)
    def answering(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        method = request.method
        if method == "HEAD":
            # As GET; whoever serves leaves out the body (RFC 9110 section 9.3.2).
            request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:
            response = problems.answer_to(request, error)
        finally:
            request.method = method
        if response.status_code == 405:
            response = _no_method(response)
        return _finished(request, response)

    # No cookie is looked at (middleware.py): there is nothing to forge.
    answering.csrf_exempt = True  # type: ignore[attr-defined]
    return answering


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


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Authorization"])
    if request.method not in ("GET", "HEAD") or response.status_code != 200:
        response["Cache-Control"] = problems.NEVER_KEPT
        return response
    response["Cache-Control"] = ASK_AGAIN
    digest = blake2b(response.content, digest_size=12).hexdigest()
    response["ETag"] = f'"{digest}"'
    unchanged = get_conditional_response(request, etag=response["ETag"], response=response)
    assert isinstance(unchanged, HttpResponse)
    return unchanged
