"""The reasons that moderators choose from.

Opened by: an administrator, from the administration, when moderators keep typing the same
words. They add or reword a reason and go back.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.moderation import reasons as deeds
from rejoinder.web.answers import PageRequest, SeeOther, page
from rejoinder.web.forms.moderation import ReasonForm
from rejoinder.web.in_charge import in_charge, keep

FIELDS = ("label", "text", "rule", "is_by_law")


@require_http_methods(["GET", "HEAD", "POST"])
@in_charge
def reasons(request: PageRequest) -> HttpResponse:
    """Show the reasons, and add, change or drop one."""
    was = request.POST.get("was", "")
    if request.POST.get("button") == "drop":
        deeds.drop_reason(request.principal, was)
        messages.success(request, _("The reason is gone from the list."))
        return SeeOther(reverse("reasons"))
    kept = deeds.reasons()
    changing = next((one for one in kept if one.label == request.GET.get("change", was)), None)
    first = {name: getattr(changing, name) for name in FIELDS} if changing else None
    form = ReasonForm(request.POST if request.method == "POST" else None, initial=first)
    status: int = HTTPStatus.OK
    if form.is_bound:
        status = keep(
            form, lambda: deeds.put_reason(request.principal, **form.cleaned_data, was=was)
        )
        if status == HTTPStatus.OK:
            messages.success(request, _("The reason is kept."))
            return SeeOther(reverse("reasons"))
    context: dict[str, object] = {"reasons": kept, "form": form, "changing": changing}
    return page(request, "reasons.html", context, status)
