"""A member at a browser, and the pages that they share with others who see the same.

An audience is all on which what a page shows depends, but for what is in its slots. A page is
made once for an audience, by one who stands for it and is nobody; then each member's own
things are put into its slots. Whatever is shown to one member alone has no way into it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Protocol

from django.http import HttpRequest

from rejoinder.events.noted import ALL_SEATS, seat_of_member, seat_of_session
from rejoinder.serving.encodings import Coding
from rejoinder.serving.pages import OVERHEAD_OCTETS, Tag
from rejoinder.serving.replies import Headers, Reply, repeated_of
from rejoinder.serving.slots import Cut, Slot

SITTING_OCTETS = 2000
# Where the framework finds in a request what tells it of a page that's at hand for a sitting.
PAGE_FOR = "rejoinder.page_for"
# What tells whether the first or the second stands in a slot of some rows; both are as long.
OfRows = tuple[Callable[[tuple[int, ...]], bool], bytes, bytes]
# What stands in a slot that tells how many of some rows are so; always as long.
CountOfRows = Callable[[tuple[int, ...]], bytes]


class Audience(Protocol):
    """Those who see the same; equal if they do, and hashable."""

    def before(self, request: HttpRequest) -> AbstractContextManager[None]:
        """Have a request asked by one who stands for the audience, within this context."""
        ...

    def __hash__(self) -> int: ...


@dataclass
class Sitting:
    """A member at a browser, as of a moment: good until something of theirs changes."""

    member_id: int
    session_key: str
    audience: Audience
    # What stands in a slot that isn't of a row, by its kind.
    own: Mapping[str, bytes]
    # What stands in a slot of rows, by its kind.
    of_rows: Mapping[str, OfRows]
    # By the clock, in seconds: when it ends by itself.
    until: float
    # What counts rows, by its slot's kind.
    counts: Mapping[str, CountOfRows] = field(default_factory=dict)
    octets: int = SITTING_OCTETS
    made_at: float = field(default_factory=time.monotonic)
    turns: int = 0

    @property
    def tags(self) -> frozenset[Tag]:
        """What it falls with."""
        seats = (ALL_SEATS, seat_of_member(self.member_id), seat_of_session(self.session_key))
        return frozenset(Tag("seat", seat) for seat in seats)

    def is_over(self) -> bool:
        """Tell whether it has ended by itself."""
        return time.time() >= self.until

    def fill(self, slots: Sequence[Slot]) -> list[bytes]:
        """Return what stands in each slot."""
        own, of_rows, counts, filled = self.own, self.of_rows, self.counts, []
        for slot in slots:
            if slot.length is None:
                filled.append(own[slot.kind])
            elif slot.kind in counts:
                filled.append(counts[slot.kind](slot.rows))
            else:
                tells, one, other = of_rows[slot.kind]
                filled.append(one if tells(slot.rows) else other)
        return filled


@dataclass
class SharedPage:
    """A page as an audience sees it, to be filled for each of its members."""

    tags: frozenset[Tag]
    cut: Cut
    headers: Headers
    # Of whom it doesn't hold: they see something of their own there.
    not_for: frozenset[int]
    made_at: float = field(default_factory=time.monotonic)
    turns: int = 0

    @property
    def octets(self) -> int:
        """How much room it takes, about."""
        return OVERHEAD_OCTETS + self.cut.octets

    def reply_to(self, sitting: Sitting, coding: Coding) -> Reply:
        """Return the page as a member gets it: as it is, or gzipped."""
        own = sitting.fill(self.cut.slots)
        body = self.cut.gzipped(own) if coding == "gzip" else self.cut.filled(own)
        said = blake2b(self.cut.digest + b"\0".join(own), digest_size=12).hexdigest()
        etag = f'"{said}-{coding}"'
        whole, repeated = self._whole[coding], self._repeated[coding]
        tag, length = ("ETag", etag), ("Content-Length", str(len(body)))
        return Reply.of(etag, [*whole, length, tag], body, repeated=[*repeated, tag])

    @cached_property
    def _whole(self) -> dict[Coding, Headers]:
        coded = ("Content-Encoding", "gzip")
        return {"identity": self.headers, "gzip": [*self.headers, coded]}

    @cached_property
    def _repeated(self) -> dict[Coding, Headers]:
        return {coding: repeated_of(headers) for coding, headers in self._whole.items()}
