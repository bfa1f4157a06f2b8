"""A member's application passwords: made, shown once, revoked.

Opened from the settings; asks for the password once more, as all that protects an account.
"""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rejoinder.errors import BadInput
from rejoinder.members import application_passwords as deeds
from rejoinder.members.models import Member
from rejoinder.policy.scopes import SENTENCES
from rejoinder.web.accounts.proven import proven
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.application_passwords import ApplicationPasswordForm


@require_http_methods(["GET", "HEAD", "POST"])
@proven("application_passwords")
def kept(request: PageRequest) -> HttpResponse:
    """Show a member's application passwords; make one and show its secret this once."""
    if request.method != "POST":
        return _show(request, ApplicationPasswordForm())
    form = ApplicationPasswordForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=HTTPStatus.BAD_REQUEST)
    member = _member(request)
    lives_for = form.lives_for
    expires_at = timezone.now() + lives_for if lives_for is not None else None
    try:
        made, secret = deeds.make(
            request.principal, member, form.cleaned_data["name"], form.chosen, expires_at
        )
    except BadInput as error:
        form.add_error(None, error.message)
        return _show(request, form, status=HTTPStatus.BAD_REQUEST)
    # Whoever holds a stolen session must not let a program in unnoticed.
    get_adapter().send_notification_mail(
        "account/email/application_password_made", member, {"password_name": made.name}
    )
    return _show(request, ApplicationPasswordForm(), made=made, secret=secret)


@require_POST
@proven("application_passwords")
def revoke(request: PageRequest, pk: int) -> HttpResponse:
    """End an application password at once."""
    password = deeds.revoke(request.principal, _member(request), pk)
    messages.success(request, _("“%s” is revoked.") % password.name)
    return SeeOther(reverse("application_passwords"))


def _show(
    request: PageRequest,
    form: ApplicationPasswordForm,
    *,
    made: object = None,
    secret: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    usable = deeds.usable(_member(request))
    context: dict[str, object] = {
        "passwords": [
            (password, [SENTENCES[scope] for scope in deeds.scopes_of(password)])
            for password in usable
        ],
        "form": form,
        "made": made,
        "secret": secret,
    }
    return page(request, "application_passwords.html", context, status)


def _member(request: PageRequest) -> Member:
    return Member.objects.get(pk=request.principal.member_id or 0)
