"""Finished pages in memory, within a bound, each until something it shows has changed."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from rejoinder.events.read import EVERYTHING, Changed
from rejoinder.serving.encodings import Coding
from rejoinder.serving.replies import Reply

# "recently" and "pinned until" are said in pages too: nothing notes that time has passed.
OLDEST_SECONDS = 300
# Per page: the object, its keys, its place in the lists.
OVERHEAD_OCTETS = 2000
# What is asked for once goes through this part of the room and is gone: so a robot that reads
# a whole site pushes nothing out that readers come back to.
SHARE_FOR_NEW = 0.1
# How often a page that was asked for again may stay when it's its turn to go.
MOST_TURNS = 3
FEWEST_REMEMBERED = 1000
# Changes remembered for pages that were being made when they were heard.
MOST_REMEMBERED = 10_000


@dataclass(frozen=True)
class Tag:
    """Something that a page shows: a thread, board or member; or whom it's for: a seat."""

    kind: str
    id: int | str | None = None


ANYTHING = Tag("anything")


@dataclass
class Page:
    """A finished page. `base` is the coding that the others are made from."""

    tags: frozenset[Tag]
    base: Coding
    variants: dict[Coding, Reply]
    made_at: float = field(default_factory=time.monotonic)
    # Times it was asked for again, at most MOST_TURNS.
    turns: int = 0

    @property
    def octets(self) -> int:
        """How much room it takes, about."""
        return OVERHEAD_OCTETS + sum(len(each.whole) for each in self.variants.values())


class Kept(Protocol):
    """What is kept until something that one of its tags names has changed."""

    made_at: float
    # Times it was asked for again, at most MOST_TURNS.
    turns: int

    @property
    def tags(self) -> frozenset[Tag]: ...

    @property
    def octets(self) -> int:
        """How much room it takes, about."""
        ...


class Pages:
    """Pages, and the like, by key, at most so many octets of them. Any thread may call.

    A new page waits in a short queue; only if it's asked for again there does it move to the
    long one, where those asked for since stay for another round (S3-FIFO, SOSP 2023).
    """

    def __init__(self, most_octets: int) -> None:
        self.most_octets = most_octets
        self.octets = 0
        self._new: OrderedDict[Hashable, Kept] = OrderedDict()
        self._new_octets = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        # Keys that left the short queue, and would have been asked for again.
        self._gone: OrderedDict[Hashable, None] = OrderedDict()
        self._by_key: dict[Hashable, Kept] = {}
        self._by_tag: dict[Tag, set[Hashable]] = {}
        self._lock = threading.Lock()
        # When each tag last fell, counted in changes heard; and what is too old to tell.
        self._heard = 0
        self._fell: OrderedDict[Tag, int] = OrderedDict()
        self._tells_since = 0

    def __len__(self) -> int:
        return len(self._by_key)

    def get(self, key: Hashable) -> Kept | None:
        """Return a page that's there and not too old."""
        page = self._by_key.get(key)
        if page is None or time.monotonic() - page.made_at > OLDEST_SECONDS:
            return None
        if page.turns < MOST_TURNS:
            page.turns += 1
        return page

    def mark(self) -> int:
        """Return where we are in the changes, for `put` of a page that is made from now on."""
        return self._heard

    def put(self, key: Hashable, page: Kept, since: int) -> bool:
        """Keep a page, unless something it shows has fallen since the mark."""
        with self._lock:
            if since < self._tells_since or any(
                self._fell.get(tag, 0) > since for tag in page.tags
            ):
                return False
            if page.octets > self.most_octets * SHARE_FOR_NEW:
                return False
            if key in self._kept:
                self._remember(key)
            self._remove(key)
            self._add(key, page)
            self._make_room()
            return True

    def wanted(self, most: int) -> list[Hashable]:
        """Return the keys of the pages that were asked for again, the most wanted first."""
        with self._lock:
            again = [(key, page.turns) for key, page in self._by_key.items() if page.turns]
        again.sort(key=lambda pair: pair[1], reverse=True)
        return [key for key, _turns in again[:most]]

    def add_variant(self, key: Hashable, page: Page, coding: Coding, variant: Reply) -> None:
        """Keep another coding of a page that's still there."""
        with self._lock:
            if self._by_key.get(key) is not page or coding in page.variants:
                return
            page.variants[coding] = variant
            self.octets += len(variant.whole)
            if key in self._new:
                self._new_octets += len(variant.whole)
            self._make_room()

    def hear(self, changes: Iterable[Changed]) -> None:
        """Let fall what shows something that changed."""
        with self._lock:
            self._heard += 1
            for changed in changes:
                if changed == EVERYTHING:
                    self._fall_all()
                    return
                self._fall(ANYTHING)
                for kind, number in zip(("thread", "board", "member"), changed[:3], strict=True):
                    if number is not None:
                        self._fall(Tag(kind, number))
                if changed.seat:
                    self._fall(Tag("seat", changed.seat))

    def _fall(self, tag: Tag) -> None:
        for key in list(self._by_tag.get(tag, ())):
            if key in self._kept or self._by_key[key].turns:
                # Readers come back to it: made anew, it needn't prove itself again.
                self._remember(key)
            self._remove(key)
        self._fell[tag] = self._heard
        self._fell.move_to_end(tag)
        if len(self._fell) > MOST_REMEMBERED:
            _tag, at = self._fell.popitem(last=False)
            self._tells_since = max(self._tells_since, at)

    def _fall_all(self) -> None:
        self._tells_since = self._heard
        self._fell.clear()
        for pages in (self._new, self._kept, self._by_key, self._by_tag):
            pages.clear()
        self.octets = self._new_octets = 0

    def _add(self, key: Hashable, page: Kept) -> None:
        self._by_key[key] = page
        self.octets += page.octets
        if key in self._gone:
            del self._gone[key]
            self._kept[key] = page
        else:
            self._new[key] = page
            self._new_octets += page.octets
        for tag in page.tags:
            self._by_tag.setdefault(tag, set()).add(key)

    def _remove(self, key: Hashable) -> None:
        page = self._by_key.pop(key, None)
        if page is None:
            return
        self.octets -= page.octets
        if self._new.pop(key, None) is not None:
            self._new_octets -= page.octets
        else:
            self._kept.pop(key, None)
        for tag in page.tags:
            keys = self._by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._by_tag[tag]

    def _make_room(self) -> None:
        while self.octets > self.most_octets:
            if self._new and (
                self._new_octets > self.most_octets * SHARE_FOR_NEW or not self._kept
            ):
                self._leave_new()
            else:
                self._leave_kept()

    def _leave_new(self) -> None:
        key, page = next(iter(self._new.items()))
        if page.turns:
            del self._new[key]
            self._new_octets -= page.octets
            page.turns = 0
            self._kept[key] = page
            return
        self._remove(key)
        self._remember(key)

    def _remember(self, key: Hashable) -> None:
        self._gone[key] = None
        while len(self._gone) > max(FEWEST_REMEMBERED, len(self._by_key)):
            self._gone.popitem(last=False)

    def _leave_kept(self) -> None:
        key, page = next(iter(self._kept.items()))
        if page.turns:
            page.turns -= 1
            self._kept.move_to_end(key)
        else:
            self._remove(key)
