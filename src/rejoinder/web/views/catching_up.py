"""Catching up, and taking it back.

Opened by: who has been away, or has had enough of a thread. One press below a thread, a branch
or a board marks it all as read; the answer says how many posts that were, and leads to where it
is undone. Of a place no more is marked than the page had.
"""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput
from rejoinder.reading import catch_up as deeds
from rejoinder.threads.find import post_by_public_id
from rejoinder.threads.models import Post
from rejoinder.web.answers import PageRequest, members_only, never_kept
from rejoinder.web.views.board import board_by_handle
from rejoinder.web.views.reading import back_to, whole_number


@require_POST
@never_kept
@members_only
def catch_up(request: PageRequest) -> HttpResponse:
    """Mark a thread, a branch, a board or everything as read; back to where it was asked."""
    seen = deeds.Seen(
        posts_count=whole_number(request, "had_posts"),
        number=whole_number(request, "had_number"),
        version=whole_number(request, "as_of"),
        latest=_latest(request),
    )
    count = deeds.catch_up(request.principal, _place(request), _before(request), seen)
    if count:
        words = ngettext("%(num)s post marked as read.", "%(num)s posts marked as read.", count)
        where, label = reverse("reading"), _("Undo it")
        said = format_html('{} <a href="{}">{}</a>', words % {"num": count}, where, label)
        messages.success(request, said)
    else:
        messages.info(request, _("Nothing was new there."))
    return back_to(request, "reading")


@require_POST
@never_kept
@members_only
def undo(request: PageRequest) -> HttpResponse:
    """Make new again what the last catch-up marked."""
    count = deeds.undo(request.principal)
    words = ngettext("%(num)s post is new again.", "%(num)s posts are new again.", count)
    if count:
        messages.success(request, words % {"num": count})
    else:
        messages.info(request, _("There was nothing to undo any more."))
    return back_to(request, "reading")


def _latest(request: PageRequest) -> Post | None:
    """Return the newest post that the page knew of, if it says it."""
    name = request.POST.get("latest", "")
    return post_by_public_id(request.principal, name) if name else None


def _place(request: PageRequest) -> Post | Board | None:
    if post := request.POST.get("post"):
        return post_by_public_id(request.principal, post)
    handle = request.POST.get("board")
    return board_by_handle(request, handle) if handle else None


def _before(request: PageRequest) -> datetime | None:
    """Return the beginning of the day that was given, by the reader's clock; None if none was."""
    typed = request.POST.get("before", "").strip()
    if not typed:
        return None
    try:
        day: date | None = parse_date(typed)
    except ValueError:
        day = None
    if day is None or day.year < 1900:
        raise BadInput(_("Give the day as in 2026-11-22."))
    return timezone.make_aware(datetime.combine(day, time.min))
