"""Messages in an mbox file, of any of its dialects, in memory that doesn't grow with the file."""

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from rejoinder.articles.heads import looks_like_head
from rejoinder.articles.parse import MAX_ARTICLE_OCTETS
from rejoinder.errors import BadInput
from rejoinder.importers.found import Found, FoundMessage, PassedOver

_BLOCK_OCTETS = 1 << 20
_SNIFFED_OCTETS = 4_096
# A From_ line and the beginning of the header after it.
_LOOKAHEAD_OCTETS = 2_048

# "From sender Mon Jan  1 10:20:51 2014": a sender (or none) and a date; zones and seconds vary,
# and so does what comes after (RFC 4155 appendix A gives the strict form).
_FROM_LINE = re.compile(
    rb"From [^\n]{0,500}?\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+"
    rb"(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2})\s[^\n]{0,60}\d\d:\d\d[^\n]{0,60}\r?\n"
)
# What git puts atop each patch: a From_ line in form, but a part of the text where it is found
# in mail that isn't a series of patches.
_PATCH_LINE = re.compile(rb"From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\r?\n")
_ANY_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:|>From |\r?\n")
_CONTENT_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,12})[ \t]*\r?$", re.I | re.M)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_QUOTED_FROM = re.compile(rb"^>+From ", re.M)
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<\?xml|<head)", re.I)


def read_messages(
    path: Path, *, start: int = 0, max_article_octets: int = MAX_ARTICLE_OCTETS
) -> Iterator[Found]:
    """Yield the messages of an mbox in file order; those too large as PassedOver, unread.

    mboxo, mboxrd, mboxcl and mboxcl2, LF or CRLF, also gzipped. A file that holds one message
    without a From_ line yields that. `start` is an `end` that was yielded before.
    Raises BadInput if the file can't be read or holds no mail; a file damaged half-way raises
    after what could be read.
    """
    try:
        with _opened(path) as stream:
            _check_is_mail(path, stream.read(_SNIFFED_OCTETS))
            stream.seek(start)
            yield from _Mbox(path, stream, start, max_article_octets).messages()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput(
            f"{path} is damaged: its gzip data ends or breaks before its end. What came before "
            "the damage was read; fetch the file again for the rest."
        ) from error
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror or error}.") from error


def looks_like_mail(path: Path) -> bool:
    """Tell whether a file begins like an mbox or like a message; False if it can't be read."""
    try:
        with _opened(path) as stream:
            _check_is_mail(path, stream.read(_SNIFFED_OCTETS))
    except (BadInput, OSError, EOFError, zlib.error):
        return False
    return True


def _opened(path: Path) -> BinaryIO:
    """Open a file, unpacking gzip, which is known by its first octets and not by its name."""
    if path.is_dir():
        raise BadInput(f"{path} is a folder, not an mbox file.")
    if path.exists() and not path.is_file():
        raise BadInput(f"{path} is neither a file nor a folder of mail.")
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}. Check the path.") from None
    return cast(BinaryIO, gzip.open(path)) if packed else path.open("rb")


def _check_is_mail(path: Path, beginning: bytes) -> None:
    text = beginning.lstrip(b"\r\n\t \xef\xbb\xbf")
    if not text:
        raise BadInput(f"{path} is empty: there is no message in it.")
    if text.startswith((b"From ", b">From ")) or looks_like_head(text):
        return
    if _WEB_PAGE.match(text):
        raise BadInput(
            f"{path} is a web page, not an mbox. Fetch the archive itself, often offered as "
            "“Downloadable version” or “raw”."
        )
    if b"\x00" in beginning:
        raise BadInput(f"{path} is a binary file, not an mbox.")
    if not _has_header_soon(text):
        raise BadInput(
            f"{path} is not an mbox: it begins neither with a “From ” line nor with a message."
        )


def _has_header_soon(text: bytes) -> bool:
    """Tell whether the first block of lines, all fields in form, has one that mail has."""
    block = _HEAD_END.split(text, maxsplit=1)[0].split(b"\n")
    if not all(_ANY_FIELD.match(line) or line[:1] in (b" ", b"\t", b"\r") for line in block):
        return False
    return any(looks_like_head(line) for line in block)


class _Mbox:
    """One pass over a file, holding one message and one block at a time."""

    def __init__(self, path: Path, stream: BinaryIO, start: int, max_octets: int) -> None:
        self.path = path
        self.stream = stream
        self.max_octets = max_octets
        self.buffer = bytearray()
        self.base = start  # the offset in the file of the buffer's first octet
        self.at_end = False
        self.is_single = False
        self.patches = False  # a series of patches: git's From_ lines do separate
        self.unquotes_all = False  # mboxrd, as public-inbox marks it

    def messages(self) -> Iterator[Found]:
        """Yield what the file holds, from the stream's place on."""
        self._skip_blank_lines()
        self._fill(_LOOKAHEAD_OCTETS)
        # A file that begins with a header is one message, whatever its text quotes.
        self.is_single = not self.buffer.startswith((b"From ", b">From "))
        while self._fill(1):
            found = self._message()
            del self.buffer[: found.end - self.base]
            self.base = found.end
            yield found

    def _fill(self, octets: int) -> bool:
        """Read until the buffer holds that many octets; False if the file ends before."""
        while len(self.buffer) < octets and not self.at_end:
            block = self.stream.read(_BLOCK_OCTETS)
            self.at_end = not block
            self.buffer += block
        return len(self.buffer) >= octets

    def _skip_blank_lines(self) -> None:
        while self._fill(1) and self.buffer[0] in b"\r\n":
            blank = len(self.buffer) - len(self.buffer.lstrip(b"\r\n"))
            del self.buffer[:blank]
            self.base += blank

    def _message(self) -> Found:
        """Return the message at the buffer's beginning."""
        self._fill(_LOOKAHEAD_OCTETS)
        envelope, head = self._envelope()
        self.patches = self.patches or bool(_PATCH_LINE.match(self.buffer))
        self.unquotes_all = envelope.startswith(b"From mboxrd@z ")
        end = self._end_by_length(head)
        counted = end is not None
        if end is None:
            end = self._end_by_line(head)
        if end is None or end - head > self.max_octets:
            return self._too_large()
        raw = bytes(self.buffer[head:end])
        # mboxcl counts and quotes; a From line left bare means mboxcl2, which only counts.
        if not (counted and b"\nFrom " in raw):
            raw = unquoted(raw, every=self.unquotes_all)
        return FoundMessage(self.path, self.base, self.base + end, envelope, _trimmed(raw))

    def _envelope(self) -> tuple[bytes, int]:
        if not self.buffer.startswith((b"From ", b">From ")):
            return b"", 0
        line_end = self.buffer.find(b"\n", 0, _LOOKAHEAD_OCTETS) + 1
        if not line_end:
            return b"", 0
        return bytes(self.buffer[:line_end]).rstrip(b"\r\n"), line_end

    def _end_by_length(self, head: int) -> int | None:
        """Return the end that a Content-Length gives, if a message or the file's end is there.

        mboxcl2 quotes nothing, so that only this tells a From_ line in a text from a real one.
        """
        head_end = _HEAD_END.search(self.buffer, head, head + 65_536)
        if not head_end:
            return None
        length = _CONTENT_LENGTH.search(self.buffer, head, head_end.start() + 1)
        if not length or int(length[1]) > self.max_octets:
            return None
        end = head_end.end() + int(length[1])
        self._fill(end + _LOOKAHEAD_OCTETS)
        while end < len(self.buffer) and self.buffer[end] in b"\r\n":
            end += 1
        if end < len(self.buffer) and not _FROM_LINE.match(self.buffer, end):
            return None
        if end >= len(self.buffer):
            return len(self.buffer) if self.at_end and end == len(self.buffer) else None
        return end if self.buffer[end - 1] == 0x0A else None

    def _end_by_line(self, head: int) -> int | None:
        """Return where the next From_ line begins or the file ends; None past the limit."""
        at = max(head - 1, 0)
        while True:
            found = self.buffer.find(b"\nFrom ", at)
            if found < 0:
                if self.at_end:
                    return len(self.buffer)
                if len(self.buffer) - head > self.max_octets + _LOOKAHEAD_OCTETS:
                    return None
                at = max(head - 1, len(self.buffer) - len(b"\nFrom "))
                self._fill(len(self.buffer) + 1)
                continue
            self._fill(found + _LOOKAHEAD_OCTETS)
            if self._separates(found + 1):
                return found + 1
            at = found + 1

    def _separates(self, at: int) -> bool:
        """Tell whether the "From " at an offset begins a message.

        It must look like a From_ line, stand after a blank line and be followed by a header, or
        by a blank line or nothing at all.
        """
        blank_before = self.buffer[at - 2 : at] == b"\n\n" or self.buffer[at - 3 : at] == b"\n\r\n"
        if self.is_single or not blank_before:
            return False
        line = _FROM_LINE.match(self.buffer, at)
        if not line or (_PATCH_LINE.match(self.buffer, at) and not self.patches):
            return False
        after = bytes(self.buffer[line.end() : line.end() + 100])
        return not after or _ANY_FIELD.match(after) is not None

    def _too_large(self) -> PassedOver:
        """Pass over a message without keeping it; the buffer is left empty or at the next one."""
        offset = self.base
        self.buffer[0:1] = b" "  # not to find its own From_ line again
        while True:
            end = self._end_of_passed()
            if end is not None:
                break
            keep = _LOOKAHEAD_OCTETS
            dropped = max(0, len(self.buffer) - keep)
            del self.buffer[:dropped]
            self.base += dropped
            self._fill(len(self.buffer) + 1)
        why = f"larger than the {self.max_octets:,} octets allowed for a message"
        return PassedOver(self.path, offset, self.base + end, why)

    def _end_of_passed(self) -> int | None:
        at = 3
        while (found := self.buffer.find(b"\nFrom ", at)) >= 0:
            self._fill(found + _LOOKAHEAD_OCTETS)
            if self._separates(found + 1):
                return found + 1
            at = found + 1
        return len(self.buffer) if self.at_end else None


def _trimmed(raw: bytes) -> bytes:
    """Return a message without the blank line that an mbox puts after it."""
    if raw.endswith(b"\r\n\r\n"):
        return raw[:-2]
    return raw[:-1] if raw.endswith(b"\n\n") else raw


def unquoted(raw: bytes, *, every: bool) -> bytes:
    """Return a message with its quoted From lines restored.

    With `every` (mboxrd) each loses one ">". Otherwise the dialect isn't known: ">From " is
    restored where the lines around it aren't quotations, and ">>From " is left.
    """
    if b">From " not in raw:
        return raw
    if every:
        return _QUOTED_FROM.sub(lambda match: match[0][1:], raw)
    return _QUOTED_FROM.sub(lambda match: _restored(raw, match), raw)


def _restored(raw: bytes, match: re.Match[bytes]) -> bytes:
    if len(match[0]) > len(b">From "):
        return match[0]
    line_before = raw[raw.rfind(b"\n", 0, max(match.start() - 1, 0)) + 1 : match.start()]
    next_line = raw.find(b"\n", match.end()) + 1
    if line_before.startswith(b">") or (next_line and raw[next_line : next_line + 1] == b">"):
        return match[0]
    return b"From "
