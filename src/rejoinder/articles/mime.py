"""A message taken apart into its parts, by offsets, without recursion.

The standard library's parser isn't used for this: it descends one Python frame for each level
of nesting and tries every open boundary on every line, so that a small hostile message costs
minutes or a RecursionError (docs/decisions/0010-own-mime-splitter.md).
"""

import re
from dataclasses import dataclass, field

from rejoinder.articles.article import Faults
from rejoinder.articles.charsets import shown
from rejoinder.articles.heads import Head, parameters, read_head
from rejoinder.articles.transfer import decode_transfer

MAX_DEPTH = 100
MAX_PARTS = 1_000

TOO_MUCH = "too many or too deeply nested parts, kept whole as a file"
LINE_FEED = 0x0A

_MEDIA_TYPE = re.compile(r"\s*([!-.0-~]{1,60})/([!-.0-:<-~]{1,90})\s*(?:;|\Z|\s)")
_GUESSED_BOUNDARY = re.compile(
    rb"(?:\A|\n)--([^\r\n]{1,200})\r?\n(?:content-|\r?\n)", re.IGNORECASE
)
_EMBEDDED = ("message/rfc822", "message/global", "message/news")


@dataclass(slots=True)
class Part:
    """One part: where it stands in which octets, what it is, and what it holds."""

    octets: bytes
    start: int
    end: int
    head: Head
    media_type: str
    content: dict[str, str]
    depth: int
    parent: int | None
    children: list[int] = field(default_factory=list)
    epilogue: bytes = b""

    @property
    def body(self) -> bytes:
        """The part's octets as they came, without its head."""
        return self.octets[self.start : self.end]

    @property
    def disposition(self) -> str:
        """ "attachment", "inline", or nothing."""
        return self.head.raw("content-disposition").partition(";")[0].strip().lower()


@dataclass(slots=True)
class _Waiting:
    octets: bytes
    start: int
    end: int
    parent: int | None
    depth: int
    default_type: str = "text/plain"


def take_apart(octets: bytes, head: Head, body_start: int, faults: Faults) -> list[Part]:
    """Return a message's parts, each before its children and in the order they stand.

    The first is the message itself. Past MAX_DEPTH or MAX_PARTS a part is left whole.
    Source: RFC 2046 section 5.1.
    """
    root = _part(_Waiting(octets, body_start, len(octets), None, 0), head, body_start, faults)
    parts = [root]
    waiting = _inside(root, 0, faults)
    while waiting:
        place = waiting.pop()
        part_head, body = read_head(place.octets, place.start, place.end, faults)
        part = _part(place, part_head, body, faults)
        number = len(parts)
        parts.append(part)
        if place.parent is not None:
            parts[place.parent].children.append(number)
        if place.depth >= MAX_DEPTH or len(parts) + len(waiting) >= MAX_PARTS:
            if part.media_type.startswith(("multipart/", "message/")):
                faults.note(TOO_MUCH)
                part.media_type = "application/octet-stream"
            continue
        waiting.extend(_inside(part, number, faults))
    return parts


def _part(place: _Waiting, head: Head, body: int, faults: Faults) -> Part:
    written = head.raw("content-type")
    media_type = place.default_type
    if written:
        found = _MEDIA_TYPE.match(written)
        if found:
            media_type = f"{found[1]}/{found[2]}".lower()
        else:
            # RFC 2045 section 5.2; "text" alone was an early spelling of text/plain.
            faults.note(f"content type '{shown(written)}' can't be read, taken as text/plain")
            media_type = "text/plain"
    content = parameters(written) if written else {}
    return Part(place.octets, body, place.end, head, media_type, content, place.depth, place.parent)


def _inside(part: Part, number: int, faults: Faults) -> list[_Waiting]:
    """Return what is to be read inside a part, the last first."""
    if part.media_type.startswith("multipart/"):
        return _multipart(part, number, faults)
    if part.media_type in _EMBEDDED and part.disposition != "attachment":
        return _embedded(part, number, faults)
    return []


def _embedded(part: Part, number: int, faults: Faults) -> list[_Waiting]:
    encoding = part.head.raw("content-transfer-encoding")
    octets = decode_transfer(part.body, encoding, faults, text=False)
    if octets == part.body:
        return [_Waiting(part.octets, part.start, part.end, number, part.depth + 1)]
    part.octets, part.start, part.end = octets, 0, len(octets)
    return [_Waiting(octets, 0, len(octets), number, part.depth + 1)]


def _multipart(part: Part, number: int, faults: Faults) -> list[_Waiting]:
    spans, epilogue = _spans(part, part.content.get("boundary", ""), faults)
    if not spans:
        if part.end > part.start:
            faults.note("multipart without its parts, read as one text")
        # No parts means that the text stands where the preamble would.
        part.media_type = "text/plain"
        return []
    part.epilogue = epilogue
    default = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
    return [
        _Waiting(part.octets, start, end, number, part.depth + 1, default)
        for start, end in reversed(spans)
    ]


def _spans(part: Part, boundary: str, faults: Faults) -> tuple[list[tuple[int, int]], bytes]:
    marker = b"--" + boundary.encode("utf-8", "surrogateescape")
    spans, epilogue = _split(part, marker, faults) if boundary else ([], b"")
    if spans:
        return spans, epilogue
    guessed = _GUESSED_BOUNDARY.search(part.octets, max(0, part.start - 1), part.end)
    if not guessed:
        return [], b""
    faults.note("boundary missing or wrong, guessed from the text")
    return _split(part, b"--" + guessed[1].rstrip(), faults)


def _split(part: Part, marker: bytes, faults: Faults) -> tuple[list[tuple[int, int]], bytes]:
    """Return the spans between a boundary's lines, and what follows the closing one."""
    octets, end = part.octets, part.end
    spans: list[tuple[int, int]] = []
    opened: int | None = None
    at = octets.find(marker, part.start, end)
    while at >= 0 and len(spans) < MAX_PARTS:
        after = at + len(marker)
        # Looked at first, so that a hostile line full of markers is walked once.
        if at != part.start and octets[at - 1] != LINE_FEED:
            at = octets.find(marker, after, end)
            continue
        line_end = octets.find(b"\n", after, end)
        line_end = end if line_end < 0 else line_end
        rest = octets[after:line_end].rstrip()
        if rest in (b"", b"--"):
            if opened is not None:
                spans.append((opened, max(opened, _before_line_end(octets, at))))
            opened = line_end + 1
            if rest:
                return spans, octets[line_end:end].strip()
        at = octets.find(marker, after, end)
    if opened is not None:
        many = len(spans) >= MAX_PARTS
        faults.note(TOO_MUCH if many else "the last part has no end; the message may be cut off")
        spans.append((min(opened, end), end))
    return spans, b""


def _before_line_end(octets: bytes, at: int) -> int:
    """Return where the line end that belongs to a boundary begins (RFC 2046 section 5.1.1)."""
    if octets[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1
