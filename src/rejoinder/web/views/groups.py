"""Groups, in pages of our own: what they are, and who belongs to them.

Opened by: an administrator who lets somebody into a board, or takes them out. They find the
group, add a name, and see at once who is in it and which boards that opens.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rejoinder.boards.grants import granting_to
from rejoinder.errors import Missing
from rejoinder.members import groups as deeds
from rejoinder.members.accounts import find_member
from rejoinder.members.models import Group
from rejoinder.policy import gate
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.groups import GroupForm, JoinForm
from rejoinder.web.in_charge import in_charge, keep

METHODS = ["GET", "HEAD", "POST"]
# Members on a page.
PAGE = 100


@require_safe
@in_charge
def groups(request: PageRequest) -> HttpResponse:
    """List the groups."""
    found = list(gate.visible(request.principal, Group.objects.all()))
    return page(request, "groups.html", {"groups": found})


@require_http_methods(METHODS)
@in_charge
def group_add(request: PageRequest) -> HttpResponse:
    """Show the form that makes a group, and make it."""
    if request.method != "POST":
        return page(request, "group_form.html", {"form": GroupForm()})
    form = GroupForm(request.POST)
    made: list[Group] = []
    status = keep(form, lambda: made.append(deeds.add_group(request.principal, form.change())))
    if status != HTTPStatus.OK:
        return page(request, "group_form.html", {"form": form}, status)
    messages.success(request, _("The group “%s” is there. Now add its members.") % made[0].name)
    return SeeOther(reverse("group_change", args=[made[0].pk]))


@require_http_methods(METHODS)
@in_charge
def group_change(request: PageRequest, pk: int) -> HttpResponse:
    """Show a group with its members and boards, and change its name or description."""
    group = _group(request, pk)
    if request.method != "POST":
        return _show(request, group)
    form = GroupForm(request.POST, of=group)
    status = keep(form, lambda: deeds.change_group(request.principal, group, form.change()))
    if status != HTTPStatus.OK:
        return _show(request, _group(request, pk), form=form, status=status)
    messages.success(request, _("The group “%s” is changed.") % group.name)
    return SeeOther(reverse("group_change", args=[pk]))


@require_POST
@in_charge
def group_join(request: PageRequest, pk: int) -> HttpResponse:
    """Put a member into a group, by name or handle."""
    group = _group(request, pk)
    form = JoinForm(request.POST)
    joined: list[str] = []

    def join() -> None:
        member = deeds.add_to_group(request.principal, group, form.cleaned_data["who"])
        joined.append(member.name)

    status = keep(form, join)
    if status != HTTPStatus.OK:
        return _show(request, group, join=form, status=status)
    said = _("%(member)s belongs to “%(group)s” now.") % {"member": joined[0], "group": group.name}
    messages.success(request, said)
    return SeeOther(reverse("group_change", args=[pk]) + "#members")


@require_POST
@in_charge
def group_leave(request: PageRequest, pk: int) -> HttpResponse:
    """Take a member out of a group."""
    group = _group(request, pk)
    member = find_member(request.POST.get("handle", ""))
    deeds.take_from_group(request.principal, group, member)
    said = _("%(member)s is no longer in “%(group)s”.") % {
        "member": member.name,
        "group": group.name,
    }
    messages.success(request, said)
    return SeeOther(reverse("group_change", args=[pk]) + "#members")


@require_POST
@in_charge
def group_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Remove a group that no board gives a right to."""
    group = _group(request, pk)
    deeds.remove_group(request.principal, group)
    messages.success(request, _("The group “%s” is removed.") % group.name)
    return SeeOther(reverse("groups"))


def _group(request: PageRequest, pk: int) -> Group:
    group = gate.visible(request.principal, Group.objects.filter(pk=pk)).first()
    if group is None:
        raise Missing(_("There is no such group."))
    return group


def _show(
    request: PageRequest,
    group: Group,
    *,
    form: GroupForm | None = None,
    join: JoinForm | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    after = request.GET.get("after", "")
    context: dict[str, object] = {
        "group": group,
        "form": form or GroupForm(of=group),
        "join": join or JoinForm(),
        "boards": granting_to(request.principal, group),
        "found": deeds.members_of(request.principal, group, after, PAGE),
        "is_first": not after,
    }
    return page(request, "group.html", context, status)
