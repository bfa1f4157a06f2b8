from __future__ import annotations

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.serving.slots import Cut, Slot, mark

NAME = Slot("name")


def new(row: int) -> Slot:
    return Slot("new", (row,), 3)


def page(*parts: str | Slot) -> bytes:
    return "".join(part if isinstance(part, str) else mark(part) for part in parts).encode()


def test_a_page_is_cut_at_its_marks_and_filled_again() -> None:
    cut = Cut.of(page("Hi ", NAME, "! ", new(7), "title", new(8), " end"))
    assert cut.slots == (NAME, new(7), new(8))
    assert cut.filled([b"Ann", b"new", b"   "]) == b"Hi Ann! newtitle    end"


def test_a_page_without_slots_is_itself() -> None:
    cut = Cut.of(b"plain")
    assert cut.slots == ()
    assert cut.filled([]) == b"plain"
    assert gzip.decompress(cut.gzipped([])) == b"plain"


def test_what_somebody_writes_makes_no_slot() -> None:
    written = "\x01:name\x02 \x01name\x02 {{ own.name }} \x01" + "0" * 24 + ":name\x02"
    assert Cut.of(written.encode()).slots == ()


@given(
    st.lists(st.tuples(st.text(max_size=200), st.integers(0, 2)), max_size=12),
    st.binary(max_size=300),
    st.booleans(),
)
def test_the_gzipped_page_is_the_page(
    parts: list[tuple[str, int]], name: bytes, is_new: bool
) -> None:
    slots = [NAME, new(1), new(2)]
    # Much that repeats, so that the compressor reaches back over slots.
    cut = Cut.of(b"".join(page(text, slots[n], text, "the same words ") for text, n in parts))
    own = [name if slot == NAME else (b"new" if is_new else b"   ") for slot in cut.slots]
    assert gzip.decompress(cut.gzipped(own)) == cut.filled(own)


def test_whole_pages_gain_nearly_as_much_by_it_as_in_one_piece() -> None:
    text = "A post says something of its own, number {n}, and answers what was said before. "
    parts: list[str | Slot] = ["head ", NAME]
    for n in range(30):
        parts += [new(n), (text * 12).replace("{n}", str(n))]
    cut = Cut.of(page(*parts))
    own = [b"Ann" if slot == NAME else b"   " for slot in cut.slots]
    in_pieces, whole = len(cut.gzipped(own)), len(gzip.compress(cut.filled(own)))
    # A block's table for each piece, no more.
    assert in_pieces < whole + 30 * 90


def test_what_is_in_a_slot_is_never_compressed() -> None:
    """So no page's length tells whether a secret there is like what somebody else wrote."""
    secret = b"token-5f2c9d"
    cut = Cut.of(page(secret.decode(), " is a guess ", NAME, " and again ", secret.decode()))
    right, wrong = cut.gzipped([secret]), cut.gzipped([b"token-000000"])
    assert len(right) == len(wrong)
    assert secret in right


@pytest.mark.parametrize("own", [[], [b"one", b"two"]])
def test_all_slots_are_filled_and_no_more(own: list[bytes]) -> None:
    with pytest.raises(ValueError, match="zip"):
        Cut.of(page("a", NAME, "b")).filled(own)
