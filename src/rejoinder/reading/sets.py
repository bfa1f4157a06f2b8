"""What a member's row of marks holds, as sets; how each deed changes them. No database here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from pyroaring import BitMap64

from rejoinder.reading.models import ReadMarks

_LAST = (1 << 64) - 1


@dataclass
class Sets:
    """A row's sets while its lock is held."""

    floor: int
    # As in the row: what is otherwise than the floor says.
    turned: BitMap64
    kept_new: BitMap64
    kept_new_version: int
    caught_up: BitMap64
    caught_up_at: datetime | None
    # Posts were marked as new just now.
    is_kept_by_hand: bool = False

    @classmethod
    def of(cls, row: ReadMarks) -> Sets:
        """Return the sets of a row."""
        return cls(
            row.floor,
            bitmap(row.turned),
            bitmap(row.kept_new),
            row.kept_new_version,
            bitmap(row.caught_up),
            row.caught_up_at,
        )

    def copy(self) -> Sets:
        """Return sets that don't change with these."""
        turned, kept_new = self.turned.copy(), self.kept_new.copy()
        return replace(self, turned=turned, kept_new=kept_new, caught_up=self.caught_up.copy())

    def read(self, posts: BitMap64, as_of: int | None) -> None:
        """Take posts as read; not those kept as new after the page that says so was made."""
        posts = self._unless_kept(posts, as_of)
        self._turn(posts, is_read=True)
        self.kept_new -= posts
        self._forget_caught(posts)

    def unread(self, posts: BitMap64) -> None:
        """Take posts as new."""
        self._turn(posts, is_read=False)
        self.kept_new |= posts
        self.is_kept_by_hand = True
        self._forget_caught(posts)

    def catch_up(self, posts: BitMap64, as_of: int | None) -> int:
        """Take posts as read all at once; return how many of them were new."""
        was_new = self._unless_kept(posts, as_of)
        old = was_new.copy()
        old.remove_range(self.floor + 1, _LAST)
        was_new = (was_new - old - self.turned) | (old & self.turned)
        if was_new:
            self._turn(was_new, is_read=True)
            self.kept_new -= was_new
            self.caught_up, self.caught_up_at = was_new, timezone.now()
        return len(was_new)

    def undo(self) -> int:
        """Take as new again what the last catch-up marked; return how many posts these are."""
        posts, self.caught_up, self.caught_up_at = self.caught_up, BitMap64(), None
        self._turn(posts, is_read=False)
        return len(posts)

    def serialized(self) -> list[object]:
        """Return what the row keeps of them, in the order of its columns, without the time."""
        for each in (self.turned, self.kept_new, self.caught_up):
            each.run_optimize()
        turned, kept_new, caught_up = (
            self.turned.serialize(),
            _or_nothing(self.kept_new),
            _or_nothing(self.caught_up),
        )
        return [turned, kept_new, self.kept_new_version, caught_up]

    def _unless_kept(self, posts: BitMap64, as_of: int | None) -> BitMap64:
        is_older = as_of is not None and as_of < self.kept_new_version
        return posts - self.kept_new if is_older else posts

    def _turn(self, posts: BitMap64, *, is_read: bool) -> None:
        old = posts.copy()
        old.remove_range(self.floor + 1, _LAST)
        newer = posts - old
        if is_read:
            self.turned = (self.turned | newer) - old
        else:
            self.turned = (self.turned - newer) | old

    def _forget_caught(self, posts: BitMap64) -> None:
        self.caught_up -= posts
        if not self.caught_up:
            self.caught_up_at = None


def bitmap(octets: bytes | memoryview) -> BitMap64:
    """Return a set as a row keeps it; nothing is the empty one."""
    return BitMap64.deserialize(bytes(octets)) if octets else BitMap64()


def _or_nothing(posts: BitMap64) -> bytes:
    return posts.serialize() if posts else b""
