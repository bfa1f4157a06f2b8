"""What a moderator set on a thread: locked, pinned, slow; read, and put back as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from rejoinder.errors import Missing
from rejoinder.threads import tree
from rejoinder.threads.models import Thread

# Thread's columns, in the order of ThreadState's fields.
FIELDS = ["is_locked", "is_pinned", "pinned_until", "slow_seconds", "slow_until"]


@dataclass(frozen=True, slots=True)
class ThreadState:
    """What a moderator set on a thread. No "until": until somebody changes it."""

    is_locked: bool = False
    is_pinned: bool = False
    pinned_until: datetime | None = None
    slow_seconds: int = 0
    slow_until: datetime | None = None

    @property
    def is_pinned_now(self) -> bool:
        """Tell whether it's pinned and its time isn't over."""
        return self.is_pinned and _is_to_come(self.pinned_until)

    @property
    def slow_seconds_now(self) -> int:
        """Return how many seconds lie between two posts of one member; 0: it isn't slow."""
        return self.slow_seconds if _is_to_come(self.slow_until) else 0

    def as_json(self) -> dict[str, Any]:
        """Return it as a log keeps it."""
        return {
            "is_locked": self.is_locked,
            "is_pinned": self.is_pinned,
            "pinned_until": self.pinned_until and self.pinned_until.isoformat(),
            "slow_seconds": self.slow_seconds,
            "slow_until": self.slow_until and self.slow_until.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> ThreadState:
        """Return what a log kept."""
        return cls(
            is_locked=kept["is_locked"],
            is_pinned=kept["is_pinned"],
            pinned_until=_moment(kept["pinned_until"]),
            slow_seconds=kept["slow_seconds"],
            slow_until=_moment(kept["slow_until"]),
        )


def state_of(thread: Thread) -> ThreadState:
    """Return what is set on a thread at hand: no query."""
    return ThreadState(*(getattr(thread, name) for name in FIELDS))


def change(thread: Thread, **fields: Any) -> ThreadState:
    """Set some of what a thread is, and return what all of it was, for an undo.

    For code that has asked the gate, in its transaction; locks the thread, and sets the
    fields on the one given too. Raises Missing if it's gone, merged into another.
    """
    under_lock = tree.locked([thread.pk]).get(thread.pk)
    if under_lock is None:
        raise Missing(_("The thread isn't there any more."))
    former = state_of(under_lock)
    put(under_lock, replace(former, **fields))
    for name in FIELDS:
        setattr(thread, name, getattr(under_lock, name))
    return former


def put(thread: Thread, state: ThreadState) -> None:
    """Set all that a thread is; it's locked or was just made by the caller."""
    for name in FIELDS:
        setattr(thread, name, getattr(state, name))
    thread.save(update_fields=FIELDS)


def _is_to_come(until: datetime | None) -> bool:
    return until is None or until > timezone.now()


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
