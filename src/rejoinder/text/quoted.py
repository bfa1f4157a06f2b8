"""Which passages of a post others quote, found by the words themselves.

Nothing is kept about it: a quotation is text like any other, may be cut and changed by who
quotes, and comes by mail and news as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from rejoinder.text.references import quoted_posts

# A word or two stand in every text.
FEWEST_WORDS = 3
MOST_SHOWN = 300

_quoting = re.compile(r" {0,3}>[ \t]?(.*)")
_word = re.compile(r"\w+")
_tag = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Quotation:
    """A passage that a text quotes, and the public id of the post it is said to be from."""

    of: str
    passage: str


@dataclass(frozen=True)
class Answered:
    """A passage of a post, and the ids of the responses that quote it, in their order."""

    passage: str
    by: tuple[int, ...]


def quotations(source: str) -> list[Quotation]:
    """Return what a text quotes, passage by passage; not what its quotations quote."""
    found: list[Quotation] = []
    of, lines = "", list[str]()
    for line in [*source.split("\n"), ""]:
        quoting = _quoting.match(line)
        said = quoting[1] if quoting else ""
        if quoting and said.strip() and not said.lstrip().startswith(">"):
            lines.append(said.strip())
            continue
        if lines:
            found.append(Quotation(of, "\n".join(lines)))
            lines = []
        if not quoting and line.strip():
            of = next(iter(quoted_posts(line)), "")
    return found


def text_of(html: str) -> str:
    """Return the text of a drawn text, as its reader sees and selects it."""
    return unescape(_tag.sub(" ", html))


def holds(text: str, passage: str) -> bool:
    """Tell whether a text has a passage's words, in their order, whatever stands between them."""
    words = _words(passage)
    return words.count(" ") > FEWEST_WORDS and words in _words(text)


def answered(text: str, public_id: str, responses: Iterable[tuple[int, str]]) -> list[Answered]:
    """Return the passages of a post that responses quote, in the order of the post.

    `responses` are ids and sources. The same words quoted by several stand once.
    """
    there = _words(text)
    found: dict[str, tuple[int, str, list[int]]] = {}
    for pk, source in responses:
        for quotation in quotations(source):
            words = _words(quotation.passage)
            if quotation.of not in ("", public_id) or words.count(" ") <= FEWEST_WORDS:
                continue
            if (place := there.find(words)) >= 0:
                by = found.setdefault(words, (place, quotation.passage, []))[2]
                if pk not in by:
                    by.append(pk)
    in_order = sorted(found.values(), key=lambda each: each[0])
    return [Answered(_cut(passage), tuple(by)) for _place, passage, by in in_order]


def quotes_old_words(source: str, public_id: str, now: str, before: Iterable[str]) -> bool:
    """Tell whether a text quotes words that a post had in an earlier text, and has no more."""
    gone = [
        quotation.passage
        for quotation in quotations(source)
        if quotation.of in ("", public_id) and not holds(now, quotation.passage)
    ]
    return any(holds(earlier, passage) for passage in gone for earlier in before)


def _words(text: str) -> str:
    # A space at either end, so that no word is found within another.
    return f" {' '.join(_word.findall(text.casefold()))} "


def _cut(passage: str) -> str:
    return passage if len(passage) <= MOST_SHOWN else f"{passage[: MOST_SHOWN - 1].rstrip()}…"
