"""How posts are screened: deeds ask the module that the setting REJOINDER_SCREENING names.

So `posts` never imports the rules. A screen says what it found; what follows from that is
decided here: the post appears, it is held, or its writer gets it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.utils import timezone

from rejoinder.boards.models import Board
from rejoinder.errors import Refused, RejoinderError, TooMany
from rejoinder.members.models import Member
from rejoinder.policy.principals import Kind, Principal
from rejoinder.posts.keep import Words
from rejoinder.threads.models import Post, State, Thread


class Verdict(IntEnum):
    """What a rule asks for; of several, the highest holds."""

    PASS = 0
    # It appears, and somebody looks at it.
    FLAG = 1
    # It waits until somebody lets it appear.
    HOLD = 2
    # It isn't taken; its writer has the text back.
    REFUSE = 3


@dataclass(frozen=True)
class Finding:
    """What one rule found in one post."""

    rule: str
    verdict: Verdict
    # For moderators: what fired, and why.
    explanation: str
    # For the author: what is the matter, and what to do now.
    message: str
    # Of a refusal that time heals: from when on the same post would pass.
    retry_at: datetime | None = None


@dataclass(frozen=True)
class Proposed:
    """A post as somebody wants to add it, or to have it after an edit."""

    principal: Principal
    author: Member
    board: Board
    # What it answers; None: it starts a thread.
    parent: Post | None
    words: Words
    at: datetime
    # The thread that it joins; None: a new one.
    thread: Thread | None = None
    # Of an edit: the post with the words it has now.
    post: Post | None = None


class Screen(Protocol):
    """What the module holds that the setting names."""

    def screen(self, proposed: Proposed) -> Sequence[Finding]:
        """Return what is found before the transaction."""

    def screen_locked(self, proposed: Proposed) -> Sequence[Finding]:
        """Return what can only be known under the locks, such as how long ago one posted."""

    def note(self, post: Post, proposed: Proposed, findings: Sequence[Finding]) -> None:
        """Keep what was found beside a post that was kept, in its transaction."""

    def note_refusal(self, proposed: Proposed, findings: Sequence[Finding]) -> None:
        """Keep what was found in a post that wasn't; nothing else of it is kept."""


class Stopped(Exception):
    """A post is refused; `refusals_told` keeps why, outside the transaction, and says so."""

    def __init__(self, proposed: Proposed, findings: Sequence[Finding]) -> None:
        super().__init__()
        self.proposed = proposed
        self.findings = findings


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn a post that was stopped within into an error for its writer; goes round the deed."""
    try:
        yield
    except Stopped as stopped:
        if (screen := _screen()) is not None:
            screen.note_refusal(stopped.proposed, stopped.findings)
        raise _refusal(stopped.findings) from None


def before(proposed: Proposed) -> tuple[Finding, ...]:
    """Return what is found before the transaction. Raises Stopped."""
    if (screen := _screen_for(proposed)) is None:
        return ()
    return _unless_refused(proposed, screen.screen(proposed))


def under_lock(proposed: Proposed, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return what was found so far, and what is found under the locks. Raises Stopped."""
    if (screen := _screen_for(proposed)) is None:
        return findings
    known = {finding.rule for finding in findings}
    more = [found for found in screen.screen_locked(proposed) if found.rule not in known]
    return _unless_refused(proposed, [*findings, *more])


def keep_findings(post: Post, proposed: Proposed, findings: Sequence[Finding]) -> None:
    """Keep what was found beside the post, in its transaction."""
    if (screen := _screen_for(proposed)) is not None:
        screen.note(post, proposed, findings)


def is_held(findings: Sequence[Finding]) -> bool:
    """Tell whether a post waits until somebody lets it appear."""
    return any(finding.verdict is Verdict.HOLD for finding in findings)


def state_after(findings: Sequence[Finding]) -> State:
    """Return the state that a new post is kept with."""
    return State.HELD if is_held(findings) else State.VISIBLE


def _unless_refused(proposed: Proposed, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    fired = tuple(finding for finding in findings if finding.verdict is not Verdict.PASS)
    if any(finding.verdict is Verdict.REFUSE for finding in fired):
        raise Stopped(proposed, fired)
    return fired


def _refusal(findings: Sequence[Finding]) -> RejoinderError:
    refusing = [finding for finding in findings if finding.verdict is Verdict.REFUSE]
    message = " ".join(finding.message for finding in refusing)
    waits = [finding.retry_at for finding in refusing if finding.retry_at is not None]
    if len(waits) == len(refusing):
        # Time alone heals it.
        return TooMany(message, max(waits) - timezone.now())
    return Refused(message)


def _screen_for(proposed: Proposed) -> Screen | None:
    """Return the screen; None for jobs of the system, such as imports: nothing asks them."""
    return None if proposed.principal.kind is Kind.SYSTEM else _screen()


def _screen() -> Screen | None:
    name: str = getattr(settings, "REJOINDER_SCREENING", "")
    return _module(name) if name else None


@cache
def _module(name: str) -> Screen:
    return cast("Screen", import_module(name))
