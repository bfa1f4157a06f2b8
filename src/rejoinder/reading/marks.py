"""What is new to a member: asked for by every page that lists posts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from pyroaring import BitMap64, FrozenBitMap64

from rejoinder.reading.models import ReadMarks
from rejoinder.statements.run import run

# One row by its key. The set itself, up to some hundred kilobytes, is read only by who
# doesn't have it yet: PostgreSQL keeps it apart from the row, SQLite on pages behind it.
_SQL = (
    "SELECT version, floor, CASE WHEN version = %s THEN NULL ELSE turned END "  # noqa: S608
    f"FROM {ReadMarks._meta.db_table} WHERE member_id = %s"  # a constant
)
_LAST = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Marks:
    """Which posts are new to a member, as of a version. Never changes; may be shared."""

    # 0: there is no row. Two of one member with the same version are the same.
    version: int
    # Posts with ids up to this one count as read, those above as new, …
    floor: int
    # … but for these, of which the contrary is true.
    turned: FrozenBitMap64

    def is_new(self, post_id: int) -> bool:
        """Tell whether a post, by its internal id, is new to the member."""
        return (post_id > self.floor) != (post_id in self.turned)

    @property
    def octets(self) -> int:
        """How much room the set takes, about."""
        return len(self.turned.serialize())

    def new_among(self, post_ids: Iterable[int]) -> frozenset[int]:
        """Return those ids that are of posts new to the member."""
        return frozenset(post_id for post_id in post_ids if self.is_new(post_id))

    def all_new(self, newest_id: int) -> BitMap64:
        """Return the ids of all that is new up to a post's, whether anybody may see it or not."""
        above, old = BitMap64(), BitMap64(self.turned)
        if newest_id > self.floor:
            above.add_range(self.floor + 1, newest_id + 1)
        old.remove_range(self.floor + 1, _LAST)
        return (above - self.turned) | old

    def older_new(self, each: int = 500) -> Iterator[list[int]]:
        """Yield the ids up to the floor that are new all the same, as many at once as a query
        takes."""
        older = (post_id for post_id in self.turned if post_id <= self.floor)
        while batch := list(islice(older, each)):
            yield batch


# Of guests, and of members who have no row yet.
NOTHING_NEW = Marks(version=0, floor=(1 << 63) - 1, turned=FrozenBitMap64())


def marks_of(member_id: int, known: Marks | None = None) -> Marks:
    """Return what is new to a member: one small query.

    `known` is what the caller has of the member from before; while nothing was marked since,
    it's returned itself, and the set isn't read again. The member's own posts are never new.
    """
    rows = run(_SQL, [known.version if known else 0, member_id])
    if not rows:
        return NOTHING_NEW
    version, floor, turned = rows[0]
    if turned is None:
        assert known is not None  # no row has version 0
        return known
    return Marks(version, floor, FrozenBitMap64.deserialize(bytes(turned)))
