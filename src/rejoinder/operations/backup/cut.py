"""Cuts streams into pieces so that what hasn't changed gives the pieces that it gave before."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import BinaryIO

# A database's pages stay where they are: pieces of so many octets, a multiple of every page size.
PIECE_OCTETS = 128 * 1024
# A dump moves when a row comes in; so it is cut after lines whose checksum says so, one of
# 1,024 – with rows of about 200 octets, every 200 KB.
CUTS = 1024
LEAST_OCTETS = 32 * 1024
MOST_OCTETS = 4 * 1024 * 1024


def by_size(stream: BinaryIO) -> Iterator[bytes]:
    """Yield pieces of one size; the last may be shorter."""
    while piece := stream.read(PIECE_OCTETS):
        yield piece


def by_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield pieces of whole lines, cut where the lines themselves say so.

    A line that came or went changes the piece it is in, and no other. A line longer than the
    longest piece is a piece of its own.
    """
    lines: list[bytes] = []
    octets = 0
    for line in stream:
        lines.append(line)
        octets += len(line)
        is_cut = octets >= LEAST_OCTETS and zlib.crc32(line) % CUTS == 0
        if is_cut or octets >= MOST_OCTETS:
            yield b"".join(lines)
            lines, octets = [], 0
    if lines:
        yield b"".join(lines)
