"""What the pages answer when something is the matter: one table, and the pages it makes.

Opened by: nobody on purpose. Each page says what was wrong and what to do now.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import DisallowedHost
from django.db import DatabaseError, DataError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder import __version__
from rejoinder.boards.models import Site
from rejoinder.errors import (
    BadInput,
    Conflict,
    Missing,
    Refused,
    RejoinderError,
    TooMany,
    Unavailable,
)
from rejoinder.limits import security_log
from rejoinder.limits.asked_from import client_address
from rejoinder.web.requests import member_of, waits_for_second_step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

RETRY_SECONDS = 30


@dataclass(frozen=True)
class Page:
    """What an error's page says and with which status."""

    status: int
    heading: str | _StrPromise
    advice: str | _StrPromise


_GO_BACK = gettext_lazy("Go back in your browser: what you typed should still be there.")
_BROWSE = gettext_lazy("Look for it from the boards, or check the address.")
_LATER = gettext_lazy("Nothing is lost on our side. Try again in a minute.")

# Every error that a deed may raise; subclasses answer as the nearest above them.
PAGES: dict[type[RejoinderError], Page] = {
    BadInput: Page(400, gettext_lazy("That can’t be taken as it is"), _GO_BACK),
    Refused: Page(
        403,
        gettext_lazy("Not allowed"),
        gettext_lazy("Others may do this, but your account may not."),
    ),
    Missing: Page(404, gettext_lazy("Nothing here"), _BROWSE),
    TooMany: Page(
        429,
        gettext_lazy("Too much at once"),
        gettext_lazy("Nothing was changed. Go back then: what you typed should still be there."),
    ),
    Conflict: Page(409, gettext_lazy("Changed meanwhile"), _GO_BACK),
    Unavailable: Page(503, gettext_lazy("Not now"), _LATER),
    RejoinderError: Page(500, gettext_lazy("Something went wrong"), _LATER),
}
NO_FORM = Page(
    403,
    gettext_lazy("This form has expired"),
    gettext_lazy(
        "Nothing was changed. Go back, reload the page and send it again. If that doesn’t "
        "help, let your browser keep this site’s cookies."
    ),
)
NO_SECOND_STEP = Page(
    403,
    gettext_lazy("A second step first"),
    gettext_lazy(
        "This site asks those who administer or moderate it for a second step when they sign "
        "in. Set up an authenticator app or a passkey, then this page is yours again."
    ),
)
NO_METHOD = Page(
    405, gettext_lazy("Not that way"), gettext_lazy("Open the page from a link instead.")
)


def page_of(error: RejoinderError) -> Page:
    """Return the page of an error, by its kind."""
    return next(PAGES[kind] for kind in type(error).__mro__ if kind in PAGES)


def say_when(response: HttpResponseBase, error: RejoinderError | None) -> None:
    """Add when to come back (RFC 9110 section 10.2.3), of an error that passes with time."""
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.retry_after_seconds)
    elif isinstance(error, Unavailable):
        response["Retry-After"] = str(RETRY_SECONDS)


class ErrorPages:
    """Middleware: answers with a page what a deed or a look-up raised."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _holds_nul(request):
            return render_page(request, PAGES[Missing])
        response = self.answer(request)
        if (
            response.status_code == 405
            and isinstance(response, HttpResponse)
            and not response.content
        ):
            page = render_page(request, NO_METHOD)
            page["Allow"] = response.get("Allow", "")
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Answer for an error of our tree, or for a database that can't answer now."""
        if isinstance(error, OperationalError):
            error = Unavailable(_("The database is busy or full and can’t answer."))
        if isinstance(error, DataError) and "NUL" in str(error):
            # PostgreSQL refuses one, which no form of ours sends but in texts, where it's cut.
            error = BadInput(_("What was sent holds a character that no text may have."))
        if not isinstance(error, RejoinderError):
            return None
        if isinstance(error, Refused) and not error.is_noted and member_of(request):
            match = request.resolver_match
            view = match and match.view_name
            _note(request, "refused", member=request.user.pk, page=view)
        if isinstance(error, Refused) and member_of(request) is None:
            return redirect_to_login(request.get_full_path(), reverse("account_login"))
        if isinstance(error, Refused) and waits_for_second_step(request):
            ways = [(reverse("mfa_index"), _("Set up a second step"))]
            return render_page(request, NO_SECOND_STEP, ways=ways)
        response = render_page(request, page_of(error), error.message)
        say_when(response, error)
        return response


def _holds_nul(request: HttpRequest) -> bool:
    """Tell whether an address holds a NUL: no link of ours does, and PostgreSQL refuses one."""
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")


def render_page(
    request: HttpRequest, page: Page, message: str = "", ways: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    """Return an error's page, with the site around it; bare if the database can't answer.

    `ways` are addresses to go to first, each with its button's words.
    """
    context = {
        "heading": page.heading,
        "advice": page.advice,
        "message": message,
        "ways": [*ways, (reverse("front"), _("To the boards"))],
    }
    try:
        body = render_to_string("error.html", context, request)
    except DatabaseError:
        return bare_page(page, message)
    return HttpResponse(body, status=page.status)


def bare_page(page: Page, message: str = "") -> HttpResponse:
    """Return an error's page that needs neither the database nor a session."""
    context = {
        "heading": page.heading,
        "advice": page.advice,
        "message": message,
        "ways": [(reverse("front"), _("To the boards"))],
    }
    body = render_to_string("error.html", {**bare_around(), **context})
    return HttpResponse(body, status=page.status)


def bare_around() -> dict[str, object]:
    """Return what the base template shows when neither database nor session can answer."""
    return {
        "site": Site(),
        "language": "en",
        "direction": "ltr",
        "zone": settings.TIME_ZONE,
        "version": __version__,
        "member": None,
        "ignored": frozenset(),
        "has_desk": False,
        "own": None,
        "open_sign_up": False,
        "request": None,
    }


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django can't take, perhaps before it's known who asks."""
    message = ""
    if isinstance(exception, DisallowedHost):
        _note(request, "wrong_host")
        message = _(
            "This site doesn’t answer to that name. Its operator sets the name with the "
            "option “url”."
        )
    return bare_page(PAGES[BadInput], message)


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that Django refused."""
    return render_page(request, PAGES[Refused])


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for an address that leads nowhere."""
    return render_page(request, PAGES[Missing])


def broken(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours; touches neither the database nor the session."""
    return bare_page(PAGES[RejoinderError])


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or wrong (CSRF)."""
    return render_page(request, NO_FORM)


def _note(request: HttpRequest, event: str, **facts: object) -> None:
    """Note in the security log what was refused outside of any deed."""
    security_log.note(event, address=client_address(request), **facts)
