"""Of whom the site asks a second step.

Opened by: an administrator, once the site has more than one who runs or moderates it. They
see who has none yet, choose, and tell those.
"""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from rejoinder.boards.second_step import ask_second_step, without_second_step
from rejoinder.members.models import Member, SecondStepOf
from rejoinder.members.second_step import asked_of, has_one
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.in_charge import in_charge, keep

MOST_NAMED = 50


class SecondStepForm(forms.Form):
    """Of whom a second step is asked."""

    of = forms.ChoiceField(
        label=gettext_lazy("Who needs a second step"),
        choices=SecondStepOf.choices,
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def second_step_terms(request: PageRequest) -> HttpResponse:
    """Show of whom a second step is asked and who has none, and keep a change."""
    if request.method != "POST":
        return _show(request, SecondStepForm(initial={"of": asked_of().value}))
    form = SecondStepForm(request.POST)
    status = keep(
        form, lambda: ask_second_step(request.principal, SecondStepOf(form.cleaned_data["of"]))
    )
    if status != HTTPStatus.OK:
        return _show(request, form, status)
    messages.success(request, _("Kept."))
    return SeeOther(reverse("second_step_terms"))


def _show(request: PageRequest, form: SecondStepForm, status: int = HTTPStatus.OK) -> HttpResponse:
    context: dict[str, object] = {
        "form": form,
        "lacking": list(without_second_step(request.principal)[: MOST_NAMED + 1]),
        "most": MOST_NAMED,
        "has_one": has_one(Member.objects.get(pk=request.principal.member_id or 0)),
    }
    return page(request, "second_step_terms.html", context, status)
