"""Members, as an administrator finds them.

Opened by: an administrator whom somebody wrote to, or who was told of somebody. They find
the account by name, handle or address, see what it may do, and put it into groups.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rejoinder.errors import Missing
from rejoinder.members.find import search_members
from rejoinder.members.groups import groups_by_member, set_groups
from rejoinder.members.models import Group, Member
from rejoinder.members.standing import standing_name
from rejoinder.moderation.deeds.members import end_all_sessions
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.groups import BelongsForm
from rejoinder.web.forms.rules import StandingForm
from rejoinder.web.in_charge import in_charge, keep

PAGE = 50


@require_safe
@in_charge
def members(request: PageRequest) -> HttpResponse:
    """List members, the newest first, or those whom a search finds."""
    words, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    found = search_members(request.principal, words, after, PAGE)
    belongs = groups_by_member(request.principal, found.members)
    context: dict[str, object] = {
        "words": words,
        "rows": [
            (m, belongs[m.pk], standing_name(m.standing), _sanctions(m)) for m in found.members
        ],
        "after": found.after,
        "is_first": not after,
    }
    return page(request, "members.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def member_change(request: PageRequest, handle: str) -> HttpResponse:
    """Show what a member may do, and set the groups they belong to."""
    # One whose account was closed, too: that is what an administrator may want to see.
    member = Member.objects.filter(handle=handle).first()
    if member is None:
        raise Missing(_("There is no member at this address."))
    groups = list(gate.visible(request.principal, Group.objects.all()))
    if request.method != "POST":
        return _show(request, member, _form(request.principal, member, groups))
    form = BelongsForm(groups, request.POST)
    status = keep(form, lambda: set_groups(request.principal, member, form.cleaned_data["groups"]))
    if status != HTTPStatus.OK:
        return _show(request, member, form, status)
    messages.success(request, _("The groups of %s are changed.") % member.name)
    return SeeOther(reverse("member_change", args=[handle]))


@require_POST
@in_charge
def end_sessions(request: PageRequest, handle: str) -> HttpResponse:
    """Sign a member out of every browser, and do nothing else."""
    member = Member.objects.filter(handle=handle, is_active=True, is_staged=False).first()
    if member is None:
        raise Missing(_("There is no member at this address."))
    end_all_sessions(request.principal, member)
    messages.success(request, _("%s is signed out of every browser.") % member.name)
    return SeeOther(reverse("member_change", args=[handle]))


def _form(principal: Principal, member: Member, groups: list[Group]) -> BelongsForm:
    belongs = groups_by_member(principal, [member])[member.pk]
    return BelongsForm(groups, initial={"groups": [group.pk for group in belongs]})


def _show(
    request: PageRequest, member: Member, form: BelongsForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, object] = {
        "shown": member,
        "address": member.email
        if gate.shows(request.principal, gate.Field.ADDRESS, member)
        else "",
        "standing": standing_name(member.standing),
        "sanctions": _sanctions(member),
        "form": form,
        "standing_form": StandingForm(
            initial={"standing": member.standing if member.standing_is_set else ""}
        ),
        "moderating": reverse("moderate_member", args=[member.handle_id]),
    }
    return page(request, "member_change.html", context, status)


def _sanctions(member: Member) -> list[tuple[str, object]]:
    """Return what a member is kept from, each with the moment until which, or None."""
    now = timezone.now()
    found: list[tuple[str, object]] = []
    if not member.is_active:
        found.append((_("closed"), None))
    if member.silenced_until and member.silenced_until > now:
        found.append((_("silenced until"), member.silenced_until))
    if member.suspended_until and member.suspended_until > now:
        found.append((_("suspended until"), member.suspended_until))
    return found
