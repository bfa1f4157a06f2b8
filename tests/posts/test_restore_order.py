"""The order in which an archive is read makes no difference to the tree."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.policy.principals import GUEST, system
from rejoinder.posts.restore import restore
from rejoinder.threads.models import Awaited, Post, Thread
from tests.factories import make_board, make_member
from tests.planting import check_whole
from tests.posts.test_tree_is_kept import found, lines_of

pytestmark = pytest.mark.django_db
MANY = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def archives(draw: Any) -> list[tuple[int, tuple[int, ...], int]]:
    """Return messages (name, ancestors, minute) of true trees, of which some are missing."""
    size = draw(st.integers(3, 10))
    # Mostly chains, so that several ancestors are missing in a row.
    parents = [
        draw(st.just(n - 1) | st.integers(0, n - 1) | st.none()) if n else None for n in range(size)
    ]
    minutes = draw(st.permutations(range(size)))
    missing = {n for n in range(size) if n < size - 2 and draw(st.booleans())}
    messages = []
    for n in range(size):
        line: list[int] = []
        above = parents[n]
        while above is not None:
            line.append(above)
            above = parents[above]
        nearest = line[: draw(st.integers(1, len(line)))] if line else []
        if n not in missing:
            messages.append((n, tuple(reversed(nearest)), minutes[n]))
    return messages


def shape_after(messages: Any) -> list[list[tuple[int, str, bool]]]:
    """Restore messages in this order, and return each thread as (depth, id, echoes) lines."""
    board, member = make_board(), make_member()
    for name, ancestors, minute in messages:
        ids = [f"{a}.{board.pk}@example.org" for a in ancestors]
        restore(system("test"), found(board, member, f"{name}.{board.pk}@example.org", ids, minute))
    check_whole(board)
    threads = Thread.unscoped.filter(board=board, is_shown=True).order_by("started_at")
    awaited = dict(Awaited.unscoped.filter(board=board).values_list("post_id", "message_id"))
    own = dict(Post.unscoped.filter(board=board).values_list("pk", "message_id"))
    return [
        [
            (line.depth, awaited.get(line.id, own[line.id]).split(".")[0], line.echoes_parent)
            for line in lines_of(GUEST, thread)
        ]
        for thread in threads
    ]


@given(messages=archives(), chance=st.randoms(use_true_random=False))
@MANY
def test_any_order_of_an_archive_gives_the_same_trees(messages: Any, chance: Any) -> None:
    shuffled = list(messages)
    chance.shuffle(shuffled)
    assert shape_after(shuffled) == shape_after(messages)


@given(
    messages=st.lists(
        st.tuples(st.integers(0, 5), st.lists(st.integers(0, 5), max_size=4), st.integers(0, 99)),
        max_size=10,
    )
)
@MANY
def test_headers_that_contradict_each_other_lose_no_post(messages: Any) -> None:
    shapes = shape_after(messages)
    names = [name for shape in shapes for _depth, name, _echoes in shape]
    assert len(names) == len(set(names))
    assert {str(name) for name, _ancestors, _minute in messages} <= set(names)
