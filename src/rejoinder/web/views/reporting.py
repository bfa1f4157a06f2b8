"""Reporting a post.

Opened by: a reader whom a post has angered or alarmed, from the link below it; perhaps a
guest. They choose what is wrong, send it, and go back to reading; later they look, by the
private link or on their page of reports, what was decided.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rejoinder.errors import BadInput, Conflict, RejoinderError, TooMany, Unavailable
from rejoinder.moderation import report as deed
from rejoinder.threads.find import post_by_public_id
from rejoinder.threads.lines import lines_by_id
from rejoinder.threads.paging import read_cursor
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page
from rejoinder.web.error_pages import page_of, say_when
from rejoinder.web.forms.moderation import ReportForm

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
def report(request: PageRequest, public_id: str) -> HttpResponse:
    """Show the form that reports a post, and take the report."""
    post = post_by_public_id(request.principal, public_id)
    deed.check_may_report(request.principal, post)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = 200
    problem: RejoinderError | None = None
    if form.is_bound:
        status = 400
        if form.is_valid():
            try:
                made = deed.report(request.principal, post, **form.cleaned_data)
            except (BadInput, Conflict, TooMany, Unavailable) as error:
                form.add_error(None, error.message)
                status, problem = page_of(error).status, error
            else:
                messages.success(request, _("Thank you. A moderator will look at it."))
                return SeeOther(reverse("report_answer", args=[made.token]))
    response = page(request, "report.html", {"post": post, "form": form}, status)
    say_when(response, problem)
    return response


@require_safe
@never_kept
def answer(request: PageRequest, token: str) -> HttpResponse:
    """Show what became of a report, to whoever has its private link."""
    made = deed.report_by_token(request.principal, token)
    about = lines_by_id(request.principal, [made.case.post_id])
    # Titles of what is out of sight are told to nobody.
    lines = [line for line in about.values() if not line.is_stub]
    return page(request, "report_answer.html", {"report": made, "lines": lines})


@require_safe
@never_kept
@members_only
def made(request: PageRequest) -> HttpResponse:
    """Show a member the reports they made, each with what became of it."""
    found = deed.reports_of(request.principal, read_cursor(request.GET), PAGE)
    return page(request, "reports.html", {"page": found})
