"""Content-Transfer-Encoding undone, right and broken (RFC 2045 section 6)."""

import binascii
import re

from rejoinder.articles.article import Faults
from rejoinder.articles.charsets import shown
from rejoinder.articles.uuencode import decode_block
from rejoinder.articles.words import decode_base64

_AS_IT_IS = ("", "7bit", "8bit", "binary", "7bits", "8bits", "plain", "none")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/\s]*(?:=\s*){0,2}")
_BROKEN_QP = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")


def decode_transfer(octets: bytes, encoding: str, faults: Faults, *, text: bool) -> bytes:
    """Return a part's octets with its transfer encoding undone as far as it can be.

    What can't be undone is returned as it came. With `text`, what follows base64 that isn't
    base64 (a list's footer) is kept after it.
    """
    encoding = encoding.partition(";")[0].strip(" \t\"'").lower()
    plainly = encoding.replace(" ", "").replace("-", "")
    if plainly in _AS_IT_IS:
        return octets
    if plainly == "quotedprintable":
        if _BROKEN_QP.search(octets):
            faults.note("quoted-printable broken in places, left as they were")
        return binascii.a2b_qp(octets)
    if plainly == "base64":
        return _base64(octets, faults, text=text)
    if plainly in ("xuuencode", "uuencode", "xuue"):
        decoded = decode_block(octets.decode("latin-1"))
        if decoded is not None:
            return decoded
    faults.note(f"transfer encoding '{shown(encoding)}' unknown or broken, text left as it was")
    return octets


def _base64(octets: bytes, faults: Faults, *, text: bool) -> bytes:
    end = end_of_base64(octets)
    rest = octets[end:].strip()
    if not rest:
        return _lenient(octets, faults)
    if len(rest) > end or not octets[:end].strip():
        if text:
            faults.note("base64 broken, text left as it was")
            return octets
        faults.note("characters in base64 that don't belong there were left out")
        return _lenient(octets, faults)
    faults.note("text after base64 was kept as it was")
    decoded = _lenient(octets[:end], faults)
    return decoded + b"\n" + rest if text else decoded


def end_of_base64(octets: bytes) -> int:
    """Return where base64 ends and something else (a list's footer, a greeting) begins.

    A line with a character that isn't base64's belongs to what follows, from its beginning.
    """
    run = _BASE64_RUN.match(octets)
    end = run.end() if run else 0
    if end == len(octets) or b"=" in octets[max(0, end - 8) : end]:
        return end
    return octets.rfind(b"\n", 0, end) + 1


def _lenient(octets: bytes, faults: Faults) -> bytes:
    try:
        return binascii.a2b_base64(octets)
    except binascii.Error:
        faults.note("base64 cut off or broken, read as far as it goes")
        return decode_base64(octets.decode("latin-1"))
