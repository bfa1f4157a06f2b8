"""The moderation log, for everybody and, with names, for moderators.

The public one is opened by: a reader who wonders what moderators do here, or why a thread
is gone. The private one by a moderator who looks what a colleague did, or what befell a
member before, and perhaps undoes it. Both can be taken away as CSV or JSON.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.boards.models import Board
from rejoinder.errors import Missing
from rejoinder.moderation import log
from rejoinder.moderation.deeds.undo import may_undo
from rejoinder.moderation.log import Entry, Filter
from rejoinder.moderation.models import DeedKind
from rejoinder.policy import gate, limited
from rejoinder.threads.paging import read_cursor
from rejoinder.web.answers import PageRequest, members_only, never_kept, page
from rejoinder.web.requests import absolute

PAGE = 50
COLUMNS = ["at", "what", "by", "board", "post", "title", "posts", "reason", "rule", "undone"]
NAMES = ["moderator", "member", "deed"]
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@require_safe
@never_kept
def public_log(request: PageRequest) -> HttpResponse:
    """Show what moderators did, by their role and not their name."""
    return _page(request, is_private=False)


@require_safe
@never_kept
@members_only
def private_log(request: PageRequest) -> HttpResponse:
    """Show moderators what was done on their boards, and by whom."""
    return _page(request, is_private=True)


@require_safe
def public_export(request: PageRequest, kind: str) -> HttpResponseBase:
    """Return the public log as a file."""
    return _export(request, kind, is_private=False)


@require_safe
def private_export(request: PageRequest, kind: str) -> HttpResponseBase:
    """Return the log with names as a file."""
    return _export(request, kind, is_private=True)


def _page(request: PageRequest, *, is_private: bool) -> HttpResponse:
    asked = _asked(request, is_private=is_private)
    read = log.private_log if is_private else log.public_log
    found = read(request.principal, asked, read_cursor(request.GET), PAGE)
    kept = request.GET.copy()
    for name in ("after", "before", "on"):
        kept.pop(name, None)
    undoable = {
        entry.deed.pk
        for entry in found.rows
        if is_private and may_undo(request.principal, entry.deed)
    }
    context: dict[str, object] = {
        "page": found,
        "is_private": is_private,
        "asked": asked,
        "kinds": DeedKind.choices,
        "boards": list(gate.visible(request.principal, Board.objects.all())),
        "kept": kept.urlencode(),
        "undoable": undoable,
    }
    return page(request, "moderation_log.html", context)


def _asked(request: PageRequest, *, is_private: bool) -> Filter:
    query = {name: request.GET.get(name, "").strip() for name in ("kind", "board")}
    if is_private:
        query |= {name: request.GET.get(name, "").strip() for name in ("member", "moderator")}
    return Filter(**query)


def _export(request: PageRequest, kind: str, *, is_private: bool) -> HttpResponseBase:
    if kind not in MEDIA_TYPES:
        raise Missing(_("There is no such page."))
    asked = _asked(request, is_private=is_private)
    limited.take(request.principal, "log_export")
    entries = log.every_entry(request.principal, asked, is_private=is_private)
    rows = (_row(request, entry, is_private=is_private) for entry in entries)
    columns = COLUMNS + (NAMES if is_private else [])
    parts = _as_csv(columns, rows) if kind == "csv" else _as_json(rows)
    response = StreamingHttpResponse(parts, content_type=MEDIA_TYPES[kind])
    patch_cache_control(response, no_store=True, private=True)
    response["Content-Disposition"] = f'attachment; filename="moderation-log.{kind}"'
    return response


def _row(request: PageRequest, entry: Entry, *, is_private: bool) -> dict[str, Any]:
    deed, line = entry.deed, entry.line
    row = {
        "at": deed.at.isoformat(),
        "what": deed.kind,
        "by": deed.role,
        "board": entry.board.name if entry.board else "",
        "post": absolute(request, reverse("post", args=[line.public_id])) if line else "",
        "title": line.title if line else "",
        "posts": entry.posts_count,
        "reason": deed.reason,
        "rule": deed.rule,
        "undone": entry.is_undone,
    }
    if is_private:
        row["moderator"] = deed.by.name if deed.by else ""
        row["member"] = deed.subject.name if deed.subject else ""
        row["deed"] = deed.public_id
    return row


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _as_csv(columns: list[str], rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([_harmless(row[name]) for name in columns])


def _harmless(value: object) -> object:
    # A spreadsheet would run what begins like a formula (OWASP: CSV injection).
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


def _as_json(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    yield "[\n"
    for number, row in enumerate(rows):
        yield (",\n" if number else "") + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
    yield "\n]\n"
