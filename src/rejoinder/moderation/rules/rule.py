"""What a rule is: a name, a sentence, settings, and one question about a proposed post."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from rejoinder.policy.principals import Standing
from rejoinder.posts.screening import Proposed, Verdict

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from rejoinder.moderation.rules.facts import Facts

# A rule's settings by name, as its fields' `clean` gives them.
Chosen = Mapping[str, Any]


@dataclass(frozen=True)
class Suspicion:
    """Why a rule fires."""

    # For moderators: what was found, with the numbers that decided.
    explanation: str
    # For the author: what is the matter and what to do now; gives no list away.
    message: str
    # Of a refusal that time heals.
    retry_at: datetime | None = None
    # Where the rule weighs it itself; None: what the site set for the rule.
    verdict: Verdict | None = None


class Rule(ABC):
    """One rule. Holds no state: all it knows is in its arguments."""

    # In addresses, settings and the log; never changed once a site has used it.
    name: ClassVar[str]
    title: ClassVar[str | _StrPromise]
    # What it does, for whoever decides whether to use it.
    sentence: ClassVar[str | _StrPromise]

    # What a site begins with; an administrator changes it.
    is_on: ClassVar[bool] = False
    # From this standing on it no longer applies; None: it applies to all but moderators.
    exempt_from: ClassVar[Standing | None] = Standing.TRUSTED
    # What may follow, the first one unless the site chose another; empty: the rule decides.
    verdicts: ClassVar[tuple[Verdict, ...]] = (Verdict.HOLD, Verdict.FLAG, Verdict.REFUSE)
    # The settings with their controls; `initial` is the default.
    fields: ClassVar[Mapping[str, forms.Field]] = {}

    # What was posted meanwhile decides: asked in the transaction, under its locks.
    needs_locks: ClassVar[bool] = False
    # Asks `Facts.like_this`: sketches of posts are kept while such a rule is on.
    needs_prints: ClassVar[bool] = False
    # Asked of edits too.
    is_for_edits: ClassVar[bool] = True
    # Past posts can be tried.
    can_be_tried: ClassVar[bool] = True

    @abstractmethod
    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why the rule fires on a post; None if it doesn't."""

    def defaults(self) -> dict[str, Any]:
        """Return the settings that a site begins with."""
        return {name: field.initial for name, field in self.fields.items()}
