"""A pool of texts, each rendered once by the product's own renderer, and of titles.

To render a million texts would take a quarter of an hour. So posts share a few thousand:
whatever HTML is written is what the renderer makes of the source beside it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.scale.languages import LANGUAGES, Vocabulary
from rejoinder.posts import keep
from rejoinder.text.references import attribution
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title

LONG_OCTETS = 4096

# Of each hundred texts: none at all (n/t), long ones, and ones that quote what they answer.
_NONE, _LONG, _QUOTING = 12, 11, 15
# Stands in a quoting text until it's known which post is answered; of the same shape.
_ANSWERED = "zzzzzzzzzzzz"


@dataclass(frozen=True)
class Body:
    """A text as it's kept: source, HTML and first line."""

    source: str
    html: str
    first_line: str
    has_reference: bool = False

    def answering(self, public_id: str) -> Body:
        """Return the text with its reference led to a post."""
        return replace(
            self,
            source=self.source.replace(_ANSWERED, public_id),
            html=self.html.replace(_ANSWERED, public_id),
        )


@dataclass(frozen=True)
class Pool:
    """What posts in one language say: any of `bodies`, a thread's first post of `openers`."""

    titles: list[str]
    bodies: list[Body]
    openers: list[Body]


def pools(seed: int, size: int) -> list[Pool]:
    """Return a pool for each language, of about so many texts in all."""
    weights = sum(language.weight for language in LANGUAGES)
    return [
        _pool(Vocabulary(language, str(seed)), f"{seed}:{language.code}:bodies", count)
        for language in LANGUAGES
        # A language has its ten long ones and twelve empty ones, however rare it is.
        for count in [max(100, 100 * round(size * language.weight / weights / 100))]
    ]


def _pool(words: Vocabulary, seed: str, count: int) -> Pool:
    chance = random.Random(seed)
    bodies = [_body(words, chance, n % 100) for n in range(count)]
    titles = [
        clean_title(words.phrase(chance, chance.randint(2, 9))[:160]) for _ in range(8 * count)
    ]
    openers = [body for body in bodies if body.source and not body.has_reference]
    return Pool(titles, bodies, openers)


def _body(words: Vocabulary, chance: random.Random, kind: int) -> Body:
    if kind < _NONE:
        return Body("", "", "")
    is_long = kind < _NONE + _LONG
    octets = (
        chance.uniform(1.05, 3) * LONG_OCTETS
        if is_long
        else min(chance.lognormvariate(5.9, 0.9), 0.9 * LONG_OCTETS)
    )
    is_quoting = not is_long and kind < _NONE + _LONG + _QUOTING
    source = clean_text("\n\n".join(_paragraphs(words, chance, octets, is_quoting=is_quoting)))
    said = keep.words("Title", source, "markdown")
    return Body(source, said.html, said.first_line, is_quoting)


def _paragraphs(
    words: Vocabulary, chance: random.Random, octets: float, *, is_quoting: bool
) -> Iterator[str]:
    if is_quoting:
        yield attribution(_ANSWERED)
        yield "> " + words.sentence(chance)
    written = 0
    while written < octets:
        paragraph = _paragraph(words, chance)
        # The last one is cut, or short texts would all be as long as a paragraph.
        paragraph = paragraph[: max(20, int(len(paragraph) * (octets - written) / 200))]
        written += len(paragraph.encode()) + 2
        yield paragraph


def _paragraph(words: Vocabulary, chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.05:
        return "## " + words.phrase(chance, 4)
    if kind < 0.1:
        return "\n".join("- " + words.phrase(chance, 6) for _ in range(3))
    if kind < 0.15:
        link = f"https://news.example/{chance.randrange(10**6)}"
        return f"{words.sentence(chance)} [{words.word(chance)}]({link})"
    if kind < 0.2:
        return f"“{words.sentence(chance)}” **{words.phrase(chance, 2)}** {words.sentence(chance)}"
    return " ".join(words.sentence(chance) for _ in range(chance.randint(1, 6)))
