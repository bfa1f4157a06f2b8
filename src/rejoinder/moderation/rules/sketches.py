"""Sketches of texts, by which nearly the same ones are found without reading them again.

A text is cut into runs of three words; a sketch is the smallest hashes of these. What two
sketches share tells how much the texts share (Broder 1997, "On the resemblance and
containment of documents", section 4: the estimate from the smallest of one permutation).
"""

from __future__ import annotations

import re
import struct
from functools import lru_cache
from hashlib import blake2b
from heapq import nsmallest

# The most that a sketch holds: an estimate within some 0.06 of the truth.
KEPT = 64
# The smallest of these are looked up. Texts that share 0.8 share one of four nearly always.
MARKS = 4
# A run is hashed as a sum of its words' hashes, each times a number of its place: so each word is
# hashed once, and mostly is remembered. Two runs that differ in a word are as unlike as can be.
RUN = 3
_FIRST, _SECOND, _THIRD = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
# 63: the engines' integers have a sign.
_BITS = (1 << 63) - 1
# Some three megabytes.
WORDS_REMEMBERED = 20_000
# Of a longer text only the beginning.
MOST_WORDS = 3000

# A post's sketch is asked for by rules, and then to be kept: so many are remembered meanwhile.
REMEMBERED = 32

_word = re.compile(r"\w+")


@lru_cache(maxsize=REMEMBERED)
def sketch_of(title: str, source: str, fewest_words: int) -> tuple[int, ...]:
    """Return the sketch of a post, quoted lines left out; empty for too few words.

    Of the text alone if that is long enough, else of title and text.
    """
    own = " ".join(line for line in source.splitlines() if not line.lstrip().startswith(">"))
    words = _words(own)
    if len(words) < fewest_words:
        words = _words(f"{title} {own}")
    if len(words) < max(fewest_words, RUN):
        return ()
    hashed = [_hash(word) for word in words]
    runs = {
        (one * _FIRST + two * _SECOND + three * _THIRD) & _BITS
        for one, two, three in zip(hashed, hashed[1:], hashed[2:], strict=False)
    }
    return tuple(sorted(runs)[:KEPT])


def likeness(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return about how much of their runs two texts share, from 0 to 1."""
    if not one or not other:
        return 0.0
    in_one, in_other = set(one), set(other)
    smallest = nsmallest(KEPT, in_one | in_other)
    return sum(mark in in_one and mark in in_other for mark in smallest) / len(smallest)


def pack(sketch: tuple[int, ...]) -> bytes:
    """Return a sketch as octets, eight for each hash."""
    return struct.pack(f"<{len(sketch)}Q", *sketch)


def unpack(packed: bytes) -> tuple[int, ...]:
    """Return a sketch from its octets."""
    return struct.unpack(f"<{len(packed) // 8}Q", packed)


def _words(text: str) -> list[str]:
    return _word.findall(text.casefold())[:MOST_WORDS]


@lru_cache(maxsize=WORDS_REMEMBERED)
def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
