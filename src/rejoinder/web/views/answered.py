"""What others answered while somebody wrote: shown before the form is sent, once."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line, read_lines
from rejoinder.threads.models import Post

# Who has more to read goes to the thread.
MOST = 10


def now() -> str:
    """Return this moment as a form keeps it."""
    return timezone.now().isoformat()


def answered_since(principal: Principal, parent: Post | None, since: str) -> list[Line]:
    """Return what others have answered a post since a moment, the oldest first: one query.

    Nothing for a moment that is none, as of a form that somebody else made.
    """
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        return []
    if parent is None or moment.tzinfo is None:
        return []
    rows = gate.visible(principal, Post.objects.filter(parent=parent, posted_at__gt=moment))
    others = rows.exclude(author=principal.member_id or 0)
    return read_lines(others.order_by("posted_at", "pk")[:MOST])
