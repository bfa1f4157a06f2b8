"""Drafts kept in the session while their writer signs in.

What a guest sends (their session expired while they wrote) is stashed under its submission
mark; signing in keeps the session's matter, and the form comes back filled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.members import sessions
from rejoinder.members.belongings import Archive, Belonging, Json, register
from rejoinder.members.models import Member
from rejoinder.policy import limited
from rejoinder.policy.principals import Kind
from rejoinder.text.source_text import check_size
from rejoinder.web.answers import PageRequest
from rejoinder.web.typed import Typed, typed_in

STASH = "drafts"
# Older ones fall out: a session is no archive.
MOST_STASHED = 3
# Long enough to confirm an address meanwhile.
KEPT_SECONDS = 24 * 3600
AT = "at"


def ask_to_sign_in(request: PageRequest, address: Callable[[], str]) -> HttpResponse | None:
    """Return the way to the sign-in page for a guest, and None for a member.

    It leads back to where the guest was; what they sent to the form at `address()` stands in
    it then. Raises BadText if that's too long to be kept, or TooMany.
    """
    if request.principal.kind is not Kind.GUEST:
        return None
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    typed = typed_in(request)
    limited.take(request.principal, "stash")
    stash(request, typed)
    messages.info(request, _("Please sign in first. What you wrote is kept meanwhile."))
    return redirect_to_login(f"{address()}?draft={typed.submission}")


def stash(request: HttpRequest, typed: Typed) -> None:
    """Keep what was typed in the session. Raises BadText if it's too long.

    Saved at once, so that a failure is raised here, where the text can be given back.
    """
    check_size(typed.text)
    check_size(typed.title)
    drafts: dict[str, Any] = _fresh(request)
    drafts.pop(typed.submission, None)
    drafts[typed.submission] = asdict(typed) | {AT: time.time()}
    request.session[STASH] = dict(list(drafts.items())[-MOST_STASHED:])
    if not request.user.is_authenticated:
        # Signing in gives the session its usual time.
        request.session.set_expiry(KEPT_SECONDS)
    request.session.save()


def stashed(request: HttpRequest, mark: str) -> Typed | None:
    """Return what was stashed under a mark in this session."""
    kept: Mapping[str, Any] | None = _fresh(request).get(mark)
    # Field by field: the session may be older than this version.
    known = {field.name for field in fields(Typed)}
    return Typed(**{name: kept[name] for name in known & kept.keys()}) if kept else None


def is_stashed(request: HttpRequest) -> bool:
    """Tell whether the address names a draft that this session keeps."""
    return stashed(request, request.GET.get("draft", "")) is not None


def _fresh(request: HttpRequest) -> dict[str, Any]:
    """Return what was stashed not too long ago."""
    oldest = time.time() - KEPT_SECONDS
    stashes: dict[str, Any] = request.session.get(STASH, {})
    return {mark: kept for mark, kept in stashes.items() if kept.get(AT, 0) > oldest}


def unstash(request: HttpRequest, mark: str) -> None:
    """Forget what was stashed under a mark: it is posted."""
    if mark in request.session.get(STASH, {}):
        del request.session[STASH][mark]
        request.session.modified = True


def register_drafts() -> None:
    """Register drafts as a member's belongings; they end with the sessions that hold them."""
    register(
        Belonging(
            name="drafts",
            sentence=gettext_lazy("What you wrote and haven't posted is erased."),
            count=lambda member: len(_drafts(member)),
            export=_exported,
            erase=lambda member, withdraws: None,
        )
    )


def _drafts(member: Member) -> list[dict[str, Any]]:
    return [draft for held in sessions.of_member(member) for draft in held.get(STASH, {}).values()]


def _exported(member: Member, archive: Archive) -> Json:
    return [
        {"title": draft.get("title", ""), "source": draft.get("text", "")}
        for draft in _drafts(member)
    ]
