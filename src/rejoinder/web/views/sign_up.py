"""Who may sign up: the terms, invite links, and those who wait for approval.

Opened from the administration. `waiting` is where an applicant is led after signing up, and
whenever they try to sign in before there's an answer.
"""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rejoinder.boards.sign_up import change_sign_up
from rejoinder.boards.site import the_site
from rejoinder.members import applicants as deeds
from rejoinder.members import invites
from rejoinder.members.models import Invite, Member
from rejoinder.members.sign_up_terms import SignUp, Terms
from rejoinder.policy import gate
from rejoinder.posts.claim import claim
from rejoinder.web.accounts.adapter import at_public_address
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.sign_up import InviteForm, TermsForm
from rejoinder.web.in_charge import in_charge, keep

MOST_INVITES = 100


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def terms(request: PageRequest) -> HttpResponse:
    """Show who may sign up, and the invite links; keep changed terms."""
    if request.method != "POST":
        return _show(request)
    form = TermsForm(request.POST)
    status = keep(
        form,
        lambda: change_sign_up(
            request.principal, SignUp(form.cleaned_data["way"]), form.cleaned_data["work_bits"]
        ),
    )
    if status != HTTPStatus.OK:
        return _show(request, form=form, status=status)
    messages.success(request, _("Kept."))
    return SeeOther(reverse("sign_up_terms"))


@require_POST
@in_charge
def invite_add(request: PageRequest) -> HttpResponse:
    """Make an invite link and show it this once."""
    form = InviteForm(request.POST)
    made: list[str] = []
    status = keep(
        form, lambda: made.append(invites.make(request.principal, **form.cleaned_data)[1])
    )
    if status != HTTPStatus.OK:
        return _show(request, invite_form=form, status=status)
    address = request.build_absolute_uri(f"{reverse('account_signup')}?invite={made[0]}")
    return _show(request, link=at_public_address(address))


@require_POST
@in_charge
def invite_revoke(request: PageRequest, pk: int) -> HttpResponse:
    """End an invite link at once."""
    invites.revoke(request.principal, pk)
    messages.success(request, _("The invite link is revoked."))
    return SeeOther(reverse("sign_up_terms"))


@require_safe
@in_charge
def applicants(request: PageRequest) -> HttpResponse:
    """Show who waits for approval."""
    waiting = deeds.waiting(request.principal)
    confirmed = EmailAddress.objects.filter(user__in=waiting, verified=True)
    owners = set(confirmed.values_list("user_id", flat=True))
    context: dict[str, object] = {
        "applicants": [(member, member.pk in owners) for member in waiting]
    }
    return page(request, "applicants.html", context)


@require_POST
@in_charge
def applicant_decide(request: PageRequest, pk: int) -> HttpResponse:
    """Approve an applicant, who gets a mail, or turn them down."""
    if request.POST.get("button") == "approve":
        member = deeds.approve(request.principal, pk)
        _welcome(request, member)
        messages.success(request, _("%s is a member now.") % member.name)
    elif request.POST.get("button") == "turn-down":
        name = deeds.turn_down(request.principal, pk)
        messages.success(request, _("%s is turned down.") % name)
    return SeeOther(reverse("applicants"))


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Tell an applicant that an administrator has yet to say yes."""
    return page(request, "waiting.html", {})


def _welcome(request: PageRequest, member: Member) -> None:
    for address in EmailAddress.objects.filter(user_id=member.pk, verified=True):
        claim(member, address.email)
    about = {
        "name": member.name,
        "sign_in_url": request.build_absolute_uri(reverse("account_login")),
    }
    get_adapter().send_mail("account/email/approved", member.email, about)


def _show(
    request: PageRequest,
    *,
    form: TermsForm | None = None,
    invite_form: InviteForm | None = None,
    link: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    site = the_site()
    made = Invite.objects.select_related("made_by").prefetch_related("members")
    context: dict[str, object] = {
        "form": form or TermsForm.of(Terms(SignUp(site.sign_up), site.sign_up_work)),
        "invite_form": invite_form or InviteForm(),
        "invites": list(gate.visible(request.principal, made)[:MOST_INVITES]),
        "link": link,
        "is_closed": not settings.OPTIONS.open_sign_up,
    }
    return page(request, "sign_up_terms.html", context, status)
