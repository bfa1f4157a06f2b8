"""A form that doesn't come from a page of ours, or from one that is too old: nothing is done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rejoinder.errors import Refused
from rejoinder.limits import security_log
from rejoinder.limits.asked_from import client_address
from rejoinder.web import error_pages
from rejoinder.web.answers import Way, give_back
from rejoinder.web.typed import typed_in

# The forms in which people write, and would lose what they wrote.
WRITING = {"respond", "start_thread", "edit"}


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 and why; from our own forms with the text in it, to be looked at again.

    What comes back is never posted by the same press: the button leads to the form,
    so that a text that somebody else put there is seen first.
    """
    match = request.resolver_match
    security_log.note(
        "forged_form",
        address=client_address(request),
        member=request.user.pk,
        page=match and match.view_name,
    )
    if match is not None and match.url_name in WRITING:
        problem = _(
            "Nothing was posted: the form was older than your present sign-in, or came from "
            "another site. Your text is below; look at it in a fresh form, and send it from there."
        )
        typed = typed_in(request).marked()
        return give_back(
            request, typed, Refused(problem), [Way(_("To a fresh form"), request.path)]
        )
    return error_pages.forged(request, reason)
