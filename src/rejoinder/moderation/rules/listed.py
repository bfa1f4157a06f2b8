"""What rules share that look for the entries of a list in a post."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from django import forms

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.posts.screening import Proposed

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Of more entries than this the explanation names the first.
MOST_NAMED = 5
MOST_CHARACTERS = 1_000_000


def entries_field(label: _StrPromise, help_text: _StrPromise) -> forms.CharField:
    """Return the control that takes a list, one entry a line."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 15, "cols": 50}),
        max_length=MOST_CHARACTERS,
        required=False,
        initial="",
    )


class ListRule(Rule):
    """Fires where a post holds an entry of its list, the setting `entries`.

    An edit is asked about what it brings: what stood there before, somebody let pass.
    """

    is_on = True

    @abstractmethod
    def found_in(self, entries: str, title: str, source: str, drawn: str) -> list[str]:
        """Return which entries a title, and a text as typed and as drawn, hold."""

    @abstractmethod
    def suspicion(self, named: list[str]) -> Suspicion:
        """Return what is said of the entries that were found, the first ones."""

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: which entries were found."""
        entries = chosen["entries"]
        if not entries.strip():
            return None
        words = proposed.words
        found = self.found_in(entries, words.title, words.source, words.html)
        if found and proposed.post is not None:
            text = proposed.post.text
            there = set(self.found_in(entries, proposed.post.title, text.source, text.html))
            found = [entry for entry in found if entry not in there]
        return self.suspicion(found[:MOST_NAMED]) if found else None
