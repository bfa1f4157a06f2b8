"""The tree of errors. Each has a code; each door maps codes to its own replies.

RejoinderError
├── BadInput                 what was sent can't be taken; says what to change
│   ├── BadTitle
│   ├── BadText
│   ├── BadName
│   ├── BadUrl               no address of another server's page
│   └── BadArticle           an Internet message that can't become a post
├── Refused                  understood, but not allowed to this principal
├── Missing                  not there, or not for this principal: the two look the same
├── TooMany                  as often as it may be done for now; says when to come back
├── Conflict                 the world changed meanwhile (a withdrawn parent, an old revision)
└── Unavailable              can't be kept or read now; try again later
    └── Unreachable          another server can't be asked, or its answer can't be taken
        ├── NotOutside       its address is none that this site asks
        ├── TooSlow          it took longer than it had
        ├── TooLarge         it answered with more than was wanted
        ├── WrongKind        it answered with something else than was wanted
        └── BrokenAnswer     it answered with what can't be read

A message is written for the reader: what was wrong, and what to do now.
"""

from __future__ import annotations

import math
from datetime import timedelta


class RejoinderError(Exception):
    """An error whose text may be shown to whoever asked."""

    code = "error"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(RejoinderError):
    """What was sent can't be taken as it is."""

    code = "bad-input"


class BadTitle(BadInput):
    """A title is empty, too long or made of unusable characters."""

    code = "bad-title"


class BadText(BadInput):
    """A text is too long or holds what no text holds (NUL, unpaired surrogates)."""

    code = "bad-text"


class BadName(BadInput):
    """A member's or board's name is empty, too long, taken, or looks like another's."""

    code = "bad-name"


class BadUrl(BadInput):
    """A URL is none that could be asked."""

    code = "bad-url"


class BadArticle(BadInput):
    """An Internet message can't be read as a post."""

    code = "bad-article"


class Refused(RejoinderError):
    """The principal may not do this."""

    code = "refused"
    # Whether the security log has it already; the gate notes what it refuses itself.
    is_noted = False


class Missing(RejoinderError):
    """There is no such thing for this principal."""

    code = "missing"


class TooMany(RejoinderError):
    """It was done as often as a limit allows; `retry_after` is how long to wait."""

    code = "too-many"

    def __init__(self, message: str, retry_after: timedelta = timedelta(minutes=1)) -> None:
        super().__init__(message)
        self.retry_after = retry_after

    @property
    def retry_after_seconds(self) -> int:
        """The wait in whole seconds, as protocols have it; never too short."""
        return max(1, math.ceil(self.retry_after.total_seconds()))


class Conflict(RejoinderError):
    """The deed no longer fits what it was meant for."""

    code = "conflict"


class Unavailable(RejoinderError):
    """The deed can't be kept, or the answer can't be had, at this moment."""

    code = "unavailable"


class Unreachable(Unavailable):
    """Another server can't be asked, or what it answers can't be taken."""

    code = "unreachable"


class NotOutside(Unreachable):
    """Another server's address is inside, or at a port that nobody should be asked at."""

    code = "not-outside"


class TooSlow(Unreachable):
    """Another server took longer than it had for the whole of its answer."""

    code = "too-slow"


class TooLarge(Unreachable):
    """Another server answered with more than was wanted."""

    code = "too-large-answer"


class WrongKind(Unreachable):
    """Another server answered with something else than was wanted."""

    code = "wrong-kind"


class BrokenAnswer(Unreachable):
    """Another server answered with what can't be read."""

    code = "broken-answer"
