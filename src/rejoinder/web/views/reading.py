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
    post_ids = deeds.ids_of(request.principal, named)
    deeds.mark_read(request.principal, post_ids, whole_number(request, "as_of"))
    if "next" not in request.POST:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    messages.success(request, _("Marked as read."))
    return back_to(request)


@require_POST
@never_kept
@members_only
def mark_unread(request: PageRequest) -> HttpResponse:
    """Mark posts as new again by their public ids; back to the page that it says."""
    named = request.POST.get("posts", "").split()
    deeds.mark_unread(request.principal, deeds.ids_of(request.principal, named))
    if "next" not in request.POST:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    messages.success(request, _("Marked as new."))
    return back_to(request)


def back_to(request: PageRequest, default: str = "front") -> SeeOther:
    """Lead back to the page of ours that a form names, else to the one of a name."""
    back = request.POST.get("next", "")
    is_here = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return SeeOther(back if is_here else reverse(default))


def whole_number(request: PageRequest, name: str) -> int | None:
    """Return a number that a form sent along; None if it sent none, or something else."""
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 18 else None
