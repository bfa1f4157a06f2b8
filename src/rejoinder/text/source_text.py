"""A post's text as its writer typed it: what is kept, before any rendering.

Text is kept as typed and not brought to NFC: a patch, a file name or a signed message has
meaning in its exact characters, and search folds for itself. Line ends become "\\n";
controls that no text needs and overrides of writing direction (which can turn code round
before a reader's eyes) are dropped. Isolates and direction marks stay: honest Hebrew and
Arabic needs them, and they end with their paragraph.
"""

import re

from rejoinder.errors import BadText
from rejoinder.text.characters import has_surrogates, replace_surrogates

# 256 KiB: 40,000 words, or the longest patches of a kernel list.
MAX_TEXT_OCTETS = 262_144

_line_end = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_junk = re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\u202d\u202e\ufeff\ufffe\uffff]")
_cut_notice = "\n\n[… {} more characters were cut here.]"


def clean_text(raw: str) -> str:
    """Return the text as it is kept; it may be empty.

    Raises BadText if it holds NUL or unpaired surrogates (binary), or has more than
    MAX_TEXT_OCTETS octets in UTF-8.
    """
    if "\0" in raw:
        raise BadText("This is no text but binary data (it holds NUL). Attach it as a file.")
    if has_surrogates(raw):
        raise BadText("The text holds broken characters. Please type or paste it again.")
    text = _normalise(raw)
    check_size(text)
    return text


def fit_text(raw: str) -> str:
    """Return a text for any input, as imports need it; one too long is cut and says so."""
    text = _normalise(replace_surrogates(raw).replace("\0", "\ufffd"))
    octets = text.encode()
    if len(octets) <= MAX_TEXT_OCTETS:
        return text
    kept = octets[: MAX_TEXT_OCTETS - 100].decode(errors="ignore")
    kept = kept[: kept.rfind("\n", len(kept) - 200) if "\n" in kept[-200:] else len(kept)]
    return kept + _cut_notice.format(len(text) - len(kept))


def check_size(text: str) -> None:
    """Raise BadText if text has more than MAX_TEXT_OCTETS octets in UTF-8."""
    if len(text) * 4 <= MAX_TEXT_OCTETS:
        return
    octets = len(text.encode(errors="surrogatepass"))
    if octets > MAX_TEXT_OCTETS:
        raise BadText(
            f"The text has {octets:,} octets; {MAX_TEXT_OCTETS:,} are the most. "
            "Shorten it, split it into several posts, or attach it as a file."
        )


def _normalise(raw: str) -> str:
    return _junk.sub("", _line_end.sub("\n", raw)).rstrip()
