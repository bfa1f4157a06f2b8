"""The head of a message or of one of its parts: fields, unfolding, parameters."""

import re
from urllib.parse import unquote_to_bytes

from rejoinder.articles.article import Faults
from rejoinder.articles.charsets import as_windows_1252, codec_for, decode_header_octets, one_line
from rejoinder.articles.words import decode_words

# Longer than any honest field; References of a thread of hundreds stay below it.
MAX_FIELD_CHARACTERS = 65_536
MAX_FIELDS = 5_000
MAX_HEAD_OCTETS = 1 << 20
MAX_PARAMETER_CHARACTERS = 8_192

# One field with its folded lines. Names: printable ASCII but the colon (RFC 5322 section 2.2).
_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*\n?(?:[ \t]+[^\s][^\n]*\n?|[ \t]+\r?\n(?=[ \t]))*)")
_FOREIGN_FIELD = re.compile(rb"[^\s:]+:")
_BLANK = re.compile(rb"\r?\n")
_BLANKS_ONLY = re.compile(rb"[ \t\r]*(?:\n|\Z)")
_FOLD = re.compile(r"[ \t]*\r?\n[ \t]*")
_PARAMETER = re.compile(r";\s*([^\s=;]+)\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)

# What tells a head from prose: a stray line followed by one of these is inside the head.
_WELL_KNOWN = re.compile(
    rb"(?:from|date|subject|to|cc|bcc|sender|reply-to|message-id|references|in-reply-to|received"
    rb"|return-path|delivered-to|mime-version|content-[a-z-]+|x-[a-z0-9-]+|list-[a-z-]+|path"
    rb"|newsgroups|organization|lines|xref|user-agent|precedence|errors-to|status|dkim-signature"
    rb"|nntp-posting-[a-z]+|distribution|keywords|summary|followup-to|approved|expires|comments"
    rb"|resent-[a-z-]+|importance|authentication-results|thread-[a-z]+|archived-at|article-i\.d\."
    rb"|supersedes|control|arc-[a-z-]+)[ \t]*:",
    re.IGNORECASE,
)


class Head:
    """The fields of a head, found by name without case; the first of several counts."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        self._fields = fields
        self._charset: str | None = None
        if "content-type" in fields:
            self._charset = parameters(self.raw("content-type")).get("charset")

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __len__(self) -> int:
        return len(self._fields)

    def count(self, name: str) -> int:
        """Return how often a field occurs."""
        return len(self._fields.get(name, ()))

    def raw(self, name: str, nth: int = 0) -> str:
        """Return a field unfolded and without controls, its encoded words as they came."""
        values = self._fields.get(name)
        if not values:
            return ""
        return self._clean(values[nth])

    def all_raw(self, name: str) -> list[str]:
        """Return every occurrence of a field, unfolded, from the top down."""
        return [self._clean(value) for value in self._fields.get(name, ())]

    def text(self, name: str) -> str:
        """Return a field as a person reads it: unfolded and decoded, on one line."""
        return one_line(decode_words(self.raw(name)))

    def _clean(self, value: str) -> str:
        value = value[:MAX_FIELD_CHARACTERS]
        if "\n" in value:
            value = _FOLD.sub(" ", value)
        return one_line(decode_header_octets(value, self._charset))


def looks_like_head(octets: bytes) -> bool:
    """Tell whether octets begin with a field that heads of messages have."""
    return _WELL_KNOWN.match(octets) is not None


def read_head(octets: bytes, start: int, end: int, faults: Faults) -> tuple[Head, int]:
    """Return the head that begins at `start`, and the offset at which the body begins.

    A line that is no field belongs to the field before it if a well-known field follows it;
    otherwise the body begins there.
    """
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    at = start
    end = min(end, start + MAX_HEAD_OCTETS)
    left = MAX_FIELDS
    while at < end and left:
        left -= 1
        field = _FIELD.match(octets, at, end)
        if field:
            last = fields.setdefault(field[1].decode("ascii").lower(), [])
            last.append(field[2].decode("ascii", "surrogateescape").strip("\r\n"))
            at = field.end()
            continue
        blank = _BLANK.match(octets, at, end)
        if blank:
            return Head(fields), blank.end()
        following = _next_line(octets, at, end)
        if not _WELL_KNOWN.match(octets, following, end):
            # A line of nothing but blanks ends a head as often as it is a broken fold.
            if _BLANKS_ONLY.match(octets, at, following):
                at = following
            elif fields:
                faults.note("no blank line between the headers and the text")
            break
        faults.note("a line among the headers is no header")
        # A field whose name isn't ASCII, or a fold that lost its blank?
        is_fold = not _FOREIGN_FIELD.match(octets, at, following)
        if is_fold and last is not None and len(last[-1]) < MAX_FIELD_CHARACTERS:
            last[-1] += " " + octets[at:following].decode("ascii", "surrogateescape").strip()
        at = following
    return Head(fields), at


def _next_line(octets: bytes, at: int, end: int) -> int:
    line_end = octets.find(b"\n", at, end)
    return end if line_end < 0 else line_end + 1


def parameters(value: str) -> dict[str, str]:
    """Return the parameters of a Content-Type or Content-Disposition, decoded, names lower-case.

    Continued and encoded ones are put together; encoded words, which some mailers put there,
    are decoded as well. Source: RFC 2045 section 5.1, RFC 2231.
    """
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(value[:MAX_PARAMETER_CHARACTERS]):
        name, text = match[1].lower(), match[2].strip()
        if text.startswith('"'):
            text = _ESCAPE.sub(r"\1", text.strip('"'))
        base, star, rest = name.partition("*")
        if not star:
            plain.setdefault(base, one_line(decode_words(text)))
        else:
            number = rest.rstrip("*")
            order = int(number) if number.isascii() and number.isdigit() else 0
            pieces.setdefault(base, []).append((order, name.endswith("*"), text))
    for base, found in pieces.items():
        plain[base] = _joined(sorted(found))
    return plain


def _joined(pieces: list[tuple[int, bool, str]]) -> str:
    charset, octets = "utf-8", b""
    for index, (_, encoded, text) in enumerate(pieces):
        if encoded and index == 0 and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)  # noqa: PLW2901
        octets += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    try:
        return one_line(octets.decode(codec_for(charset) or "utf-8"))
    except UnicodeError:
        return one_line(as_windows_1252(octets))
