"""Which parts of a message are its text, and which are files that came with it."""

import re
from dataclasses import dataclass
from html import escape

from rejoinder.articles.article import Attachment, Faults, TextKind
from rejoinder.articles.charsets import decode_text, one_line
from rejoinder.articles.heads import parameters
from rejoinder.articles.mime import Part
from rejoinder.articles.transfer import decode_transfer, end_of_base64
from rejoinder.articles.uuencode import take_blocks

# A named text that says "inline" (a patch, a log) is read with the message up to this size.
MAX_INLINE_OCTETS = 65_536
_MAX_FILENAME = 120

_FILES_THOUGH_TEXT = frozenset(
    {"text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/css", "text/rtf"}
    | {"text/xml", "text/csv", "text/rfc822-headers", "text/javascript"}
)
_MARKED_UP_TEXT = ("text/enriched", "text/richtext")
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.I)
_UNSAFE_IN_FILENAME = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:|?*\"]"
)
_EXTENSIONS = {
    "application/pgp-signature": ("signature", ".asc"),
    "application/pkcs7-signature": ("smime", ".p7s"),
    "application/x-pkcs7-signature": ("smime", ".p7s"),
    "application/pdf": ("document", ".pdf"),
    "image/png": ("image", ".png"),
    "image/jpeg": ("image", ".jpg"),
    "image/gif": ("image", ".gif"),
    "text/calendar": ("event", ".ics"),
    "text/vcard": ("card", ".vcf"),
    "text/x-vcard": ("card", ".vcf"),
    "text/html": ("text", ".html"),
    "text/plain": ("text", ".txt"),
    "text/x-patch": ("change", ".patch"),
    "text/x-diff": ("change", ".diff"),
    "message/rfc822": ("message", ".eml"),
    "message/global": ("message", ".eml"),
    "text/rfc822-headers": ("headers", ".txt"),
    "message/delivery-status": ("delivery-status", ".txt"),
}


@dataclass(frozen=True, slots=True)
class Body:
    """A message's text and what came with it."""

    text: str
    kind: TextKind
    delsp: bool
    attachments: tuple[Attachment, ...]


@dataclass(slots=True)
class _Piece:
    text: str
    kind: TextKind
    delsp: bool = False


def read_body(parts: list[Part], faults: Faults) -> Body:
    """Return a message's body from its parts, the message itself first.

    Of alternatives the plain text is taken if it says something, else the HTML; several texts
    are joined in their order. Everything else is an attachment, also the files among what
    wasn't chosen.
    """
    texts = {number: piece for number, part in enumerate(parts) if (piece := _text(part, faults))}
    unread, inside = _fates(parts, texts)
    pieces: list[_Piece] = []
    attachments: list[Attachment] = []
    epilogues: list[tuple[int, _Piece]] = []
    for number, part in enumerate(parts):
        while epilogues and epilogues[-1][0] >= part.depth:
            pieces.append(epilogues.pop()[1])
        if part.epilogue and number not in unread:
            faults.note("text after the last part was kept")
            after = decode_text(part.epilogue, part.content.get("charset"), faults)
            epilogues.append((part.depth, _Piece(after, "plain")))
        if number not in inside:
            _add_file(attachments, part, texts.get(number), faults)
        if number in unread:
            continue
        if _heading(part, parts):
            pieces.append(_Piece(_heading(part, parts), "plain"))
        if number in texts:
            pieces.append(_without_blocks(texts[number], attachments))
        elif not part.children and (footer := _after_data(part)):
            pieces.append(_Piece(decode_text(footer, None, faults), "plain"))
    pieces.extend(piece for _, piece in reversed(epilogues))
    return _joined(pieces, tuple(attachments))


def _text(part: Part, faults: Faults) -> _Piece | None:
    """Return a part's text if it is one to read with the message."""
    if not _is_read_here(part):
        return None
    encoding = part.head.raw("content-transfer-encoding")
    octets = decode_transfer(part.body, encoding, faults, text=True)
    charset = part.content.get("charset")
    if part.media_type == "text/html":
        if not charset and (meta := _META_CHARSET.search(octets[:2000])):
            charset = meta[1].decode("ascii")
        return _Piece(decode_text(octets, charset, faults), "html")
    if part.media_type in _MARKED_UP_TEXT:
        faults.note(f"{part.media_type} shown with its marks")
    text = decode_text(octets, charset, faults)
    if part.content.get("format", "").lower() == "flowed":
        return _Piece(text, "flowed", part.content.get("delsp", "").lower() == "yes")
    return _Piece(text, "plain")


def _is_read_here(part: Part) -> bool:
    if not part.media_type.startswith("text/") or part.media_type in _FILES_THOUGH_TEXT:
        return False
    if part.parent is None:
        return True
    if part.disposition == "attachment":
        return False
    if not _written_filename(part):
        return True
    return (
        part.disposition == "inline"
        and part.media_type != "text/html"
        and part.end - part.start <= MAX_INLINE_OCTETS
    )


def _fates(parts: list[Part], texts: dict[int, _Piece]) -> tuple[set[int], set[int]]:
    """Return which parts' texts aren't read, and which parts are kept inside another's file.

    Bottom-up first (a part stands before its children, so backwards), then top-down.
    """
    says: list[set[str]] = [set() for _ in parts]
    for number in range(len(parts) - 1, -1, -1):
        piece = texts.get(number)
        if piece and piece.text.strip():
            says[number].add("html" if piece.kind == "html" else "plain")
        parent = parts[number].parent
        if parent is not None:
            says[parent] |= says[number]
    unread: set[int] = set()
    inside: set[int] = set()
    for number, part in enumerate(parts):
        embedded = part.media_type.startswith("message/")
        chosen = _choice(part, says) if part.media_type == "multipart/alternative" else None
        for child in part.children:
            if number in unread or (chosen is not None and child != chosen):
                unread.add(child)
            if embedded or number in inside:
                inside.add(child)
    return unread, inside


def _choice(part: Part, says: list[set[str]]) -> int | None:
    for kind in ("plain", "html"):
        for child in part.children:
            if kind in says[child]:
                return child
    return None


def _after_data(part: Part) -> bytes:
    """Return what a mailer wrote after a file's base64 without a boundary between them."""
    encoding = part.head.raw("content-transfer-encoding").strip().lower()
    if encoding != "base64" or part.media_type.startswith(("multipart/", "message/")):
        return b""
    data = part.body
    end = end_of_base64(data)
    rest = data[end:].strip()
    return rest if 0 < len(rest) < min(end, MAX_INLINE_OCTETS) else b""


def _add_file(
    attachments: list[Attachment], part: Part, piece: _Piece | None, faults: Faults
) -> None:
    """Keep a part as a file unless it is a container or only a text."""
    if part.children and not part.media_type.startswith("message/"):
        return
    named = _written_filename(part)
    if piece is not None and (not named or part.parent is None):
        return
    if part.media_type.startswith("message/") and part.parent is None:
        return
    encoding = part.head.raw("content-transfer-encoding")
    data = part.body if part.children else decode_transfer(part.body, encoding, faults, text=False)
    if not data and not named:
        return
    attachments.append(Attachment(_filename(part, named), part.media_type, data))


def _written_filename(part: Part) -> str:
    """Return the name that the sender gave a part; Content-Disposition counts before the type."""
    disposition = part.head.raw("content-disposition")
    named = parameters(disposition).get("filename") if disposition else None
    return named or part.content.get("name", "")


def _filename(part: Part, written: str) -> str:
    stem, extension = _EXTENSIONS.get(part.media_type, ("file", ".bin"))
    return clean_filename(written) or stem + extension


def clean_filename(written: str) -> str:
    """Return a bare file name without folders, controls and marks that turn it round; or ""."""
    bare = written.replace("\\", "/").rstrip("/").rpartition("/")[2]
    bare = one_line(_UNSAFE_IN_FILENAME.sub("", bare)).lstrip(". ").rstrip(". ")
    if len(bare) <= _MAX_FILENAME:
        return bare
    stem, dot, extension = bare.rpartition(".")
    if not dot or len(extension) > 10:
        return bare[:_MAX_FILENAME]
    return stem[: _MAX_FILENAME - len(extension) - 1] + dot + extension


def _heading(part: Part, parts: list[Part]) -> str:
    """Return the lines that introduce an embedded message where its text is read."""
    if part.parent is None:
        return ""
    above = parts[part.parent]
    if not above.media_type.startswith("message/") or not len(part.head):
        return ""
    shown_fields = ("From", "Date", "Subject")
    lines = [f"{name}: {part.head.text(name.lower())}" for name in shown_fields]
    return "\n".join(line for line in lines if not line.endswith(": "))


def _without_blocks(piece: _Piece, attachments: list[Attachment]) -> _Piece:
    """Move uuencoded files from a text among the attachments."""
    if piece.kind == "html":
        return piece
    text, files = take_blocks(piece.text)
    for name, data in files:
        filename = clean_filename(name) or "file.bin"
        attachments.append(Attachment(filename, "application/octet-stream", data))
    return _Piece(text, piece.kind, piece.delsp)


def _joined(pieces: list[_Piece], attachments: tuple[Attachment, ...]) -> Body:
    spoken = [piece for piece in pieces if piece.text.strip()]
    if not spoken:
        return Body("", "plain", False, attachments)
    kind: TextKind = "plain"
    if any(piece.kind == "html" for piece in spoken):
        kind = "html"
    elif any(piece.kind == "flowed" for piece in spoken):
        kind = "flowed"
    delsp = kind == "flowed" and any(piece.delsp for piece in spoken)
    texts = [_as_kind(piece, kind, delsp).strip("\n") for piece in spoken]
    return Body("\n\n".join(texts), kind, delsp, attachments)


def _as_kind(piece: _Piece, kind: TextKind, delsp: bool) -> str:
    """Return a text written as the kind that the joined text has."""
    if piece.kind == kind and piece.delsp == delsp:
        return piece.text
    if kind == "html":
        return f"<pre>{escape(piece.text.strip(), quote=False)}</pre>"
    if piece.kind == "flowed":  # DelSp takes one blank away: give it one to take
        return re.sub(r"(?m)(?<!^--) $", "  ", piece.text)
    return "\n".join(_as_fixed_line(line) for line in piece.text.split("\n"))


def _as_fixed_line(line: str) -> str:
    """Return a line that format=flowed leaves alone (RFC 3676 sections 4.2 and 4.4)."""
    kept = line if line == "-- " else line.rstrip(" ")
    return " " + kept if kept.startswith(" ") else kept
