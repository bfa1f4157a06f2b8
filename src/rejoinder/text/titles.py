"""A post's title: one line that says what the post says."""

import re
import unicodedata

from rejoinder.errors import BadTitle
from rejoinder.text.characters import (
    drop_invisible,
    drop_piled_marks,
    fold_spaces,
    has_surrogates,
    is_blank,
    replace_surrogates,
)

MAX_TITLE = 200  # characters, after normalisation
NO_TITLE = "(no title)"

# What mail programs in many languages put before the title of an answer.
_ANSWERS = (
    "re|aw|sv|vs|antw|antwort|ref|res|rv|odp|ynt|vá|atb|bls|rif|ris|r|ang|doorst|nta"
    "|σχετ|απ|hs|на|отв|ответ|回复|回覆|答复|답장|返信|תשובה|رد"
)
_TAG = r"\[[^\[\]]{1,60}\]"
_answer = re.compile(rf"\s*(?:{_ANSWERS})\s?(?:[\[(^]\s?\d{{1,3}}[\])]?)?\s?[:：]", re.IGNORECASE)
_tag = re.compile(rf"\s*{_TAG}")
_white = re.compile(r"\s+")


def clean_title(raw: str) -> str:
    """Return the title as it is kept: NFC, on one line, without what can't be seen.

    Raises BadTitle if nothing is left, if more than MAX_TITLE characters are left, or if
    it holds unpaired surrogates.
    """
    if has_surrogates(raw):
        raise BadTitle(
            "The title holds broken characters (unpaired surrogates). Please type it again."
        )
    title = _normalise(raw)
    if is_blank(title):
        raise BadTitle("A post needs a title. Say in a line what your post says.")
    if len(title) > MAX_TITLE:
        raise BadTitle(
            f"The title has {len(title)} characters; {MAX_TITLE} are the most. "
            "Shorten it, and put the rest into the text."
        )
    return title


def fit_title(raw: str) -> str:
    """Return a title for any input, as imports need it: cut with "…", or "(no title)"."""
    title = _normalise(replace_surrogates(raw))
    if is_blank(title):
        return NO_TITLE
    if len(title) <= MAX_TITLE:
        return title
    cut = MAX_TITLE - 1
    while cut > MAX_TITLE // 2 and _hangs_on(title[cut]):
        cut -= 1
    return title[:cut].rstrip(" \u200d") + "…"


def bare_title(title: str) -> str:
    """Return the title without "Re:", "Aw:", "Re[2]:" and the like, however often repeated.

    A list's tag in front of such a prefix goes with it; one behind it is part of the title.
    """
    place = 0
    while True:
        start = place
        while found := _tag.match(title, start):
            start = found.end()
        found = _answer.match(title, start)
        if not found:
            return title[place:].strip()
        place = found.end()


def echoes(title: str, parent_title: str) -> bool:
    """Tell whether a title only repeats its parent's, as "Re: …" or word for word.

    Case, white space and the tags of lists don't count.
    """
    bare, parent = bare_title(title), bare_title(parent_title)
    if _folded(bare) == _folded(parent):
        return True
    return bare != title.strip() and _folded(_untagged(bare)) == _folded(_untagged(parent))


def _normalise(raw: str) -> str:
    title = unicodedata.normalize("NFC", fold_spaces(raw))
    return fold_spaces(drop_piled_marks(drop_invisible(title)))


def _hangs_on(char: str) -> bool:
    """Tell whether a cut before char would tear it from what it belongs to."""
    return unicodedata.category(char)[0] == "M" or char in "\u200d" or "🏻" <= char <= "🏿"


def _untagged(title: str) -> str:
    start = 0
    while found := _tag.match(title, start):
        start = found.end()
    return title[start:] or title


def _folded(title: str) -> str:
    return _white.sub("", unicodedata.normalize("NFKC", title).casefold())
