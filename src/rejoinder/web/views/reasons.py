"""The reasons that moderators choose from.

Opened by: an administrator, from the administration, when moderators keep typing the same
words. They add or reword a reason and go back.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Unavailable
from rejoinder.moderation import reasons as deeds
from rejoinder.policy import gate
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page
from rejoinder.web.error_pages import page_of
from rejoinder.web.forms.moderation import ReasonForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
@members_only
def reasons(request: PageRequest) -> HttpResponse:
    """Show the reasons, and add, change or drop one."""
    refusal = _("Only an administrator may see this page.")
    gate.check(request.principal, gate.Verb.ADMINISTER, the_site(), refusal)
    was = request.POST.get("was", "")
    if request.POST.get("button") == "drop":
        deeds.drop_reason(request.principal, was)
        messages.success(request, _("The reason is gone from the list."))
        return SeeOther(reverse("reasons"))
    kept = deeds.reasons()
    changing = next((one for one in kept if one.label == request.GET.get("change", was)), None)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if changing is not None:
        form.initial = {name: getattr(changing, name) for name in ("label", "text", "rule")}
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                deeds.put_reason(request.principal, **form.cleaned_data, was=was)
            except (BadInput, Unavailable) as error:
                form.add_error(None, error.message)
                status = page_of(error).status
            else:
                messages.success(request, _("The reason is kept."))
                return SeeOther(reverse("reasons"))
    context: dict[str, object] = {"reasons": kept, "form": form, "changing": changing}
    return page(request, "reasons.html", context, status)
