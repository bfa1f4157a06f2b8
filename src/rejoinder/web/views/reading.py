"""Marking posts as read.

Opened by: who presses "Mark these as read" below a list or a post; and by the script, which
sends what has been on screen for a moment (web/static/rejoinder.js). No page marks anything
by being opened.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rejoinder.reading import mark as deeds
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept


@require_POST
@never_kept
@members_only
def mark_read(request: PageRequest) -> HttpResponse:
    """Mark posts as read by their public ids; back to the page that asked, if it says which."""
    named = request.POST.get("posts", "").split()
    deeds.mark_read(request.principal, deeds.ids_of(request.principal, named))
    back = request.POST.get("next")
    if back is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    messages.success(request, _("Marked as read."))
    is_here = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return SeeOther(back if is_here else reverse("front"))
