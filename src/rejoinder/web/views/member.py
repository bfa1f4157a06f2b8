"""A member's page.

Opened by: who clicks on an author's name, to see who that is and what else they wrote.
They go on to one of the posts, or back.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from rejoinder.boards.models import Board
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.threads.by_time import posts_of_member
from rejoinder.threads.find import member_by_handle
from rejoinder.threads.lines import lines_by_id
from rejoinder.threads.paging import CURSOR, START, read_cursor
from rejoinder.web import outlines
from rejoinder.web.requests import member_of, principal_of
from rejoinder.web.sittings import ignored_by_reader

PAGE = 60


@require_safe
@kept_page(*CURSOR)
def member(request: HttpRequest, handle: str) -> HttpResponse:
    """Show who a member is, and their posts, the newest first."""
    principal = principal_of(request)
    shown = member_by_handle(principal, handle)
    gate.check(principal, gate.Verb.READ, shown)
    if shown.handle_id != handle:
        # The handle of an archive's author, whom this member has turned out to be.
        return redirect("member", shown.handle_id, permanent=True)
    page = posts_of_member(principal, shown, read_cursor(request.GET), PAGE)
    of_threads = {line.thread_id for line in page.rows}
    shows(request, members=[shown.pk], threads=of_threads, not_for=shown.pk)
    parents = lines_by_id(principal, [line.parent_id for line in page.rows])
    boards = gate.visible(principal, Board.objects.filter(pk__in={r.board_id for r in page.rows}))
    reader = member_of(request)
    context = {
        "shown": shown,
        "may_ignore": reader is not None and reader.pk != shown.pk,
        "is_ignored": shown.pk in ignored_by_reader(request),
        "may_moderate": gate.may(principal, gate.Verb.SANCTION, shown),
        # Of an archive's author there's one only if guests see something of theirs.
        "has_feed": not shown.is_staged or posts_of_member(GUEST, shown, START, 1).rows,
        "page": page,
        "drawn": outlines.in_a_row(page.rows, parents=parents),
        "boards": {board.pk: board for board in boards},
    }
    return render(request, "member.html", context)
