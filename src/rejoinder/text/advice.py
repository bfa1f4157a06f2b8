"""What a friend would say about a post before it is sent. Advice, and never a reason to refuse."""

from __future__ import annotations

import re
from enum import Enum

from rejoinder.text.links import find_links
from rejoinder.text.references import quoted_posts, without_attributions
from rejoinder.text.titles import echoes

# Fewer words than these are quoted whole by everybody, and rightly.
FEW_WORDS = 60
# So much of the parent is "all of it".
MOST_OF_IT = 0.9
SHOUTED_LETTERS = 12
LONG_PARAGRAPH = 2500

_quoted = re.compile(r"^ {0,3}> ?(.*)$", re.MULTILINE)
_word = re.compile(r"\w+")


class Advice(Enum):
    """What could be better."""

    QUOTES_ALL = "quotes all"
    NOTHING_OWN = "nothing but a quotation"
    QUOTES_ANOTHER = "quotes another post than it answers"
    TITLE_IS_LINK = "the title is a link"
    TITLE_IS_PARENTS = "the title is the parent's"
    TITLE_SHOUTS = "the title is in capitals"
    LONG_PARAGRAPH = "a paragraph of more than a screen"


def advice(
    title: str, source: str, *, parent_id: str = "", parent_title: str = "", parent_source: str = ""
) -> list[Advice]:
    """Return what could be better in a post's words, the weightiest first.

    `parent_id` is the public id of the post it answers; empty for a thread's first post.
    """
    own, quoted = _quoted.sub("", source), "\n".join(_quoted.findall(source))
    checks = [
        (Advice.NOTHING_OWN, bool(quoted.strip()) and not _own_words(own)),
        (Advice.QUOTES_ALL, _quotes_all(quoted, own, parent_source)),
        (Advice.QUOTES_ANOTHER, _quotes_another(source, parent_id)),
        (Advice.TITLE_IS_LINK, _is_link(title)),
        (Advice.TITLE_IS_PARENTS, bool(parent_title) and echoes(title, parent_title)),
        (Advice.TITLE_SHOUTS, _shouts(title)),
        (Advice.LONG_PARAGRAPH, any(len(each) > LONG_PARAGRAPH for each in own.split("\n\n"))),
    ]
    return [each for each, is_so in checks if is_so]


def _own_words(own: str) -> list[str]:
    return _word.findall(without_attributions(own))


def _quotes_all(quoted: str, own: str, parent_source: str) -> bool:
    """Tell whether nearly all of a long parent is quoted, and less is said about it."""
    there = _word.findall(parent_source)
    if len(there) < FEW_WORDS:
        return False
    again = set(_word.findall(quoted))
    share = sum(word in again for word in there) / len(there)
    return share >= MOST_OF_IT and len(_own_words(own)) < len(there)


def _quotes_another(source: str, parent_id: str) -> bool:
    """Tell whether posts are quoted by the program's line, and none of them is the parent."""
    found = quoted_posts(source)
    return bool(parent_id and found and parent_id not in found)


def _is_link(title: str) -> bool:
    links = find_links(title)
    return bool(links) and not _word.findall(title[: links[0].start] + title[links[0].end :])


def _shouts(title: str) -> bool:
    letters = [char for char in title if char.isalpha() and char.upper() != char.lower()]
    return len(letters) >= SHOUTED_LETTERS and all(char.isupper() for char in letters)
