"""Statements, and a member's notices.

A statement is opened by: a member whose post was removed, or who was suspended, from their
notices or by its private link, angry as a rule. They read what was done and why, and appeal
or leave it. Notices are opened from the count beside one's name; each leads on.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.errors import BadInput, Conflict, RejoinderError, TooMany, Unavailable
from rejoinder.moderation import appeals, notices
from rejoinder.moderation.statements import statement_by_token
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page
from rejoinder.web.error_pages import page_of, say_when
from rejoinder.web.forms.moderation import AppealForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def statement(request: PageRequest, token: str) -> HttpResponse:
    """Show a statement to whoever has its link, and take an appeal."""
    said = statement_by_token(request.principal, token)
    may_appeal = appeals.may_appeal(said)
    form = AppealForm(request.POST if request.method == "POST" else None)
    status = 200
    problem: RejoinderError | None = None
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                appeals.appeal(request.principal, said, form.cleaned_data["words"])
            except (BadInput, Conflict, TooMany, Unavailable) as error:
                form.add_error(None, error.message)
                status, problem = page_of(error).status, error
            else:
                messages.success(request, _("Your appeal is with the moderators."))
                return SeeOther(reverse("statement", args=[token]))
    context: dict[str, object] = {"statement": said, "may_appeal": may_appeal, "form": form}
    response = page(request, "statement.html", context, status)
    say_when(response, problem)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
@members_only
def notices_page(request: PageRequest) -> HttpResponse:
    """Show a member's notices; a button marks them as read."""
    if request.method == "POST":
        notices.mark_read(request.principal)
        return SeeOther(reverse("notices"))
    return page(request, "notices.html", {"notices": notices.notices_of(request.principal)})
