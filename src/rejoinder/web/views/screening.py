"""The rules by which posts are screened, and the terms of standing.

Opened by: an administrator after a wave of spam or a complaint, who wants to know what a
rule would do before it does it.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Missing
from rejoinder.members.models import Member
from rejoinder.members.standing import terms
from rejoinder.moderation import standing as deeds
from rejoinder.moderation.rules.registry import RULES, rule_named
from rejoinder.moderation.rules.rule import Rule
from rejoinder.moderation.rules.settings import set_rule, settings_of
from rejoinder.moderation.rules.try_out import Trial, try_rule
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal, Standing
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.rules import RuleForm, StandingForm, TermsForm, TrialForm
from rejoinder.web.in_charge import in_charge, keep

METHODS = ["GET", "HEAD", "POST"]


@require_safe
@in_charge
def rules(request: PageRequest) -> HttpResponse:
    """List the rules, each with what it does and whether it's on."""
    return page(request, "screening_rules.html", {"settings": settings_of(RULES)})


@require_http_methods(METHODS)
@in_charge
def rule(request: PageRequest, name: str) -> HttpResponse:
    """Show a rule's settings; keep them, or try them on past posts."""
    found = rule_named(name)
    if found is None:
        raise Missing(_("There is no such rule."))
    boards = _boards(request.principal)
    setting = settings_of([found])[0]
    if request.method != "POST":
        return _show(request, found, RuleForm(setting), TrialForm(boards))
    form = RuleForm(setting, request.POST)
    if request.POST.get("button") == "try":
        return _try(request, found, form, TrialForm(boards, request.POST))
    status = keep(form, lambda: set_rule(request.principal, form.setting()))
    if status != HTTPStatus.OK:
        return _show(request, found, form, TrialForm(boards), status=status)
    messages.success(request, _("The rule “%s” is set. It holds from now on.") % found.title)
    return SeeOther(reverse("screening_rules"))


def _try(request: PageRequest, tried: Rule, form: RuleForm, asked: TrialForm) -> HttpResponse:
    if not form.is_valid() or not asked.is_valid():
        return _show(request, tried, form, asked, status=HTTPStatus.BAD_REQUEST)
    try:
        trial = try_rule(
            request.principal,
            form.setting(),
            board=asked.chosen_board,
            last=asked.cleaned_data["last"],
        )
    except BadInput as error:
        form.add_error(None, error.message)
        return _show(request, tried, form, asked, status=HTTPStatus.BAD_REQUEST)
    return _show(request, tried, form, asked, trial=trial)


def _show(
    request: PageRequest,
    shown: Rule,
    form: RuleForm,
    asked: TrialForm,
    *,
    trial: Trial | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    context: dict[str, object] = {"rule": shown, "form": form, "asked": asked, "trial": trial}
    return page(request, "screening_rule.html", context, status)


def _boards(principal: Principal) -> list[Board]:
    return list(gate.visible(principal, Board.objects.all()))


@require_http_methods(METHODS)
@in_charge
def standing_terms(request: PageRequest) -> HttpResponse:
    """Show what each standing takes and allows, and keep changes."""
    sent = request.POST if request.method == "POST" else None
    rows = terms()
    forms = [TermsForm(rows[standing], sent) for standing in Standing]
    if sent is None:
        return page(request, "standing_terms.html", {"forms_": forms})
    status = HTTPStatus.BAD_REQUEST
    # Each is asked, so that each says what is wrong with it.
    if not [form for form in forms if not form.is_valid()]:
        status = HTTPStatus(keep(forms[-1], lambda: deeds.set_terms(request.principal, rows)))
    if status != HTTPStatus.OK:
        return page(request, "standing_terms.html", {"forms_": forms}, status)
    messages.success(request, _("The terms are set."))
    return SeeOther(reverse("administration"))


@require_POST
@in_charge
def member_standing(request: PageRequest, handle: str) -> HttpResponse:
    """Set a member's standing by hand, or leave it to use again."""
    member = Member.objects.filter(handle=handle, is_active=True, is_staged=False).first()
    if member is None:
        raise Missing(_("There is no member at this address."))
    form = StandingForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Choose one of the standings."))
    deeds.set_standing(request.principal, member, form.cleaned_data["standing"])
    messages.success(request, _("The standing of %s is set.") % member.name)
    return SeeOther(reverse("member_change", args=[handle]))
