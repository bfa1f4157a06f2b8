"""The first person: becomes administrator by the one-time link that the server printed."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rejoinder.errors import BadInput, BadName, Unavailable
from rejoinder.members.first_administrator import become_administrator, check_token
from rejoinder.threads import outages
from rejoinder.web.answers import (
    PageRequest,
    SeeOther,
    never_kept,
    page,
)
from rejoinder.web.error_pages import page_of
from rejoinder.web.forms.welcome import FirstAdministratorForm


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def welcome(request: PageRequest, token: str) -> HttpResponse:
    """Show the form for the first administrator's account, make it, and sign them in."""
    check_token(token)
    if request.method != "POST":
        return _show(request, FirstAdministratorForm())
    form = FirstAdministratorForm(request.POST)
    if not form.is_valid():
        return _show(request, form, HTTPStatus.BAD_REQUEST)
    try:
        with outages.told():
            member = become_administrator(token, **form.cleaned_data)
    except (BadInput, Unavailable) as error:
        form.add_error("name" if isinstance(error, BadName) else None, error.message)
        return _show(request, form, page_of(error).status)
    login(request, member)
    # Their address counts once they confirm it, as at any sign-up.
    EmailAddress.objects.add_email(request, member, member.email, confirm=True)
    messages.success(request, _("Welcome, %s. You run this site now.") % member.name)
    return SeeOther(reverse("administration"))


def _show(
    request: PageRequest, form: FirstAdministratorForm, status: int = HTTPStatus.OK
) -> HttpResponse:
    # The address is a secret; the site's Referrer-Policy (same-origin) tells it to nobody.
    # A stricter one would make browsers send "Origin: null", which no form may have.
    return page(request, "welcome.html", {"form": form}, status)
