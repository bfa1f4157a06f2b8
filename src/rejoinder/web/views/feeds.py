"""A member's own feed addresses: made, shown once, revoked.

Opened from the settings, or from a page that guests don't read, by who wants it in a feed
reader. They make an address, copy it into the reader, and are done.
"""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput
from rejoinder.members import application_passwords as deeds
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.scopes import Scope
from rejoinder.web.accounts.proven import proven
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.fields import Checked, line
from rejoinder.web.requests import absolute


class FeedAddressForm(forms.Form):
    """New addresses: which reader they're for."""

    name = Checked(
        deeds.clean_name,
        is_required=True,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("For you, to tell several apart: “feed reader on the phone”."),
        widget=line(maxlength=deeds.MOST_NAME),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@proven("feeds")
def feeds(request: PageRequest) -> HttpResponse:
    """Show for which readers a member has addresses; make new ones and show them this once."""
    if request.method != "POST":
        return _show(request, FeedAddressForm())
    form = FeedAddressForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=HTTPStatus.BAD_REQUEST)
    member = _member(request)
    try:
        made, secret = deeds.make(
            request.principal, member, form.cleaned_data["name"], [Scope.FEEDS]
        )
    except BadInput as error:
        form.add_error(None, error.message)
        return _show(request, form, status=HTTPStatus.BAD_REQUEST)
    get_adapter().send_notification_mail(
        "account/email/application_password_made", member, {"password_name": made.name}
    )
    return _show(request, FeedAddressForm(), made=_addresses(request, secret), name=made.name)


@require_POST
@proven("feeds")
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    """End the addresses of one reader at once."""
    password = deeds.revoke(request.principal, _member(request), pk)
    messages.success(request, _("“%s” gets nothing any more.") % password.name)
    return SeeOther(reverse("feeds"))


def _show(
    request: PageRequest,
    form: FeedAddressForm,
    *,
    made: list[tuple[str, str]] | None = None,
    name: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    usable = deeds.usable(_member(request))
    context: dict[str, object] = {
        "readers": [each for each in usable if deeds.scopes_of(each) == [Scope.FEEDS]],
        "form": form,
        "made": made,
        "made_name": name,
        "of": _wanted(request),
    }
    return page(request, "feeds.html", context, status)


def _addresses(request: PageRequest, secret: str) -> list[tuple[str, str]]:
    """Return what a member may follow and by which address, what they came for first."""
    token = secret.replace("-", "")
    beginning = absolute(request, reverse("private_feed", args=[token, "x"]))[:-2]
    boards = gate.visible(request.principal, Board.objects.all())
    found = [(_("All boards"), reverse("site_atom"))]
    found += [(board.name, reverse("board_atom", args=[board.handle_id])) for board in boards]
    if wanted := _wanted(request):
        known = {path: name for name, path in found}
        first = (known.get(wanted, _("What you came for")), wanted)
        found = [first, *(each for each in found if each[1] != wanted)]
    found.append((_("All of these, as a list for readers (OPML)"), reverse("boards_opml")))
    return [(name, beginning + path) for name, path in found]


def _wanted(request: PageRequest) -> str:
    """Return the path of the feed that somebody came for; empty if it's none."""
    path = request.GET.get("of", "")
    try:
        match = resolve(path)
    except Resolver404:
        return ""
    return path if (match.url_name or "").endswith("_atom") else ""


def _member(request: PageRequest) -> Member:
    return Member.objects.get(pk=request.principal.member_id or 0)
