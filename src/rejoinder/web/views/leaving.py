"""Leaving: take everything along, or delete the account.

Opened by: a member, from their settings, who has just shown that it's them. The page says
exactly what goes and what stays before anything is done.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rejoinder.errors import Refused, Unavailable
from rejoinder.members import export as exports
from rejoinder.members.leave import check_leave, leave, what_goes
from rejoinder.members.models import Member
from rejoinder.text.names import look_key
from rejoinder.threads import outages
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page

METHODS = ["GET", "HEAD", "POST"]


class DeleteForm(forms.Form):
    """What becomes of the posts, and the name typed as a confirmation."""

    posts = forms.ChoiceField(
        label=gettext_lazy("Your posts"),
        choices=[
            ("keep", gettext_lazy("stay, signed “former member”")),
            (
                "withdraw",
                gettext_lazy("are withdrawn: their titles, texts and files are erased"),
            ),
        ],
        widget=forms.RadioSelect,
    )
    confirmation = forms.CharField(
        max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        self.fields["confirmation"].label = _("Type your name, %s, to confirm") % member.name

    def clean_confirmation(self) -> str:
        """Return the name; it needn't be typed more exactly than at signing in."""
        typed: str = self.cleaned_data["confirmation"]
        if look_key(typed) != look_key(self.member.name):
            raise forms.ValidationError(
                _("That isn't your name. Type it as it stands above to delete the account.")
            )
        return typed


@require_http_methods(METHODS)
@never_kept
@members_only
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: PageRequest) -> HttpResponseBase:
    """Say what an export holds, and hand it out."""
    if request.method != "POST":
        return page(request, "export.html", {})
    with outages.told():
        file = exports.export(request.principal, _oneself(request))
    name = f"rejoinder-export-{timezone.now():%Y-%m-%d}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@require_http_methods(METHODS)
@never_kept
@members_only
@reauthentication_required  # type: ignore[untyped-decorator]
def delete(request: PageRequest) -> HttpResponse:
    """Say what deleting the account does, and do it."""
    member = _oneself(request)
    try:
        check_leave(request.principal, member)
    except Refused as error:
        context: dict[str, object] = {"refusal": error.message}
        return page(request, "delete_account.html", context, HTTPStatus.FORBIDDEN)
    if request.method != "POST":
        return _show(request, member, DeleteForm(member))
    form = DeleteForm(member, request.POST)
    if not form.is_valid():
        return _show(request, member, form, HTTPStatus.BAD_REQUEST)
    try:
        with outages.told():
            leave(request.principal, member, withdraws=form.cleaned_data["posts"] == "withdraw")
    except Unavailable as error:
        form.add_error(None, error.message)
        return _show(request, member, form, HTTPStatus.SERVICE_UNAVAILABLE)
    logout(request)
    messages.success(request, _("Your account is deleted, and you are signed out. Farewell."))
    return SeeOther(reverse("front"))


def _oneself(request: PageRequest) -> Member:
    return Member.objects.get(pk=request.principal.member_id or 0)


def _show(
    request: PageRequest, member: Member, form: DeleteForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    context: dict[str, object] = {"form": form, "goes": what_goes(member), "refusal": ""}
    return page(request, "delete_account.html", context, status)
