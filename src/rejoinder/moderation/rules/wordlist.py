"""Lists of words that a text is searched for, thousands of them, without regular expressions.

An entry is literal; `*` stands for any letters of the same word. Case and look-alikes don't
count (`text.names.look_key`): "viagra" finds "VIAGRA", "vіаgrа" with Cyrillic letters,
"v1agra" and "v.i.a.g.r.a". A text costs what its words are long, whatever the list's length:
whole words are looked up in a table, entries with `*` by a piece of theirs. In scripts that
are written without spaces a word is a whole sentence: there an entry needs a `*` on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby

from rejoinder.text.characters import drop_invisible
from rejoinder.text.names import look_key

# Nobody reads longer lists; a larger one slows nothing but its first use.
MOST_ENTRIES = 20_000
# A longer run of letters is no word; what stands further in it isn't looked at.
LONGEST_WORD = 2000
# Letters with a mark or a sign between each two ("v.i.a.g.r.a") are read as one word.
FEWEST_SPACED = 3
# An entry's piece is found by so many of its first letters: four look-ups for each letter
# of a text are the most, however long the pieces are.
SEED = 4

# Marks that joined no letter when the text was composed: strokes and piles, not spelling.
_loose_marks = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
# In these blocks vowels are marks, which \\w leaves out.
_MARKED = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u109f\u1780-\u18af"
_letter = f"(?:[^\\W_]|[{_MARKED}])"
_run = re.compile(f"{_letter}+(?:\\|+{_letter}+)*")


class WordsSought:
    """A list made ready for searching. Entries are reported as they were written."""

    def __init__(self) -> None:
        self._whole: dict[str, str] = {}
        # Of entries with `*`: by how they begin, or by the seed of their longest piece.
        self._beginning: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        self._inside: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        # Of entries of several words: by the first.
        self._phrases: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
        self._beginning_lengths: set[int] = set()
        self._inside_lengths: set[int] = set()

    def add_words(self, entry: str, words: list[str]) -> None:
        """Add an entry of one word or several, given as keys."""
        if len(words) == 1:
            self._whole.setdefault(words[0], entry)
        elif words:
            self._phrases[words[0]].append((entry, words))

    def add_pieces(self, entry: str, pieces: list[str]) -> None:
        """Add an entry of one word with `*` between these pieces, given as keys."""
        if pieces[0]:
            self._beginning[pieces[0]].append((entry, pieces))
            self._beginning_lengths.add(len(pieces[0]))
        elif any(pieces):
            seed = max(pieces, key=len)[:SEED]
            self._inside[seed].append((entry, pieces))
            self._inside_lengths.add(len(seed))

    def found_in(self, words: list[str]) -> list[str]:
        """Return the entries that the words of a text, as keys in their order, hold."""
        found: dict[str, None] = {}
        for word in dict.fromkeys(words):
            for entry in self._in_word(word[:LONGEST_WORD]):
                found[entry] = None
        if self._phrases:
            found |= dict.fromkeys(self._in_sequence(words))
        return list(found)

    def _in_word(self, word: str) -> Iterator[str]:
        if (entry := self._whole.get(word)) is not None:
            yield entry
        for length in self._beginning_lengths:
            yield from _fitting(word, self._beginning.get(word[:length], ()))
        for length in self._inside_lengths:
            for start in range(len(word) - length + 1):
                yield from _fitting(word, self._inside.get(word[start : start + length], ()))

    def _in_sequence(self, words: list[str]) -> Iterator[str]:
        for place, word in enumerate(words):
            for entry, sought in self._phrases.get(word, ()):
                if words[place : place + len(sought)] == sought:
                    yield entry


def words_in(text: str) -> list[str]:
    """Return a text's words in their order, as keys that look-alikes share."""
    runs = _runs(text)
    return [_key(run) for run in runs] + [_key(word) for word in _spaced_out(runs)]


def sought_words(entries: str) -> WordsSought:
    """Return a list, one entry a line, made ready; the last few lists are kept ready."""
    return _ready_words(entries)


def entries_in(text: str) -> list[str]:
    """Return the entries of a list as it's written: one a line, `#` begins a remark."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


@lru_cache(maxsize=4)
def _ready_words(entries: str) -> WordsSought:
    sought = WordsSought()
    for entry in entries_in(entries):
        if "*" in entry:
            sought.add_pieces(entry, [look_key(piece) for piece in entry.split("*")])
        else:
            sought.add_words(entry, [look_key(run) for run in _runs(entry)])
    return sought


def _runs(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", drop_invisible(text))
    return _run.findall(_loose_marks.sub("", plain))


# Texts repeat their words, and each other's.
@lru_cache(maxsize=20_000)
def _key_of_short(word: str) -> str:
    return look_key(word)


def _key(word: str) -> str:
    return _key_of_short(word) if len(word) < 30 else look_key(word[:LONGEST_WORD])


def _spaced_out(runs: list[str]) -> Iterator[str]:
    """Return words that were written with something between each two letters."""
    for is_single, letters in groupby(runs, key=lambda run: len(run) == 1):
        word = "".join(letters) if is_single else ""
        if len(word) >= FEWEST_SPACED:
            yield word


def _fitting(word: str, entries: Iterable[tuple[str, list[str]]]) -> Iterator[str]:
    for entry, pieces in entries:
        if _fits(word, pieces):
            yield entry


def _fits(word: str, pieces: list[str]) -> bool:
    """Tell whether a word is made of pieces in their order, with anything between them."""
    first, *middle, last = pieces
    if len(word) < len(first) + len(last):
        return False
    if not word.startswith(first) or not word.endswith(last):
        return False
    place, end = len(first), len(word) - len(last)
    for piece in middle:
        found = word.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return True
