"""Drafts that the server keeps.

Opened by: who wrote something, was interrupted, and comes back, maybe on another device: the form
has it again. From the settings, to see what lies about, go on with one, or discard it.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rejoinder.boards.models import Board
from rejoinder.errors import Missing, RejoinderError
from rejoinder.policy import gate
from rejoinder.reading import drafts as deeds
from rejoinder.reading.drafts import For, Shown, Words
from rejoinder.threads.find import post_by_public_id, post_to_answer
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page
from rejoinder.web.error_pages import page_of, say_when
from rejoinder.web.typed import Typed, check_encoding, typed_in


@require_safe
@never_kept
@members_only
def drafts(request: PageRequest) -> HttpResponse:
    """Show a member's drafts, the newest first."""
    shown = [(draft, _address(draft)) for draft in deeds.drafts_of(request.principal)]
    return page(request, "drafts.html", {"drafts": shown})


@require_POST
@never_kept
@members_only
def draft_drop(request: PageRequest, mark: str) -> HttpResponse:
    """Drop a draft."""
    deeds.drop(request.principal, mark)
    messages.success(request, _("The draft is gone."))
    return SeeOther(reverse("drafts"))


@require_POST
@never_kept
@members_only
def draft_keep(request: PageRequest) -> HttpResponse:
    """Keep what a page's script sends as its reader writes; answers with the version it has now."""
    typed = typed_in(request)
    try:
        check_encoding(request)
        version = deeds.keep(
            request.principal, typed.submission, _place(request), _words(typed), typed.kept
        )
    except RejoinderError as error:
        answer = JsonResponse({"says": error.message}, status=page_of(error).status)
        say_when(answer, error)
        return answer
    said = _("Kept as a draft.") if version else ""
    return JsonResponse({"version": version, "says": said}, status=HTTPStatus.OK)


def keep_and_go(request: PageRequest, what_for: For, typed: Typed) -> HttpResponse:
    """Keep what a form's button asks to keep, and go on to all drafts."""
    version = deeds.keep(request.principal, typed.submission, what_for, _words(typed))
    said = _("Kept. It is among your drafts until you post or discard it.")
    messages.success(request, said if version else _("There is nothing to keep yet."))
    return SeeOther(reverse("drafts"))


def begun(request: PageRequest, what_for: For) -> Typed | None:
    """Return the draft that a form begins with: the one named, or the newest of its place."""
    if "new" in request.GET:
        return None
    named = deeds.find(request.principal, request.GET.get("draft", ""))
    kept = named or deeds.newest(request.principal, what_for)
    if kept is None:
        return None
    return Typed(
        title=kept.title,
        text=kept.source,
        submission=kept.mark,
        edits_seen=kept.edits_seen,
        kept=kept.version,
    )


def _words(typed: Typed) -> Words:
    return Words(typed.title, typed.text, typed.edits_seen)


def _place(request: PageRequest) -> For:
    """Return what the form that was sent is for. Raises Missing where nothing can be written."""
    sent = request.POST
    if handle := sent.get("on"):
        board = gate.visible(request.principal, Board.objects.filter(handle=handle)).first()
        if board is None:
            raise Missing(_("There is no such board."))
        return For(board=board)
    if name := sent.get("answers"):
        return For(answered=post_to_answer(request.principal, name))
    return For(edited=post_by_public_id(request.principal, sent.get("edits", "")))


def _address(shown: Shown) -> str:
    """Return where a draft is gone on with; empty if that place is gone."""
    if shown.edited is not None:
        address = reverse("edit", args=[shown.edited.public_id])
    elif shown.answered is not None:
        address = reverse("respond", args=[shown.answered.public_id])
    elif shown.board is not None:
        address = reverse("start_thread", args=[shown.board.handle_id])
    else:
        return ""
    return f"{address}?draft={shown.draft.mark}"
