"""Places in a page where something of each reader's own stands; the rest is the same for many.

A template puts a mark there (`mark`), and the page is cut at the marks (`Cut`). What comes
into a slot is compressed by nobody: so the rest is compressed once, and nothing that is secret
there can be guessed from a page's length.
"""

from __future__ import annotations

import re
import secrets
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b

from rejoinder.serving.encodings import GZIP_LEVEL

# Nobody who writes a post knows it, so nobody's words make a slot.
_SECRET = secrets.token_hex(12)
_MARK = re.compile(rf"\x01{_SECRET}:([a-z]+)(?::([\d,]*):(\d+))?\x02".encode())
# Octets that are in no UTF-8: no match of the compressor's ever reaches into them.
_NEVER = b"\xff"
_HEAD = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])


@dataclass(frozen=True)
class Slot:
    """Where something stands: what kind of thing, for which rows, and how long it always is.

    `length` None: as long as it happens to be.
    """

    kind: str
    rows: tuple[int, ...] = ()
    length: int | None = None


def mark(slot: Slot) -> str:
    """Return what a template writes where a slot shall be."""
    rows = ",".join(map(str, slot.rows))
    of_rows = "" if slot.length is None else f":{rows}:{slot.length}"
    return f"\x01{_SECRET}:{slot.kind}{of_rows}\x02"


@dataclass(frozen=True)
class Cut:
    """A page's octets between its slots; one more of them than there are slots."""

    between: Sequence[bytes]
    slots: Sequence[Slot]

    @classmethod
    def of(cls, page: bytes) -> Cut:
        """Return a page cut at its marks."""
        between, slots, at = [], [], 0
        for found in _MARK.finditer(page):
            between.append(page[at : found.start()])
            slots.append(_slot(*found.groups()))
            at = found.end()
        return cls((*between, page[at:]), tuple(slots))

    def filled(self, own: Iterable[bytes]) -> bytes:
        """Return the page with these octets in its slots."""
        return b"".join(_alternating(self.between, own))

    def gzipped(self, own: Sequence[bytes]) -> bytes:
        """Return the same as one gzip stream (RFC 1951, 1952): what's between was compressed
        once, and what is in a slot stands there as it is."""
        whole = self.filled(own)
        stored = [_stored(octets) for octets in own]
        end = zlib.crc32(whole).to_bytes(4, "little") + len(whole).to_bytes(4, "little")
        return b"".join((_HEAD, *_alternating(self._compressed, stored), end))

    @cached_property
    def digest(self) -> bytes:
        """What tells this page from others, before anything is in its slots."""
        return blake2b(b"\0".join(self.between), digest_size=16).digest()

    @property
    def octets(self) -> int:
        """How much room it takes, about."""
        return sum(map(len, self.between)) * 4 // 3 + 100 * len(self.slots)

    @cached_property
    def _compressed(self) -> list[bytes]:
        """The pieces as parts of one deflate stream, each ending at a whole octet.

        Matches may reach back over a slot that is always as long as another page's, for
        distances stay true and what stands in it is matched by nothing.
        """
        compress = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        made = []
        for piece, slot in zip(self.between, self.slots, strict=False):
            is_fixed = slot.length is not None
            flush = zlib.Z_SYNC_FLUSH if is_fixed else zlib.Z_FULL_FLUSH
            made.append(compress.compress(piece) + compress.flush(flush))
            if slot.length is not None:
                compress.compress(_NEVER * slot.length)
                compress.flush(zlib.Z_SYNC_FLUSH)
        made.append(compress.compress(self.between[-1]) + compress.flush(zlib.Z_FINISH))
        return made


def _slot(kind: bytes, rows: bytes | None, length: bytes | None) -> Slot:
    if rows is None or length is None:
        return Slot(kind.decode())
    return Slot(kind.decode(), tuple(map(int, rows.split(b","))) if rows else (), int(length))


def _alternating(between: Sequence[bytes], own: Iterable[bytes]) -> list[bytes]:
    parts = [between[0]]
    for octets, piece in zip(own, between[1:], strict=True):
        parts.append(octets)
        parts.append(piece)
    return parts


@lru_cache(maxsize=1000)
def _stored(octets: bytes) -> bytes:
    """Return octets as a stored block that isn't the last (RFC 1951, 3.2.4)."""
    length = len(octets)
    return b"\0" + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + octets
