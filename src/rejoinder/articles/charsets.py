"""From octets to characters, whatever the message claims about them."""

import codecs
import re
from functools import lru_cache

from rejoinder.articles.article import Faults

# Names seen in mail that Python doesn't know, or knows as a narrower set than the one writers
# use. The wider sets are those browsers use (WHATWG Encoding, section 4.2).
_READ_AS = {
    "ascii": "us-ascii",
    "ansi_x3.4-1968": "us-ascii",
    "646": "us-ascii",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "big5": "cp950",
    "iso-8859-1": "windows-1252",
    "iso8859-1": "windows-1252",
    "iso_8859-1": "windows-1252",
    "latin1": "windows-1252",
    "latin-1": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "iso-2022-jp": "iso2022_jp_ext",
    "utf8": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "cp-850": "cp850",
    "tis-620": "cp874",
}

# An allow-list: Python also registers codecs that are no charsets (rot13, zlib), one that runs
# commands of the text (unicode_escape), slow ones (punycode), and UTF-7, which hides markup.
_KNOWN = re.compile(
    r"utf-8|utf-8-sig|utf-16(-[lb]e)?|utf-32(-[lb]e)?|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+"
    r"|gb18030|big5|big5hkscs|euc_(jp|jisx0213|jis_2004|kr)|iso2022_\w+|johab|hz"
    r"|shift_jis\w*|tis-620|hp-roman8|ptcp154|kz1048"
)
_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
_TAKES_UTF_8 = ("gb18030", "cp932", "cp949", "cp950")
_MANY_BYTE = ("utf-", "gb", "cp93", "cp94", "cp95", "euc", "big5", "iso2022", "shift", "hz")


@lru_cache(maxsize=256)
def codec_for(charset: str) -> str | None:
    """Return the codec that a declared charset is read with; None if it is unknown or refused.

    "us-ascii" is returned as such; it is the caller's to say what eight bits in it mean.
    """
    name = charset.strip(" \t\"';").lower().split("*")[0].replace(" ", "")
    name = _READ_AS.get(name, name)
    if name == "us-ascii":
        return name
    try:
        known = codecs.lookup(name[:60]).name
    except (LookupError, ValueError):
        return None
    return known if _KNOWN.fullmatch(known) else None


def decode_text(octets: bytes, charset: str | None, faults: Faults) -> str:
    """Return a body's text with LF line ends, without NUL and unpaired surrogates.

    The declared charset is tried first, then UTF-8, then windows-1252, which takes anything.
    """
    text = _decoded(octets, charset, faults)
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if "\x00" in text or not text.isascii():
        cleaned = _UNUSABLE.sub("", text)
        if cleaned != text:
            faults.note("NUL characters in the text were left out")
        return cleaned
    return text


def _decoded(octets: bytes, charset: str | None, faults: Faults) -> str:
    codec = codec_for(charset) if charset else "us-ascii"
    if codec in ("us-ascii", "utf-8", "cp1252") and octets.isascii() and b"\x1b$" not in octets:
        return octets.decode("ascii")
    if codec is None:
        return _guessed(octets, f"charset '{shown(charset)}' unknown", faults)
    if codec == "us-ascii":
        return _without_charset(octets, faults)
    try:
        if codec in _TAKES_UTF_8 and _is_east_asian_utf_8(octets):
            return _guessed(octets, f"text is not in its charset '{shown(charset)}'", faults)
        return octets.decode(codec)
    except UnicodeError:
        return _mended(octets, codec, f"text is not in its charset '{shown(charset)}'", faults)


def _without_charset(octets: bytes, faults: Faults) -> str:
    if not octets.isascii():
        return _guessed(octets, "eight-bit text without its charset", faults)
    if b"\x1b$" in octets:
        try:
            text = octets.decode("iso2022_jp_ext")
        except UnicodeError:
            return octets.decode("ascii")
        faults.note("no charset for Japanese text, read as iso-2022-jp")
        return text
    return octets.decode("ascii")


def _mended(octets: bytes, codec: str, wrong: str, faults: Faults) -> str:
    """Keep the declared charset where only some places are damaged, or guess another."""
    if codec.startswith(_MANY_BYTE) and not _is_utf_8(octets):
        text = octets.decode(codec, "replace")
        damaged = text.count("\ufffd")
        foreign = sum(map(len, re.findall("[^\x00-\x7f]+", text))) - damaged
        if foreign > 2 * damaged:
            faults.note(f"{wrong} in places, shown as \ufffd")
            return text
    return _guessed(octets, wrong, faults)


def _is_east_asian_utf_8(octets: bytes) -> bool:
    """Tell whether octets in a charset that takes nearly anything are plainly UTF-8.

    Three characters of three octets each are hardly met by chance; two of two octets are.
    """
    try:
        foreign = [each for each in octets.decode("utf-8") if each > "\x7f"]
    except UnicodeError:
        return False
    return len(foreign) >= 3 and min(foreign) >= "\u0800"


def _is_utf_8(octets: bytes) -> bool:
    """Tell whether octets are UTF-8, but for a character cut off at the end."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(octets)
    except UnicodeError:
        return False
    return True


def _guessed(octets: bytes, wrong: str, faults: Faults) -> str:
    if _is_utf_8(octets):
        text = octets.decode("utf-8", "replace")
        read_as = "UTF-8"
    else:
        text = as_windows_1252(octets)
        read_as = "windows-1252"
    faults.note(f"{wrong}, read as {read_as}")
    return text


def as_windows_1252(octets: bytes) -> str:
    """Return any octets as windows-1252; the five it leaves undefined are read as Latin-1."""
    try:
        return octets.decode("cp1252")
    except UnicodeError:
        return octets.decode("latin-1")


def decode_header_octets(value: str, fallback: str | None) -> str:
    """Return a header value whose raw eight-bit octets (as surrogates) are read as characters.

    UTF-8 (RFC 6532) if it is that, then the fallback charset, then windows-1252.
    """
    if value.isascii():
        return value
    octets = value.encode("utf-8", "surrogateescape")
    for codec in ("utf-8", codec_for(fallback) if fallback else None):
        if codec is None or codec == "us-ascii":
            continue
        try:
            return octets.decode(codec)
        except UnicodeError:
            continue
    return as_windows_1252(octets)


def one_line(value: str) -> str:
    """Return a value fit for a header: no line ends, controls or surrogates, trimmed."""
    if not value.isprintable():
        value = _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", value))
    return value.strip()


def shown(name: str | None) -> str:
    """Return a name from a message short and clean enough for a fault's text."""
    return one_line((name or "")[:40])
