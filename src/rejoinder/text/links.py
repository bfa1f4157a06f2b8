"""Web addresses inside text that become links."""

import re
from typing import NamedTuple

_start = r"(?:https?|gemini|nntp)://|www\.(?=[a-z0-9])|news:(?=[a-z0-9]+[.@])"
_url = re.compile(rf"(?<![\w/.@+-])(?:{_start})[^\s<>\"“”„«»`]+", re.IGNORECASE)
_pairs = {")": "(", "]": "[", "}": "{"}
_never_last = "?!.,:;*_~'’…"


class Link(NamedTuple):
    """A web address in a text: text[start:end], and where it leads."""

    start: int
    end: int
    href: str


def may_hold_links(text: str) -> bool:
    """Tell quickly whether find_links could find anything."""
    return "://" in text or "www." in text or "WWW." in text or "news:" in text


def find_links(text: str) -> list[Link]:
    """Return the web addresses in text, in order, without the sentence's punctuation.

    A closing bracket belongs to the address if its partner does too.
    """
    found = []
    for match in _url.finditer(text):
        end = _trimmed_end(text, match.start(), match.end())
        url = text[match.start() : end]
        if url[-1] in "/:" and url.endswith(("://", "news:")):
            continue
        found.append(Link(match.start(), end, f"http://{url}" if url[0] in "wW" else url))
    return found


def _trimmed_end(text: str, start: int, end: int) -> int:
    # Counted once and kept up to date: counting at each step would be quadratic.
    spare = {
        closing: text.count(closing, start, end) - text.count(opening, start, end)
        for closing, opening in _pairs.items()
    }
    while end > start:
        last = text[end - 1]
        if last in spare and spare[last] > 0:
            spare[last] -= 1
        elif last not in _never_last:
            break
        end -= 1
    return end
