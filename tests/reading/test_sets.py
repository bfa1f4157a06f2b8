"""A row's sets against plain Python sets, whatever is done to them in whatever order."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap64, FrozenBitMap64

from rejoinder.reading.marks import Marks
from rejoinder.reading.sets import Sets

ALL = range(1, 25)
FLOOR = 12
SOME = st.frozensets(st.sampled_from(list(ALL)), max_size=8)
DEEDS = st.lists(
    st.tuples(st.sampled_from(["read", "unread", "catch_up", "undo"]), SOME, st.booleans()),
    max_size=20,
)


def empty() -> Sets:
    return Sets(FLOOR, BitMap64(), BitMap64(), 0, BitMap64(), None)


@given(DEEDS)
def test_any_deeds_leave_exactly_the_right_posts_new(
    deeds: list[tuple[str, frozenset[int], bool]],
) -> None:
    sets, version = empty(), 1
    new, by_hand, caught = set(range(FLOOR + 1, 25)), set[int](), set[int]()
    for deed, posts, is_older in deeds:
        version += 1
        # An older page was made before anything was marked.
        as_of = 0 if is_older else None
        meant = set(posts) - by_hand if is_older and sets.kept_new_version else set(posts)
        if deed == "read":
            sets.read(BitMap64(posts), as_of)
            new, by_hand, caught = new - meant, by_hand - meant, caught - meant
        elif deed == "unread":
            sets.unread(BitMap64(posts))
            sets.kept_new_version = version
            new, by_hand, caught = new | posts, by_hand | posts, caught - posts
        elif deed == "catch_up":
            was_new = meant & new
            assert sets.catch_up(BitMap64(posts), as_of) == len(was_new)
            caught = was_new or caught
            new, by_hand = new - was_new, by_hand - was_new
        else:
            assert sets.undo() == len(caught)
            new, caught = new | caught, set()
        marks = Marks(version, FLOOR, FrozenBitMap64(sets.turned))
        assert marks.new_among(ALL) == new
        assert set(sets.kept_new) == by_hand
        assert set(sets.caught_up) == caught
        assert sorted(pk for batch in marks.older_new(3) for pk in batch) == sorted(
            pk for pk in new if pk <= FLOOR
        )


@given(st.lists(SOME, max_size=8), st.randoms())
def test_the_order_in_which_doors_mark_makes_no_difference(
    marked: list[frozenset[int]], random: object
) -> None:
    one, other = empty(), empty()
    for posts in marked:
        one.read(BitMap64(posts), None)
    for posts in sorted(marked, key=lambda _posts: random.random()):  # type: ignore[attr-defined]
        other.read(BitMap64(posts), None)
    assert one == other
