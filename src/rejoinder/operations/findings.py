"""What a check finds: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or, as a notice, one that's only worth knowing."""

    what: str
    to_do: str
    is_notice: bool = False


@dataclass(frozen=True)
class Check:
    """One check: a question, and a look that yields what's wrong."""

    question: str
    look: Callable[[], Iterable[Finding]]
    # It reads tables of the site, and can't be asked while some are missing.
    needs_tables: bool = False


# A broken site may have a finding for every post; nobody reads more than these.
MOST_FINDINGS = 20
