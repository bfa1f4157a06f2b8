"""Content-Transfer-Encoding undone, right and broken (RFC 2045 section 6)."""

import binascii
import re

from rejoinder.articles.article import Faults
from rejoinder.articles.charsets import shown
from rejoinder.articles.uuencode import decode_block
from rejoinder.articles.words import decode_base64

_AS_IT_IS = ("", "7bit", "8bit", "binary", "7-bit", "8-bit", "plain", "none")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/\s]*(?:=\s*){0,2}")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_BROKEN_QP = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*\r?\n|[ \t]*\Z)")


def decode_transfer(octets: bytes, encoding: str, faults: Faults, *, text: bool) -> bytes:
    """Return a part's octets with its transfer encoding undone as far as it can be.

    What can't be undone is returned as it came. With `text`, what follows base64 that isn't
    base64 (a list's footer) is kept after it.
    """
    encoding = encoding.strip(" \t\"';").lower().partition(";")[0].strip()
    if encoding in _AS_IT_IS:
        return octets
    if encoding == "quoted-printable":
        if _BROKEN_QP.search(octets):
            faults.note("quoted-printable broken in places, left as they were")
        return binascii.a2b_qp(octets)
    if encoding == "base64":
        return _base64(octets, faults, text=text)
    if encoding in ("x-uuencode", "uuencode", "x-uue"):
        decoded = decode_block(octets.decode("latin-1"))
        if decoded is not None:
            return decoded
    faults.note(f"transfer encoding '{shown(encoding)}' unknown or broken, text left as it was")
    return octets


def _base64(octets: bytes, faults: Faults, *, text: bool) -> bytes:
    try:
        return binascii.a2b_base64(octets, strict_mode=True)
    except binascii.Error:
        pass
    run = _BASE64_RUN.match(octets)
    end = run.end() if run else 0
    rest = octets[end:]
    if not rest.strip():
        return _lenient(octets, faults)
    if not text:
        faults.note("characters in base64 that don't belong there were left out")
        return decode_base64(octets.decode("latin-1"))
    if len(rest) > end or not octets[:end].strip():
        faults.note("base64 broken, text left as it was")
        return octets
    # The last line before the rest may be the rest's own beginning.
    whole_lines = octets.rfind(b"\n", 0, end) + 1 if octets[end - 1 : end] != b"\n" else end
    faults.note("text after base64 was kept as it was")
    return _lenient(octets[:whole_lines], faults) + b"\n" + octets[whole_lines:]


def _lenient(octets: bytes, faults: Faults) -> bytes:
    letters = sum(len(line.strip()) for line in octets.split(b"\n"))
    if letters % 4:
        faults.note("base64 cut off or broken, read as far as it goes")
    return decode_base64(octets.decode("latin-1"))
