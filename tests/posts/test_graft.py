"""Grafts: what stays, what follows, and how each is undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from rejoinder.errors import Conflict
from rejoinder.policy.principals import GUEST, system
from rejoinder.posts import graft
from rejoinder.posts.grafted import Grafted, Place
from rejoinder.posts.restore import restore
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads import lock, pin, slow
from rejoinder.threads.find import post_by_number
from rejoinder.threads.models import Awaited, BoardTally, Numbering, Post, Thread
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.planting import check_whole
from tests.posts.test_tree_is_kept import found

pytestmark = pytest.mark.django_db


def fresh(post: Post) -> Post:
    return Post.unscoped.select_related("thread", "board").get(pk=post.pk)


def numbers(board: Any) -> dict[int, int]:
    return dict(Numbering.unscoped.filter(board=board).values_list("number", "post_id"))


def test_a_split_branch_is_a_thread_and_comes_back() -> None:
    root = make_thread()
    top = make_response(make_response(root))
    leaf = make_response(top)
    grafted = graft.split(fresh(top))
    assert grafted.came_from == Place(
        root.board.handle_id, root.public_id, fresh(top.parent).public_id
    )
    assert grafted.went_to == Place(root.board.handle_id, top.public_id)
    assert fresh(leaf).thread.root_id == top.pk
    assert (fresh(root).thread.posts_count, fresh(top).thread.posts_count) == (2, 2)
    check_whole(root.board)
    graft.ungraft(grafted)
    assert fresh(top).parent_id == top.parent_id
    assert Thread.unscoped.get().posts_count == 4
    check_whole(root.board)


def test_a_post_keeps_its_number_on_each_board_and_returns_to_it() -> None:
    one, two = make_board(), make_board()
    make_thread(two)
    root = make_thread(one)
    leaf = make_response(root)
    late = make_thread(one)
    grafted = graft.move(fresh(root), two)
    assert numbers(one) == {1: root.pk, 2: leaf.pk, 3: late.pk}
    assert {number: pk for number, pk in numbers(two).items() if number > 1} == {
        2: root.pk,
        3: leaf.pk,
    }
    newer = make_response(fresh(root))
    graft.ungraft(grafted)
    assert numbers(one) == {1: root.pk, 2: leaf.pk, 3: late.pk, 4: newer.pk}
    assert numbers(two)[4] == newer.pk
    assert post_by_number(GUEST, one, 1).pk == root.pk
    for board in (one, two):
        check_whole(board)
    # And when it goes there again, it has its number there again.
    graft.move(fresh(root), two)
    assert len(numbers(two)) == 4


def test_numbers_on_a_new_board_go_down_the_outline() -> None:
    board, root = make_board(), make_thread()
    first, second = make_response(root), make_response(root)
    below = make_response(first)
    graft.move(fresh(root), board)
    assert [numbers(board)[n] for n in (1, 2, 3, 4)] == [root.pk, first.pk, below.pk, second.pk]


def test_the_tallies_of_both_boards_are_right_after_a_move() -> None:
    one, two = make_board(), make_board()
    there, here = make_thread(two), make_thread(one)
    root = make_thread(one)
    last = make_response(root)
    graft.move(fresh(root), two)
    left, entered = (BoardTally.unscoped.get(pk=board.pk) for board in (one, two))
    assert (left.posts_count, left.threads_count, left.last_post_id) == (1, 1, here.pk)
    assert (entered.posts_count, entered.threads_count, entered.last_post_id) == (3, 2, last.pk)
    assert (left.last_number, entered.last_number) == (3, 3)
    assert there.pk in numbers(two).values()


def test_a_merged_threads_address_leads_to_its_place(client: Client) -> None:
    root, other = make_thread(), make_thread()
    grafted = graft.merge(fresh(other), fresh(root))
    assert not Thread.unscoped.filter(root=other).exists()
    answer = client.get(f"/t/{other.public_id}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/t/{root.public_id}?at={other.public_id}#p-{other.public_id}"
    assert client.get(answer["Location"].partition("#")[0]).status_code == 200
    assert grafted.came_from == Place(other.board.handle_id, other.public_id)
    assert grafted.went_to == Place(root.board.handle_id, root.public_id, root.public_id)


def test_undoing_a_merge_restores_the_thread_as_it_was_set() -> None:
    root, other = make_thread(), make_thread()
    lock.lock(other.thread)
    pin.pin(other.thread)
    slow.slow_down(other.thread, 60)
    kept = json.dumps(graft.merge(fresh(other), fresh(root)).as_json())
    assert not fresh(other).thread.is_locked
    graft.ungraft(Grafted.from_json(json.loads(kept)))
    thread = fresh(other).thread
    assert thread.root_id == other.pk
    assert (thread.is_locked, thread.is_pinned, thread.slow_seconds) == (True, True, 60)
    for board in (root.board, other.board):
        check_whole(board)


def test_a_thread_moved_to_another_board_stays_locked_and_is_not_pinned_there() -> None:
    root, board = make_thread(), make_board()
    lock.lock(root.thread)
    pin.pin(root.thread)
    grafted = graft.move(fresh(root), board)
    assert (fresh(root).thread.is_locked, fresh(root).thread.is_pinned) == (True, False)
    graft.ungraft(grafted)
    assert fresh(root).thread.is_pinned


def test_permalinks_and_message_ids_stay() -> None:
    root, other = make_thread(), make_thread()
    leaf = make_response(other)
    graft.merge(fresh(other), fresh(root))
    for post in (other, leaf):
        assert fresh(post).public_id == post.public_id
        assert fresh(post).message_id == post.message_id
        assert fresh(post).posted_at == post.posted_at
        assert fresh(post).board_id == root.board_id


def test_a_stub_left_without_answers_is_drawn_no_longer() -> None:
    root = make_thread()
    stub = make_response(root)
    leaf = make_response(stub)
    assert stub.author
    withdraw(principal_of(stub.author), stub)
    grafted = graft.rehang(fresh(leaf), fresh(root))
    assert not fresh(stub).is_drawn
    graft.ungraft(grafted)
    assert fresh(stub).is_drawn
    check_whole(root.board)


def test_a_stub_that_starts_a_thread_moves_with_its_branch() -> None:
    root, board = make_thread(), make_board()
    leaf = make_response(root)
    assert root.author
    withdraw(principal_of(root.author), root)
    graft.move(fresh(root), board)
    assert fresh(leaf).board == board
    # What isn't visible has no number there.
    assert list(numbers(board).values()) == [leaf.pk]
    check_whole(board)


def test_an_echo_of_the_parents_title_is_one_only_below_it() -> None:
    board, member = make_board(), make_member()
    restore(system("test"), found(board, member, "hello", [], 1))
    echo = restore(system("test"), found(board, member, "Re: hello", ["hello"], 2)).post
    assert echo.echoes_parent
    grafted = graft.split(fresh(echo))
    assert not fresh(echo).echoes_parent
    graft.ungraft(grafted)
    assert fresh(echo).echoes_parent


# A place waits for its post on its own board only (docs/decisions/0004).


def answered(board: Any, name: str = "answer@x") -> Post:
    answer = found(board, make_member(), name, ["awaited@x"], 2)
    return restore(system("test"), answer).post


def test_a_place_waits_on_the_board_it_came_to() -> None:
    one, two = make_board(), make_board()
    answer = answered(one)
    place = answer.parent
    assert place
    graft.move(fresh(place), two)
    assert Awaited.unscoped.get().board == two
    done = restore(system("test"), found(one, make_member(), "awaited@x", [], 1))
    assert not done.filled_place
    for board in (one, two):
        check_whole(board)


def test_of_two_places_for_one_post_the_boards_own_goes_on_waiting() -> None:
    one, two = make_board(), make_board()
    here, there = answered(one).parent, answered(two, "other@x").parent
    assert here
    assert there
    grafted = graft.move(fresh(here), two)
    assert Awaited.unscoped.get().post == there
    assert grafted.no_longer_awaited == {here.public_id: "awaited@x"}
    graft.ungraft(grafted)
    assert set(Awaited.unscoped.values_list("board", "post")) == {
        (one.pk, here.pk),
        (two.pk, there.pk),
    }


@pytest.mark.parametrize(
    "deed",
    [
        lambda root, top, leaf, board: graft.rehang(fresh(root), fresh(leaf)),
        lambda root, top, leaf, board: graft.rehang(fresh(top), fresh(root)),
        lambda root, top, leaf, board: graft.merge(fresh(top), make_thread(board)),
        lambda root, top, leaf, board: graft.split(fresh(root)),
        lambda root, top, leaf, board: graft.move(fresh(leaf), root.board),
    ],
    ids=["below itself", "where it hangs", "merge no root", "split a root", "to its own board"],
)
def test_what_cant_be_grafted_is_refused(deed: Callable[..., object]) -> None:
    root = make_thread()
    top = make_response(root)
    leaf = make_response(top)
    with pytest.raises(Conflict):
        deed(root, top, leaf, make_board())
    check_whole(root.board)


def _moved_on(root: Post, top: Post, leaf: Post) -> None:
    graft.rehang(fresh(top), make_thread())


def _parent_in_branch(root: Post, top: Post, leaf: Post) -> None:
    graft.rehang(fresh(root), fresh(leaf))


def _parent_on_another_board(root: Post, top: Post, leaf: Post) -> None:
    graft.move(fresh(root), make_board())


@pytest.mark.parametrize("since", [_moved_on, _parent_in_branch, _parent_on_another_board])
def test_what_cant_be_undone_any_more_says_so_and_changes_nothing(
    since: Callable[[Post, Post, Post], None],
) -> None:
    root = make_thread()
    top = make_response(root)
    leaf = make_response(top)
    grafted = graft.split(fresh(top))
    since(root, top, leaf)
    before = sorted(Post.unscoped.values_list("pk", "parent", "board"))
    with pytest.raises(Conflict, match=r"since|below itself"):
        graft.ungraft(grafted)
    assert sorted(Post.unscoped.values_list("pk", "parent", "board")) == before


def test_an_undo_leads_to_the_parent_wherever_its_thread_went_on_its_board() -> None:
    root = make_thread()
    top = make_response(root)
    grafted = graft.split(fresh(top))
    elsewhere = make_thread(root.board)
    graft.merge(fresh(root), elsewhere)
    graft.ungraft(grafted)
    assert fresh(top).parent_id == root.pk
    assert fresh(top).thread.root_id == elsewhere.pk
    check_whole(root.board)


def test_an_undo_can_be_undone() -> None:
    root, other = make_thread(), make_thread()
    grafted = graft.merge(fresh(other), fresh(root))
    undone = graft.ungraft(grafted)
    assert (undone.came_from, undone.went_to) == (grafted.went_to, grafted.came_from)
    graft.ungraft(undone)
    assert fresh(other).parent_id == root.pk
