"""The front page: the boards, and what is new on each.

Opened by: whoever comes to the site, most of them often. They see whether anything is
new and go straight to it, or into a board. The first administrator, on an empty site,
goes on to make a board; a guest there learns that there's nothing yet.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from rejoinder.boards.site import the_site
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.text.markup import render_markdown
from rejoinder.threads import front as boards
from rejoinder.threads.behind import behind_boards
from rejoinder.web.requests import member_of, principal_of

THREADS_EACH = 4


@require_safe
@kept_page()
def front(request: HttpRequest) -> HttpResponse:
    """Show the boards."""
    shows(request, anything=True)
    welcome = the_site().welcome
    rows = boards.front(principal_of(request), THREADS_EACH)
    ids = [row.board.pk for row in rows] if member_of(request) else []
    context = {
        "rows": rows,
        "behind": behind_boards(principal_of(request), ids),
        "welcome": render_markdown(welcome) if welcome.strip() else "",
    }
    return render(request, "front.html", context)
