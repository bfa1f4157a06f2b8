"""What a member has read: catch up or undo it, take it to a newsreader and back.

Opened by: who comes back after weeks and wants to begin anew; who pressed the wrong button; who
moves from a newsreader to the pages or the other way.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.boards.models import Board
from rejoinder.boards.newsgroup_names import newsgroup_name, site_prefix
from rejoinder.errors import BadInput
from rejoinder.policy import gate
from rejoinder.reading import catch_up, options
from rejoinder.reading import newsrc as files
from rejoinder.reading.mark import member_of
from rejoinder.reading.marks import marks_of
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
@never_kept
@members_only
def reading(request: PageRequest) -> HttpResponse:
    """Show what there is to do with what was read; keep whether what is fetched counts."""
    if request.method == "POST":
        reads = request.POST.get("fetching_reads") == "on"
        options.set_fetching_reads(member_of(request.principal), reads=reads)
        messages.success(request, _("Saved."))
        return SeeOther(reverse("reading"))
    return _page(request)


@require_http_methods(METHODS)
@never_kept
@members_only
def newsrc(request: PageRequest) -> HttpResponse:
    """Send the member's .newsrc, or take one over and say what became of it."""
    if request.method != "POST":
        text = files.export(request.principal, site_prefix())
        sent = HttpResponse(text, content_type="text/plain; charset=utf-8")
        sent["Content-Disposition"] = 'attachment; filename="newsrc.txt"'
        return sent
    try:
        file = request.FILES.get("file")
        if file is None or not file.size:
            raise BadInput(_("Choose a file first, then send it."))
        # One octet more than allowed is enough to know.
        octets = file.read(files.MAX_OCTETS + 1)
        taken = files.take_over(request.principal, octets, site_prefix())
    except BadInput as error:
        return _page(request, problem=error.message)
    return _page(request, taken=taken)


def _page(
    request: PageRequest, taken: files.TakenOver | None = None, problem: str = ""
) -> HttpResponse:
    principal = request.principal
    boards = list(gate.visible(principal, Board.objects.all()))
    context: dict[str, object] = {
        "last": catch_up.last_of(principal),
        "boards": boards,
        "as_of": marks_of(member_of(principal)).version,
        "fetching_reads": options.fetching_reads(member_of(principal)),
        "example": newsgroup_name(boards[0].handle_id, site_prefix()) if boards else "",
        "taken": taken,
        "problem": problem,
    }
    return page(request, "reading.html", context, HTTPStatus.BAD_REQUEST if problem else 200)
