"""What is said beside a thread that a moderator set something on."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rejoinder.threads.thread_state import ThreadState


def thread_words(state: ThreadState) -> list[str]:
    """Return "pinned", "locked" and "slow mode: …", as far as they're true now."""
    words = []
    if state.is_pinned_now:
        words.append(_("pinned"))
    if state.is_locked:
        words.append(_("locked"))
    if state.slow_seconds_now:
        words.append(_slow(state.slow_seconds_now))
    return words


def _slow(seconds: int) -> str:
    """Return a pause in the largest unit that says it whole."""
    if not seconds % 3600:
        hours = seconds // 3600
        text = ngettext(
            "slow mode: each member posts once an hour",
            "slow mode: each member posts once in %(count)s hours",
            hours,
        )
        return text % {"count": hours}
    if not seconds % 60:
        minutes = seconds // 60
        text = ngettext(
            "slow mode: each member posts once a minute",
            "slow mode: each member posts once in %(count)s minutes",
            minutes,
        )
        return text % {"count": minutes}
    text = ngettext(
        "slow mode: each member posts once a second",
        "slow mode: each member posts once in %(count)s seconds",
        seconds,
    )
    return text % {"count": seconds}
