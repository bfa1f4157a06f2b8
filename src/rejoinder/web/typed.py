"""What a writer typed into a form: read once, and kept through every failure."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from django.http import HttpRequest
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput

NUMBER = re.compile(r"[0-9]{1,9}")
MARK = re.compile(r"[A-Za-z0-9_-]{16,60}")


@dataclass(frozen=True)
class Typed:
    """A form's title and text as they came, its submission mark, and the button pressed."""

    title: str = ""
    text: str = ""
    submission: str = ""
    # "post", "preview", or "carry": show the form with this in it.
    button: str = ""
    # The number of edits the writer had before them; only in the form that edits.
    edits_seen: int = 0
    # The version that it was last kept as on the server; 0: it wasn't.
    kept: int = 0
    # Until when the writer has seen what others answered meanwhile; ISO 8601, ours.
    since: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The form's data."""
        return {"title": self.title, "text": self.text}

    def marked(self) -> Typed:
        """Return the same with a fresh submission mark."""
        return replace(self, submission=new_mark(), kept=0)


def new_mark() -> str:
    """Return a random submission mark."""
    return secrets.token_urlsafe(16)


def typed_in(request: HttpRequest) -> Typed:
    """Return what was typed into the form that a request sends."""
    sent = request.POST
    mark = sent.get("submission", "")
    seen, kept = sent.get("edits_seen", ""), sent.get("kept", "")
    return Typed(
        title=sent.get("title", ""),
        text=sent.get("text", ""),
        submission=mark if MARK.fullmatch(mark) else new_mark(),
        button=sent.get("button", "post"),
        edits_seen=int(seen) if NUMBER.fullmatch(seen) else 0,
        kept=int(kept) if NUMBER.fullmatch(kept) else 0,
        since=sent.get("since", "")[:40],
    )


def is_garbled(request: HttpRequest) -> bool:
    """Tell whether a form came in another encoding than UTF-8.

    Django has put U+FFFD for what it couldn't read; the writer may have typed one, too.
    Our forms come urlencoded; of another kind the octets are no longer there to look at.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        return False
    if not any("\ufffd" in value for value in request.POST.values()):
        return False
    try:
        parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        return True
    return False


def check_encoding(request: HttpRequest) -> None:
    """Raise BadInput if the form isn't in UTF-8."""
    if is_garbled(request):
        raise BadInput(
            _(
                "Some characters didn't arrive as UTF-8, and stand as “\ufffd” below. "
                "Correct them, then send it again."
            )
        )
