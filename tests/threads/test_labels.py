"""The order of a thread by two labels a post: invariants, and bounds on their length."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.threads import labels
from rejoinder.threads.labels import Span, inside, spread, spread_inside, whole


class Tree:
    """A thread that grows a response at a time, as the database keeps it."""

    def __init__(self) -> None:
        self.spans = [whole()]
        self.parents = [-1]
        self.responses: list[list[int]] = [[]]

    def respond(self, parent: int, place: int | None = None) -> int:
        siblings = self.responses[parent]
        place = len(siblings) if place is None else place
        lower = self.spans[siblings[place - 1]].closes if place else self.spans[parent].opens
        upper = (
            self.spans[siblings[place]].opens
            if place < len(siblings)
            else self.spans[parent].closes
        )
        span = inside(lower, upper)
        assert lower < span.opens < span.closes < upper
        self.spans.append(span)
        self.parents.append(parent)
        self.responses.append([])
        siblings.insert(place, len(self.spans) - 1)
        return len(self.spans) - 1

    def outline(self) -> list[tuple[int, int]]:
        """Return (post, depth) depth first, by walking the responses."""
        found, stack = [], [(0, 0)]
        while stack:
            post, depth = stack.pop()
            found.append((post, depth))
            stack += [(response, depth + 1) for response in reversed(self.responses[post])]
        return found

    def longest(self) -> int:
        return longest(self.spans)


def longest(spans: list[Span]) -> int:
    return max(max(len(span.opens), len(span.closes)) for span in spans)


def are_nested(spans: list[Span], depths: list[int]) -> bool:
    """Tell whether spans in depth-first order nest as their depths say, and nothing touches."""
    open_spans: list[Span] = []
    last = ""
    for span, depth in zip(spans, depths, strict=True):
        while len(open_spans) > depth:
            closed = open_spans.pop().closes
            if not last < closed:
                return False
            last = closed
        if not last < span.opens < span.closes:
            return False
        if open_spans and not span.closes < open_spans[-1].closes:
            return False
        last = span.opens
        open_spans.append(span)
    return True


def is_well_formed(label: str) -> bool:
    return label.isascii() and label.isprintable() and not set(label) & set(" \"'`\\")


# Each move: which post is answered, and where among its responses.
moves = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=120)
# Depths in depth-first order: each at most one below the last.
jumps = st.lists(st.integers(0, 50), max_size=150)


def depths_of(jumps: list[int], *, one_root: bool = True) -> list[int]:
    depths = [0]
    for jump in jumps:
        depths.append(max(depths[-1] + 1 - jump, 1 if one_root else 0))
    return depths


@given(moves)
def test_depth_first_order_is_the_order_of_opens_whatever_the_order_of_arrival(moves):
    tree = Tree()
    for post, place in moves:
        parent = post % len(tree.spans)
        tree.respond(parent, place % (len(tree.responses[parent]) + 1))
    outline = tree.outline()
    spans = [tree.spans[post] for post, _ in outline]
    assert [post for post, _ in outline] == sorted(
        range(len(tree.spans)), key=lambda post: tree.spans[post].opens
    )
    assert are_nested(spans, [depth for _, depth in outline])


@given(moves)
def test_labels_are_plain_ascii_whose_bytes_sort_as_their_text(moves):
    tree = Tree()
    for post, place in moves:
        parent = post % len(tree.spans)
        tree.respond(parent, place % (len(tree.responses[parent]) + 1))
    found = [label for span in tree.spans for label in (span.opens, span.closes)]
    assert all(is_well_formed(label) for label in found)
    assert len(set(found)) == len(found)
    assert sorted(found) == sorted(found, key=lambda label: label.encode())


@given(moves, st.integers(0, 10**6))
def test_a_branch_is_the_range_of_opens_within_its_span(moves, which):
    tree = Tree()
    for post, _ in moves:
        tree.respond(post % len(tree.spans))
    root = which % len(tree.spans)
    branch = {root}
    for post, parent in enumerate(tree.parents):  # a parent always comes first
        if parent in branch:
            branch.add(post)
    span = tree.spans[root]
    assert branch == {
        post for post, other in enumerate(tree.spans) if span.opens <= other.opens < span.closes
    }


def test_a_chain_of_ten_thousand_has_labels_of_four_characters():
    tree = Tree()
    post = 0
    for _ in range(10_000):
        post = tree.respond(post)
    assert tree.longest() <= 4


def test_a_hundred_thousand_responses_to_one_post_have_labels_of_six_characters():
    tree = Tree()
    for _ in range(100_000):
        tree.respond(0)
    assert tree.longest() <= 6


def test_responses_that_arrive_latest_first_stay_short():
    span, upper = whole(), whole().closes
    found = []
    for _ in range(100_000):
        span = inside(whole().opens, upper)
        assert span.closes < upper
        found.append(span)
        upper = span.opens
    assert longest(found) <= 9


@pytest.mark.parametrize("side", ["left", "right"])
def test_the_same_gap_filled_from_one_side_costs_the_logarithm(side):
    tree = Tree()
    first, second = tree.respond(0), tree.respond(0)
    lower, upper = tree.spans[first].closes, tree.spans[second].opens
    found = []
    for _ in range(5_000):
        span = inside(lower, upper)
        assert lower < span.opens < span.closes < upper
        found.append(span)
        if side == "left":
            lower = span.closes
        else:
            upper = span.opens
    assert longest(found) <= 6


def test_a_gap_filled_from_both_sides_in_turn_stays_ordered():
    """The worst case: no scheme that moves no rows is short here; `spread` mends it."""
    lower, upper = whole().opens, whole().closes
    found = []
    for turn in range(5_000):
        span = inside(lower, upper)
        assert lower < span.opens < span.closes < upper
        found.append(span)
        if turn % 2:
            upper = span.opens
        else:
            lower = span.closes
    assert longest(found) <= 2_500


def test_a_zigzag_of_five_thousand_stays_ordered_and_is_mended_by_spread():
    tree = Tree()
    post = 0
    for _ in range(5_000):
        tree.respond(post)
        post = tree.respond(post)
    outline = tree.outline()
    depths = [depth for _, depth in outline]
    assert are_nested([tree.spans[post] for post, _ in outline], depths)
    assert labels.TOO_LONG < tree.longest() <= 2_501
    fresh = spread(depths)
    assert are_nested(fresh, depths)
    assert longest(fresh) <= 5


@given(jumps)
def test_spread_nests_as_the_depths_say(jumps):
    depths = depths_of(jumps)
    spans = spread(depths)
    assert spans[0] == whole()
    assert are_nested(spans, depths)


@given(moves, st.integers(0, 10**6), jumps)
def test_branches_can_be_hung_into_any_gap(moves, which, jumps):
    tree = Tree()
    for post, place in moves:
        parent = post % len(tree.spans)
        tree.respond(parent, place % (len(tree.responses[parent]) + 1))
    everything = sorted(label for span in tree.spans for label in (span.opens, span.closes))
    gaps = list(pairwise(everything))
    lower, upper = gaps[which % len(gaps)]
    depths = depths_of(jumps, one_root=False)
    spans = spread_inside(lower, upper, depths)
    assert are_nested(spans, depths)
    assert lower < min(span.opens for span in spans)
    assert max(span.closes for span in spans) < upper


@given(jumps, st.integers(0, 10**6))
@settings(max_examples=50)
def test_a_spread_thread_goes_on_growing(jumps, which):
    spans = spread(depths_of(jumps))
    parent = spans[which % len(spans)]
    labels_in_use = sorted(label for span in spans for label in (span.opens, span.closes))
    after = labels_in_use[labels_in_use.index(parent.opens) + 1]
    span = inside(parent.opens, after)
    assert parent.opens < span.opens < span.closes < after


def test_a_spread_thread_of_a_hundred_thousand_has_labels_of_five_characters():
    assert longest(spread([0] + [1] * 99_999)) <= 5
    assert longest(spread(list(range(100_000)))) <= 5


# Steps about the places where the lengths and the rules change, and the ends of a level.
landmarks = st.builds(
    lambda place, off: min(max(place + off, 1), labels._TOP - 1),
    st.sampled_from([0, labels._OPEN, labels._MIDDLE, labels._CLOSE, labels._TOP, *labels._FIRST]),
    st.integers(-20, 20),
)


@given(landmarks, landmarks)
@settings(max_examples=2_000)
def test_there_is_room_between_any_two_steps_and_beside_each(one, other):
    root = whole()
    low, high = sorted((root.opens + labels._text(one), root.opens + labels._text(other)))
    gaps = [(root.opens, low), (high, root.closes)] + ([(low, high)] if low < high else [])
    for lower, upper in gaps:
        span = inside(lower, upper)
        assert lower < span.opens < span.closes < upper


def test_there_is_room_on_both_sides_of_the_middle_of_a_level():
    root = whole().opens
    lower = root + labels._text(labels._MIDDLE - 1)
    upper = root + labels._text(labels._MIDDLE + labels._STRIDE)
    span = inside(lower, upper)
    assert lower < span.opens < span.closes < upper


def test_nothing_to_spread_gives_no_spans():
    assert spread([]) == []


def test_nothing_lies_between_a_label_and_itself():
    with pytest.raises(ValueError, match="nothing lies between"):
        inside("Y", "Y")
    with pytest.raises(ValueError, match="nothing lies between"):
        inside("Y", ",")


@pytest.mark.parametrize("depths", [[1], [0, 2], [0, 1, 3], [0, -1]])
def test_depths_that_hang_on_nothing_are_refused(depths):
    with pytest.raises(ValueError, match="hangs on nothing"):
        spread(depths)


def test_a_thread_with_two_roots_is_refused():
    with pytest.raises(ValueError, match="one root"):
        spread([0, 1, 0])


def test_a_label_that_breaks_off_is_refused():
    broken = labels._text(labels._TOP - 1)[:2]
    with pytest.raises(ValueError, match="breaks off"):
        inside(whole().opens, broken)
