"""What an application password is good for: a scope is a set of verbs, with words for it.

No scope administers, sanctions or imports: that takes a person who is signed in.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from django.utils.translation import gettext_lazy as _

from rejoinder.policy.verbs import Verb


class Scope(Enum):
    """One thing that a member lets a program do."""

    READ = "read"
    POST = "post"
    MODERATE = "moderate"
    NEWS = "news"
    MAIL = "mail"
    FEEDS = "feeds"


_WRITING = frozenset({Verb.READ, Verb.START_THREAD, Verb.RESPOND, Verb.REPORT})

VERBS: dict[Scope, frozenset[Verb]] = {
    Scope.READ: frozenset({Verb.READ}),
    Scope.POST: _WRITING | {Verb.EDIT, Verb.WITHDRAW},
    Scope.MODERATE: frozenset({Verb.READ, Verb.APPROVE, Verb.MODERATE, Verb.WARN}),
    # A newsreader replaces (Supersedes) and cancels too.
    Scope.NEWS: _WRITING | {Verb.EDIT, Verb.WITHDRAW},
    Scope.MAIL: _WRITING,
    Scope.FEEDS: frozenset({Verb.READ}),
}

SENTENCES = {
    Scope.READ: _("A program reads, through the API, what you may read."),
    Scope.POST: _("A program posts, responds, edits and withdraws in your name, through the API."),
    Scope.MODERATE: _("A program approves, removes and moves posts where you are a moderator."),
    Scope.NEWS: _("A newsreader reads what you may read, and posts in your name."),
    Scope.MAIL: _("A mail program sends posts and responses in your name."),
    Scope.FEEDS: _("A feed reader reads what you may read, by addresses that nobody else has."),
}


def verbs_of(scopes: Iterable[Scope]) -> frozenset[Verb]:
    """Return all verbs that some scopes allow together."""
    allowed: frozenset[Verb] = frozenset()
    return allowed.union(*(VERBS[scope] for scope in scopes))
