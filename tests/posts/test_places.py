"""Empty places: their time, their titles' echoes, their board."""

from __future__ import annotations

import pytest

from rejoinder.policy.principals import GUEST, system
from rejoinder.posts.restore import Restored, restore
from rejoinder.threads.models import State, Thread
from tests.factories import make_board, make_member
from tests.planting import check_whole
from tests.posts.test_tree_is_kept import found, lines_of

pytestmark = pytest.mark.django_db


def test_a_place_stands_by_the_earliest_post_that_answers_it() -> None:
    board, member = make_board(), make_member()

    def read(name: str, ancestors: list[str], minute: int) -> Restored:
        return restore(system("test"), found(board, member, name, ancestors, minute))

    read("root@x", [], 0)
    read("late@x", ["root@x", "first@x"], 30)
    read("middle@x", ["root@x", "second@x"], 20)
    read("early@x", ["root@x", "first@x"], 10)
    lines = lines_of(GUEST, Thread.unscoped.get(board=board))
    assert [line.title for line in lines] == ["root@x", "", "early@x", "late@x", "", "middle@x"]
    check_whole(board)


def test_a_thread_whose_root_is_missing_begins_with_its_earliest_post() -> None:
    board, member = make_board(), make_member()
    for name, minute in (("late@x", 30), ("early@x", 10)):
        restore(system("test"), found(board, member, name, ["root@x"], minute))
    thread = Thread.unscoped.get(board=board)
    assert thread.started_at == found(board, member, "", [], 10).posted_at
    restore(system("test"), found(board, member, "root@x", [], 5))
    thread.refresh_from_db()
    assert thread.started_at == found(board, member, "", [], 5).posted_at


def test_a_title_echoes_a_parent_that_is_found_later() -> None:
    board, member = make_board(), make_member()
    answer = found(board, member, "Re: hello", ["hello"], 2)
    post = restore(system("test"), answer).post
    assert not post.echoes_parent
    restore(system("test"), found(board, member, "hello", [], 1))
    post.refresh_from_db()
    assert post.echoes_parent


def test_an_ancestor_on_another_board_is_an_empty_place_here() -> None:
    board, other, member = make_board(), make_board(), make_member()
    restore(system("test"), found(other, member, "there@x", [], 1))
    done = restore(system("test"), found(board, member, "here@x", ["there@x"], 2))
    assert done.left_board
    assert done.post.parent is not None
    assert done.post.parent.state == State.MISSING
    assert done.post.parent.board == board
    check_whole(board)
    check_whole(other)


def test_a_place_is_hung_where_a_later_found_answer_says() -> None:
    board, member = make_board(), make_member()
    restore(system("test"), found(board, member, "short@x", ["near@x"], 1))
    restore(system("test"), found(board, member, "long@x", ["far@x", "near@x"], 2))
    (thread,) = Thread.unscoped.filter(board=board)
    assert [(line.depth, line.title) for line in lines_of(GUEST, thread)] == [
        (0, ""),
        (1, ""),
        (2, "short@x"),
        (2, "long@x"),
    ]
    check_whole(board)
