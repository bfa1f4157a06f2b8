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
RUN = 3
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
    runs = {" ".join(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}
    return tuple(nsmallest(KEPT, {_hash(run) for run in runs}))


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


def _hash(run: str) -> int:
    # 63 bits: the engines' integers have a sign.
    return int.from_bytes(blake2b(run.encode(), digest_size=8).digest(), "big") >> 1
