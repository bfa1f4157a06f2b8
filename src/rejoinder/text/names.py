"""Display names, and the key by which two of them are taken for the same.

The data are Unicode's confusables (UTS 39), as the package confusable-homoglyphs carries
them: each character with the characters it is confused with. They form stars whose centre
is the prototype, so a real skeleton can be had from them.
"""

import json
import re
import unicodedata
from functools import cache
from importlib import resources

from rejoinder.errors import BadName
from rejoinder.text.characters import (
    drop_invisible,
    fold_spaces,
    has_surrogates,
)

MAX_NAME = 60  # characters, after normalisation
MAX_NAME_MARKS = 4  # combining marks in a row

_address = re.compile(r"\S@\S|\S\s?[\[(]at[\])]\s?\S", re.IGNORECASE)
_url = re.compile(
    r"[a-z][a-z0-9+.-]{1,15}://|^(?:mailto|javascript|data|https?):|\bwww\.\S"
    r"|^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*\."
    r"(?:com|org|net|info|biz|io|dev|app|xyz|online|site|shop|top|club|ru|cn|de|uk|eu)(?:/|$)",
    re.IGNORECASE,
)


def clean_name(raw: str) -> str:
    """Return a display name as it is kept: NFC, on one line, in any script, with spaces.

    Raises BadName if it's empty, longer than MAX_NAME characters, without a letter or a
    digit, piled with marks, or made to look like a mail address or a web address.
    """
    if has_surrogates(raw):
        raise BadName("The name holds broken characters. Please type it again.")
    name = fold_spaces(drop_invisible(unicodedata.normalize("NFC", fold_spaces(raw))))
    if not name:
        raise BadName("Please give a name. It may hold spaces and any script.")
    if len(name) > MAX_NAME:
        raise BadName(f"The name has {len(name)} characters; {MAX_NAME} are the most.")
    if not any(unicodedata.category(char)[0] in "LN" for char in name):
        raise BadName("A name needs at least one letter or digit.")
    if _is_piled(name):
        raise BadName("The name piles too many marks on one letter. Please use fewer.")
    if _address.search(name):
        raise BadName("A name can't be a mail address: everybody sees it. Choose another.")
    if _url.search(name):
        raise BadName("A name can't be a web address. Put that into your profile instead.")
    return name


def look_key(name: str) -> str:
    """Return a key that is equal for names that differ only in case or look alike.

    Spaces and punctuation don't count. It is UTS 39's skeleton, taken after case folding,
    and joined with it: as "I" is both a capital "i" and a twin of "l", the letters i, l, 1
    and | are one; so are o and 0, m and rn, w and vv. In words that mix Latin with Greek or
    Cyrillic a letter counts as what it looks like; in words of one script also as what its
    capital looks like. Not caught: a lower-case Greek word whose capitals look otherwise
    ("νινα" and "viva"). Unusable for showing; empty only for a name of nothing but marks.
    """
    text = unicodedata.normalize("NFKC", drop_invisible(name))
    words = text.split()
    return "".join(_word_key(word) for word in words) or text.casefold()


def _word_key(word: str) -> str:
    letters = [char for char in unicodedata.normalize("NFD", word) if not _is_dropped(char)]
    mixed = any("a" <= char.lower() <= "z" for char in letters)
    return "".join(_soft_dots([_looks_like(char, mixed) for char in letters]))


@cache
def _looks_like(char: str, in_latin_word: bool) -> str:
    """Return what a letter is counted as: ASCII if it, its capital or small form looks so."""
    forms = [char] if in_latin_word else []
    for form in [*forms, char.upper(), char.casefold()]:
        looks = _skeleton(form)
        if looks.isascii():
            return _skeleton(_skeleton(looks).casefold()).casefold()
    return unicodedata.normalize("NFD", _skeleton(char.casefold()))


def _skeleton(text: str) -> str:
    """Return text with each character replaced by its prototype. Source: UTS 39 section 4."""
    prototypes = _prototypes()
    return "".join(prototypes.get(char, char) for char in unicodedata.normalize("NFD", text))


@cache
def _prototypes() -> dict[str, str]:
    """Return the prototype of each confusable character: the centre of its star.

    In a pair, the string of several characters is the centre, then ASCII, then the lower
    code point: any choice gives the same equalities.
    """
    source = resources.files("confusable_homoglyphs") / "confusables.json"
    listed = json.loads(source.read_text(encoding="utf-8"))
    twins = {
        _undirected(char): [_undirected(other["c"]) for other in others]
        for char, others in listed.items()
    }
    prototypes = {}
    for char, others in twins.items():
        if len(char) == 1 and len(others) == 1:
            other = others[0]
            if len(twins[other]) > 1 or _rank(other) < _rank(char):
                prototypes[char] = other
    # Not in the tables: i, whose capital is a twin of l, and w, which "vv" copies well.
    return prototypes | {"i": "l", "w": "vv"}


def _rank(text: str) -> tuple[bool, bool, str]:
    return (len(text) == 1, not text.isascii(), text)


def _undirected(text: str) -> str:
    """Return text without the direction marks that the tables put round right-to-left ones."""
    return text.strip("\u200e\u200f") or text


def _soft_dots(looks: list[str]) -> list[str]:
    """Return looks without the dot that "İ" leaves over an i, which nobody can see."""
    return [
        look
        for place, look in enumerate(looks)
        if not (look == "\u0307" and place and looks[place - 1] == "l")
    ]


def _is_dropped(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "PZC" or (category[0] == "S" and char.isascii() and char != "|")


def _is_piled(name: str) -> bool:
    run = 0
    for char in unicodedata.normalize("NFD", name):
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run > MAX_NAME_MARKS:
            return True
    return False
