"""How pages with forms answer: never from a cache, on to another page after a deed,
and with the writer's text whenever something goes wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.translation import gettext as _

from rejoinder.errors import RejoinderError, TooMany, Unavailable
from rejoinder.policy.principals import Kind, Principal
from rejoinder.threads import outages
from rejoinder.web.error_pages import bare_around, page_of, say_when
from rejoinder.web.typed import Typed, typed_in

P = ParamSpec("P")
View = Callable[Concatenate["PageRequest", P], HttpResponse]


class PageRequest(HttpRequest):
    """A request as views get it: the middleware has said who asks."""

    principal: Principal


class SeeOther(HttpResponseRedirect):
    """On to another page after a deed; reloading that page does nothing again."""

    status_code = HTTPStatus.SEE_OTHER


@dataclass(frozen=True)
class Way:
    """A form that carries a text on to another page: the button's words, and where it leads."""

    label: str
    address: str


def page(
    request: HttpRequest, template: str, context: dict[str, object], status: int = HTTPStatus.OK
) -> HttpResponse:
    """Return a rendered page that no cache keeps."""
    response = HttpResponse(render_to_string(template, context, request), status=status)
    add_never_cache_headers(response)
    return response


def never_kept(view: View[P]) -> View[P]:
    """Let no cache keep what a view answers."""

    @functools.wraps(view)
    def uncached(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return uncached


def members_only(view: View[P]) -> View[P]:
    """Send guests to sign in, and back here afterwards."""

    @functools.wraps(view)
    def signed_in(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.principal.kind is Kind.GUEST:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return signed_in


def gives_back(view: View[P]) -> View[P]:
    """Give the writer's text back whatever a view of a posting form raises."""

    @functools.wraps(view)
    def careful(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            with outages.told():
                return view(request, *args, **kwargs)
        except RejoinderError as error:
            again = isinstance(error, Unavailable | TooMany)
            ways = [Way(_("Back to the form"), request.path)] if again else []
            return give_back(request, typed_in(request), error, ways)

    return careful


def give_back(
    request: HttpRequest, typed: Typed, error: RejoinderError, ways: Sequence[Way] = ()
) -> HttpResponse:
    """Return a page that says what was wrong and holds all that was typed.

    Its buttons carry the text on to where it can still be posted. It is drawn without
    the database if that is away.
    """
    status = page_of(error).status
    context: dict[str, object] = {
        "problem": error.message,
        "typed": typed,
        "ways": ways,
        "csrf_token": get_token(request),
    }
    try:
        response = page(request, "kept.html", context, status)
    except (DatabaseError, InterfaceError):
        body = render_to_string("kept.html", {**bare_around(), **context})
        response = HttpResponse(body, status=status)
    say_when(response, error)
    return response
