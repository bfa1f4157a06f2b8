"""Titles and texts of posts, made of common words: different each time, the same for a seed."""

from __future__ import annotations

import random

_WORDS = " ".join(
    (
        "the a of to and in that it is was for on with as at by from this have be not are but had",
        "they you which we one all were her would there their what when who will more no if out",
        "so up said about than its into them can only other new some could time these two may",
        "ferry harbour storm council bridge school winter repair report island mayor timetable",
        "engine weather notice meeting budget water power station road closed open delay crew",
    )
).split()
SENTENCES = 9
_WORDS_EACH = (6, 18)


def title(chance: random.Random) -> str:
    """Return a headline of five to nine words."""
    return " ".join(chance.choices(_WORDS, k=chance.randint(5, 9))).capitalize()


def text(chance: random.Random) -> str:
    """Return Markdown of three paragraphs, some six hundred characters, some of it marked."""
    sentences = [_sentence(chance) for _ in range(SENTENCES)]
    sentences[4] = f"*{sentences[4]}*"
    return "\n\n".join(" ".join(sentences[n : n + 3]) for n in range(0, SENTENCES, 3))


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choices(_WORDS, k=chance.randint(*_WORDS_EACH))).capitalize() + "."
