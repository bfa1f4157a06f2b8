"""Single characters: which ones a line of text may hold, and which are junk there."""

import re
import unicodedata

# Mn and Me stacked higher than this climb into the neighbouring lines of an outline.
# Hebrew with vowels and accents needs 4, Tibetan stacks 6.
MAX_MARKS = 8

_JOINING = (
    "\u0600-\u08ff"  # Arabic, Syriac, Thaana, N'Ko, Mandaic
    "\u0900-\u0dff"  # the scripts of India and Sri Lanka
    "\u0f00-\u109f"  # Tibetan, Myanmar
    "\u1780-\u18af"  # Khmer, Mongolian
    "\ua840-\uaaff"  # Phags-pa to Meetei Mayek
    "\ufb50-\ufdff\ufe70-\ufefc"  # Arabic presentation forms
    "\U00010a00-\U00011fff"
)
_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls that are no white space
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_invisible = re.compile(f"[{_INVISIBLE}]")
_joining = re.compile(f"[{_JOINING}]")
_surrogate = re.compile("[\ud800-\udfff]")
_space = re.compile(r"[\s\u2800\x85]+")
# Possessive: a run of 200,000 marks must not be tried from each of its starts.
_marks = re.compile(
    f"([\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u1ab0-\u1aff\u1dc0-\u1dff"
    f"\u20d0-\u20ff\u0e31-\u0e3a\u0e47-\u0e4e\ufe20-\ufe2f]{{{MAX_MARKS}}})"
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u1ab0-\u1aff\u1dc0-\u1dff"
    "\u20d0-\u20ff\u0e31-\u0e3a\u0e47-\u0e4e\ufe20-\ufe2f]++"
)

_ZWNJ, _ZWJ, _BLACK_FLAG, _END_TAG = "\u200c", "\u200d", "\U0001f3f4", "\U000e007f"


def has_surrogates(text: str) -> bool:
    """Tell whether text holds unpaired surrogates, which no encoding can store."""
    return _surrogate.search(text) is not None


def replace_surrogates(text: str) -> str:
    """Return text with U+FFFD in place of each unpaired surrogate."""
    return _surrogate.sub("\ufffd", text)


def fold_spaces(text: str) -> str:
    """Return text stripped, every run of white space and line ends as one space."""
    return _space.sub(" ", text).strip(" ")


def drop_invisible(text: str) -> str:
    """Return text without controls, direction marks and zero-width junk.

    Joiners stay between letters of scripts that need them and inside emoji; variation
    selectors stay after symbols and ideographs; tags stay in the flags that they spell.
    """
    if text.isascii() and text.isprintable():
        return text
    if not _invisible.search(text):
        return text
    kept: list[str] = []
    for place, char in enumerate(text):
        if not _invisible.match(char) or _is_needed(char, kept, text[place + 1 : place + 2]):
            kept.append(char)
    return "".join(kept)


def drop_piled_marks(text: str) -> str:
    """Return text with no more than MAX_MARKS combining marks on one letter."""
    return _marks.sub(r"\1", text)


def is_blank(text: str) -> bool:
    """Tell whether nothing in text can be seen: only spaces, controls, lone marks."""
    return all(unicodedata.category(char)[0] in "ZCM" or char == "\u2800" for char in text)


def _is_needed(char: str, kept: list[str], after: str) -> bool:
    before = kept[-1] if kept else ""
    if not before:
        return False
    if char in (_ZWJ, _ZWNJ):
        in_emoji = char == _ZWJ and _is_pictorial(before) and _is_pictorial(after)
        return in_emoji or _joining.match(before) is not None
    if "\ufe00" <= char <= "\ufe0f":
        return _is_pictorial(before) or before in "0123456789#*" or _is_ideograph(before)
    if "\U000e0100" <= char <= "\U000e01ef":
        return _is_ideograph(before)
    if "\U000e0020" <= char <= _END_TAG:
        return before == _BLACK_FLAG or "\U000e0020" <= before < _END_TAG
    return "\u180b" <= char <= "\u180f" and "\u1800" <= before <= "\u18af"


def _is_pictorial(char: str) -> bool:
    return bool(char) and (
        unicodedata.category(char) in ("So", "Sk", "Sm")
        or char in "\ufe0f‼⁉〰〽"
        or "\U0001f000" <= char <= "\U0001faff"
    )


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
