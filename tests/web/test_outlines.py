"""Rows of an outline: steps that close what they open, capped, in one pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.threads.lines import Line
from rejoinder.web.outlines import OUTLINE, lay_out

LINE = Line(
    id=0,
    public_id="x",
    thread_id=1,
    board_id=1,
    parent_id=None,
    depth=0,
    opens="",
    closes="",
    state="v",
    title="T",
    echoes_parent=False,
    first_line="",
    has_text=True,
    author_id=1,
    author_name="A",
    author_handle="a",
    posted_at=datetime(2021, 1, 1, tzinfo=UTC),
    edited_at=None,
    edits_count=0,
    responses_count=0,
)


def lines(depths: list[int]) -> list[Line]:
    return [replace(LINE, id=number + 1, depth=depth) for number, depth in enumerate(depths)]


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=60))
def test_steps_open_one_list_at_most_and_close_all(depths: list[int]) -> None:
    drawn = lay_out(lines(depths))
    level = 0
    for row in drawn.rows:
        assert row.step <= 1
        level += row.step
        assert 1 <= level <= OUTLINE.wide + 1
    assert level == drawn.closing


@given(st.lists(st.integers(min_value=0, max_value=OUTLINE.wide), min_size=1, max_size=60))
def test_a_line_is_drawn_deeper_than_the_nearest_shallower_one_above(depths: list[int]) -> None:
    levels, level = [], 0
    for row in lay_out(lines(depths)).rows:
        level += row.step
        levels.append(level)
    for number, depth in enumerate(depths):
        above = [at for at in range(number) if depths[at] < depth]
        nearest = max((at for at in above if min(depths[at:number]) == depths[at]), default=None)
        assert levels[number] == (1 if nearest is None else levels[nearest] + 1)


def test_only_lines_past_the_cap_are_marked() -> None:
    rows = lay_out(lines(list(range(20)))).rows
    assert [row.is_capped for row in rows] == [depth > OUTLINE.wide for depth in range(20)]
    assert [row.is_capped_on_phones for row in rows] == [
        depth > OUTLINE.narrow for depth in range(20)
    ]
