"""A board's index.

Opened by: who follows this board. They look for what is new to them, in the arrangement
they once chose, and open a post; or they start a thread. Who looks for something old
jumps to a date.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.serving.kept_page import OnesOwn, kept_page, shows
from rejoinder.text.markup import render_markdown
from rejoinder.threads.behind import Behind, behind_threads
from rejoinder.threads.board_arrangements import registry
from rejoinder.threads.board_arrangements.arrangement import BoardArrangement, BoardSlice
from rejoinder.threads.lines import Line, lines_by_id, texts_of
from rejoinder.threads.models import BoardTally
from rejoinder.threads.paging import CURSOR, START, Slice, read_cursor
from rejoinder.threads.pin import pinned_threads
from rejoinder.threads.thread_lines import ThreadLine
from rejoinder.web import outlines
from rejoinder.web.requests import member_of, principal_of
from rejoinder.web.sittings import NOBODY

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

COOKIE_SECONDS = 365 * 24 * 3600
# How many rows a page has, by what its rows are, and fewer with bodies.
PAGE = {"outlines": 30, "threads": 60, "posts": 60}
PAGE_WITH_TEXT = 20


@dataclass(frozen=True)
class Span:
    """A choice of "posted within the last …"."""

    name: str
    label: str | _StrPromise
    length: timedelta | None


SPANS = [
    Span("day", _("day"), timedelta(days=1)),
    Span("week", _("week"), timedelta(weeks=1)),
    Span("month", _("month"), timedelta(days=31)),
    Span("year", _("year"), timedelta(days=366)),
]


@require_safe
@kept_page("as", "within", *CURSOR)
def board(request: HttpRequest, handle: str) -> HttpResponse:
    """Show a board in the arrangement the reader chose."""
    principal = principal_of(request)
    shown = board_by_handle(request, handle)
    shows(request, boards=[shown.pk])
    arrangement = _arrangement(request)
    within = next((span for span in SPANS if span.name == request.GET.get("within")), None)
    cursor = read_cursor(request.GET)
    limit = PAGE_WITH_TEXT if arrangement.with_text else PAGE[arrangement.rows]
    page = arrangement.page(principal, shown, cursor, limit, within.length if within else None)
    is_first = cursor == START and within is None and arrangement.rows != "posts"
    pinned = pinned_threads(principal, shown) if is_first else []
    page = _without(page, {thread.id for thread in pinned})
    context = {
        "board": shown,
        "description": render_markdown(shown.description),
        "tally": gate.visible(principal, BoardTally.objects.filter(board=shown)).first(),
        "arrangement": arrangement,
        "is_rearranged": arrangement is not registry.DEFAULT,
        "arrangements": registry.ARRANGEMENTS.values(),
        "within": within,
        "spans": SPANS,
        "cursor": cursor,
        "page": page,
        "pinned": pinned,
        "may_start": gate.may(principal, gate.Verb.START_THREAD, shown),
        **_drawn(request, arrangement, page),
        "behind": _behind(request, page, pinned),
    }
    response = render(request, "board.html", context)
    _remember(request, response, arrangement)
    return response


def board_by_handle(request: HttpRequest, handle: str) -> Board:
    """Return the board of a handle, if the reader may see it; else the answer is 404."""
    return get_object_or_404(
        gate.visible(principal_of(request), Board.objects.all()), handle=handle
    )


def _without(page: BoardSlice, pinned: set[int]) -> BoardSlice:
    """Return a page without the threads that are shown above it. Its cursors stay."""
    if not pinned:
        return page
    of_threads = cast("Slice[Any]", page)
    rows = [row for row in of_threads.rows if getattr(row, "thread", row).id not in pinned]
    return replace(of_threads, rows=rows)


def _behind(request: HttpRequest, page: BoardSlice, pinned: list[ThreadLine]) -> dict[int, Behind]:
    """Return, for a member, which posts stand behind each thread's line or fold, by its id."""
    rows: list[Any] = [*page.rows, *pinned]
    threads = [getattr(row, "thread", row) for row in rows]
    some = [thread for thread in threads if isinstance(thread, ThreadLine)]
    if member_of(request) is None or not some:
        return {}
    found = behind_threads(principal_of(request), [thread.id for thread in some])
    # A thread's line shows its root, and says how many of the others are new.
    shown = {thread.id: [thread.root] for thread in some}
    shown |= {row.thread.id: row.outline.rows for row in rows if not isinstance(row, ThreadLine)}
    return {pk: behind.without(shown[pk]) for pk, behind in found.items()}


def _drawn(request: HttpRequest, arrangement: BoardArrangement, page: BoardSlice) -> dict[str, Any]:
    if arrangement.rows == "outlines":
        return {"drawn": [outlines.lay_out(row.outline.rows) for row in page.rows]}  # type: ignore[union-attr]
    if arrangement.rows == "threads":
        return {}
    lines: list[Line] = page.rows  # type: ignore[assignment]
    parents = lines_by_id(principal_of(request), [line.parent_id for line in lines])
    texts = texts_of(principal_of(request), lines) if arrangement.with_text else {}
    return {"drawn": outlines.in_a_row(lines, parents=parents, texts=texts)}


def _arrangement(request: HttpRequest) -> BoardArrangement:
    """Return what the address asks for, or the member chose, or the guest's cookie says."""
    member = member_of(request)
    cookie = request.COOKIES.get(settings.ARRANGEMENT_COOKIE_NAME, "")
    remembered = member.arrangement if member else cookie
    wanted = request.GET.get("as") or remembered
    return registry.ARRANGEMENTS.get(wanted, registry.DEFAULT)


def _remember(request: HttpRequest, response: HttpResponse, chosen: BoardArrangement) -> None:
    """Keep the reader's choice. A guest gets a cookie only by choosing."""
    if request.GET.get("as") != chosen.name:
        return
    member = member_of(request)
    if member is not None and member.pk == NOBODY and member.arrangement != chosen.name:
        raise OnesOwn
    if member is None:
        response.set_cookie(
            settings.ARRANGEMENT_COOKIE_NAME,
            chosen.name,
            max_age=COOKIE_SECONDS,
            secure=settings.HAS_TLS,
            httponly=True,
            samesite="Lax",
        )
    elif member.arrangement != chosen.name:
        try:
            Member.objects.filter(pk=member.pk).update(arrangement=chosen.name)
        except DatabaseError:
            # The page itself can be read; the choice is made again next time.
            return
