"""Rule: a list of words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rejoinder.moderation.rules.listed import ListRule, entries_field
from rejoinder.moderation.rules.rule import Suspicion
from rejoinder.moderation.rules.wordlist import sought_words, words_in


class WordList(ListRule):
    """Fires where a title or text holds a listed word."""

    name = "words"
    title = gettext_lazy("Word list")
    sentence = gettext_lazy("Fires when a title or text holds one of the words of a list.")
    fields = {
        "entries": entries_field(
            gettext_lazy("Words"),
            gettext_lazy(
                "One entry a line, a word or several; “*” stands for any letters of a word; after "
                "“#” comes a remark. Case and letters that look alike don’t matter."
            ),
        ),
    }

    def found_in(self, entries: str, title: str, source: str, drawn: str) -> list[str]:
        """Return which entries a title and a text, as it was typed, hold."""
        return sought_words(entries).found_in(words_in(f"{title}\n{source}"))

    def suspicion(self, named: list[str]) -> Suspicion:
        """Return which entries were found, and to the author that there is one."""
        return Suspicion(
            _("Listed words: %s.") % ", ".join(f"“{entry}”" for entry in named),
            _("It holds a word that posts are looked at for before they appear."),
        )
