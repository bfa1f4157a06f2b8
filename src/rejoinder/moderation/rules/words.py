"""Rule: a list of words."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.facts import Facts
from rejoinder.moderation.rules.rule import Chosen, Rule, Suspicion
from rejoinder.moderation.rules.wordlist import sought_words, words_in
from rejoinder.posts.screening import Proposed

# Of more entries than this the explanation names the first.
MOST_NAMED = 5


class WordList(Rule):
    """Fires where a title or text holds a listed word."""

    name = "words"
    title = gettext_lazy("Word list")
    sentence = gettext_lazy("Fires when a title or text holds one of the words of a list.")
    is_on = True
    fields = {
        "entries": forms.CharField(
            label=gettext_lazy("Words"),
            help_text=gettext_lazy(
                "One entry a line, a word or several; “*” stands for any letters of a word; after "
                "“#” comes a remark. Case and letters that look alike don’t matter."
            ),
            widget=forms.Textarea(attrs={"rows": 15, "cols": 50}),
            max_length=1_000_000,
            required=False,
            initial="",
        ),
    }

    def examine(self, proposed: Proposed, facts: Facts, chosen: Chosen) -> Suspicion | None:
        """Return why it fires: which entries were found."""
        if not chosen["entries"].strip():
            return None
        sought = sought_words(chosen["entries"])
        words = proposed.words
        found = sought.found_in(words_in(f"{words.title}\n{words.source}"))
        if found and proposed.post is not None:
            before = f"{proposed.post.title}\n{proposed.post.text.source}"
            there = set(sought.found_in(words_in(before)))
            found = [entry for entry in found if entry not in there]
        if not found:
            return None
        explanation = _("Listed words: %s.") % ", ".join(f"“{e}”" for e in found[:MOST_NAMED])
        message = _("It holds a word that posts are looked at for before they appear.")
        return Suspicion(explanation, message)
