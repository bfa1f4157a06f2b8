"""Encoded words in headers (RFC 2047), right and broken."""

import binascii
import re
from collections.abc import Iterator

from rejoinder.articles.charsets import as_windows_1252, codec_for

# Laxer than the RFC: blanks inside the text and a missing end are common. The text can't hold
# "?", so a scan from any start ends at the next one and the whole stays linear.
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)(?:\?=|\Z)")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")


def decode_words(value: str) -> str:
    """Return the value with its encoded words decoded; a word in an unknown charset is guessed.

    White space between two encoded words is dropped, and characters split over two words of
    one charset are joined. Source: RFC 2047 section 6.2.
    """
    if "=?" not in value:
        return value
    return "".join(_decoded_runs(value))


def _decoded_runs(value: str) -> Iterator[str]:
    end = 0
    charset, octets = "", b""
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        this_charset = word[1].lower()
        if octets and (this_charset != charset or between.strip()):
            yield _characters(octets, charset)
            octets = b""
        if between.strip() or end == 0:
            yield between
        charset = this_charset
        octets += _octets(word[2], word[3])
        end = word.end()
    if octets:
        yield _characters(octets, charset)
    yield value[end:]


def _octets(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return decode_base64(text)


def decode_base64(text: str) -> bytes:
    """Return base64 decoded as far as it goes, without its junk and with its padding mended."""
    bare = _NOT_BASE64.sub("", text)
    if len(bare) % 4 == 1:  # one letter holds no octet
        bare = bare[:-1]
    return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))


def _characters(octets: bytes, charset: str) -> str:
    codec = codec_for(charset)
    for attempt in (codec, "utf-8"):
        if attempt is None:
            continue
        try:
            return octets.decode(attempt)
        except UnicodeError:
            continue
    if codec not in (None, "us-ascii", "cp1252"):
        return octets.decode(codec or "ascii", "replace")
    return as_windows_1252(octets)
