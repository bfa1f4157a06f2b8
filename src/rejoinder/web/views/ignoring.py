"""Ignoring a member, and the list of those ignored.

Opened by: who is tired of somebody, from that member's page; later from the settings, to
see who is on the list and take them off.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rejoinder.members import ignoring as deeds
from rejoinder.members.models import Member
from rejoinder.threads.find import member_by_handle
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page


@require_safe
@never_kept
@members_only
def ignored(request: PageRequest) -> HttpResponse:
    """Show whom a member ignores."""
    member = Member.objects.get(pk=request.principal.member_id or 0)
    return page(request, "ignored.html", {"members": deeds.ignored_by(member)})


@require_POST
@never_kept
@members_only
def ignore(request: PageRequest, handle: str) -> HttpResponse:
    """Ignore a member, or ignore them no longer."""
    other = member_by_handle(request.principal, handle)
    if request.POST.get("button") == "stop":
        deeds.stop_ignoring(request.principal, other)
        messages.success(request, _("You ignore %s no longer.") % other.name)
    else:
        deeds.ignore(request.principal, other)
        messages.success(request, _("You ignore %s: their posts are folded now.") % other.name)
    if request.POST.get("next") == "list":
        return SeeOther(reverse("ignored"))
    return SeeOther(reverse("member", args=[other.handle_id]))
