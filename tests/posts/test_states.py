"""States of posts: every change, one at a time and many at once."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.errors import Conflict
from rejoinder.policy.principals import system
from rejoinder.posts import keep
from rejoinder.posts.restore import restore
from rejoinder.posts.states import change_state, change_states
from rejoinder.threads import tree
from rejoinder.threads.models import BoardTally, Numbering, Post, State
from tests.factories import make_board, make_member, make_response, make_thread
from tests.planting import EPOCH, bush, chain, check_whole, plant
from tests.posts.test_tree_is_kept import found

pytestmark = pytest.mark.django_db

STATES = (State.VISIBLE, State.HELD, State.REMOVED, State.WITHDRAWN)


def fresh(post: Post) -> Post:
    return Post.unscoped.get(pk=post.pk)


def held(parent: Post | None = None) -> Post:
    """Return a new post that is held from its beginning."""
    author = make_member()
    if parent is None:
        thread = keep.new_thread(make_board(), EPOCH)
    else:
        threads, (parent,) = tree.locked_with(parent.pk)
        thread = threads[parent.thread_id]
    post = keep.new_post(
        thread=thread, parent=parent, posted_at=EPOCH, author=author, state=State.HELD
    )
    keep.save_new(post, thread, keep.words("Held", "words", "markdown"))
    return post


@pytest.mark.parametrize(("former", "state"), list(permutations(STATES, 2)))
@pytest.mark.parametrize("is_answered", [True, False])
@pytest.mark.parametrize("is_bulk", [True, False])
def test_every_change_of_state_keeps_the_board_whole(
    former: State, state: State, is_answered: bool, is_bulk: bool
) -> None:
    root = make_thread()
    post = make_response(make_response(root))
    if is_answered:
        make_response(post)
    change_state(post, former)
    check_whole(root.board)
    if is_bulk:
        assert change_states([post.pk], state) == [(post.pk, former)]
    else:
        assert change_state(post, state) == former
    assert fresh(post).state == state
    assert fresh(post).is_drawn == (state == State.VISIBLE or is_answered)
    check_whole(root.board)


@pytest.mark.parametrize("is_root", [True, False])
def test_a_post_held_from_the_beginning_is_nowhere_until_it_appears(is_root: bool) -> None:
    root = None if is_root else make_thread()
    post = held(root)
    assert not Numbering.unscoped.filter(post=post).exists()
    assert not fresh(post).is_drawn
    tally = BoardTally.unscoped.filter(board=post.board_id).first()
    assert (tally.posts_count if tally else 0) == (0 if is_root else 1)
    check_whole(post.board)
    change_state(post, State.VISIBLE)
    number = Numbering.unscoped.get(post=post).number
    assert number == (1 if is_root else 2)
    check_whole(post.board)
    change_state(post, State.REMOVED)
    change_state(post, State.VISIBLE)
    assert Numbering.unscoped.get(post=post).number == number


def test_an_approval_makes_nothing_appear_that_was_withdrawn_meanwhile() -> None:
    post = held()
    change_state(post, State.WITHDRAWN)
    with pytest.raises(Conflict, match="withdrawn"):
        change_state(post, State.VISIBLE, only_from=[State.HELD])
    assert change_states([post.pk], State.VISIBLE, only_from=[State.HELD]) == []
    assert fresh(post).state == State.WITHDRAWN


def test_an_empty_place_has_no_other_state() -> None:
    answer = restore(system("test"), found(make_board(), make_member(), "a@x", ["b@x"], 1)).post
    place = answer.parent
    assert place
    with pytest.raises(Conflict):
        change_state(place, State.VISIBLE)
    with pytest.raises(Conflict):
        change_state(answer, State.MISSING)
    assert change_states([place.pk], State.REMOVED) == []


def test_all_of_one_member_falls_and_rises_again_on_several_boards() -> None:
    author, other = make_member(), make_member()
    boards = [make_board(), make_board()]
    ids = []
    for number, board in enumerate(boards * 3):
        posts = plant(board, other, bush(15, number))
        ids += [post.pk for post in posts[number % 2 :: 2]]
    Post.unscoped.filter(pk__in=ids).update(author=author)
    one_already = Post.unscoped.get(pk=ids[3])
    change_state(one_already, State.WITHDRAWN)
    before = sorted(Post.unscoped.values_list("pk", "state", "responses_count", "is_drawn"))
    former = change_states(ids, State.REMOVED)
    assert dict(former) == {
        pk: State.WITHDRAWN if pk == one_already.pk else State.VISIBLE for pk in ids
    }
    for board in boards:
        check_whole(board)
    for state in (State.VISIBLE, State.WITHDRAWN):
        change_states([pk for pk, was in former if was == state], state)
    assert before == sorted(Post.unscoped.values_list("pk", "state", "responses_count", "is_drawn"))
    for board in boards:
        check_whole(board)


def test_a_chain_of_stubs_vanishes_with_the_last_answer_on_it() -> None:
    board = make_board()
    posts = plant(board, make_member(), chain(30))
    ids = [post.pk for post in posts]
    change_states(ids[1:-1], State.REMOVED)
    assert Post.unscoped.filter(pk__in=ids, is_drawn=True).count() == 30
    change_states(ids[-1:], State.HELD)
    assert Post.unscoped.filter(pk__in=ids, is_drawn=True).count() == 1
    check_whole(board)
    change_states(ids[-1:], State.VISIBLE)
    assert Post.unscoped.filter(pk__in=ids, is_drawn=True).count() == 30
    check_whole(board)


def test_threads_fall_from_the_tally_with_their_last_post_and_return() -> None:
    board, author = make_board(), make_member()
    ids = [post.pk for n in range(3) for post in plant(board, author, bush(4, n))]
    change_states(ids[:6], State.REMOVED)
    assert BoardTally.unscoped.get(pk=board.pk).threads_count == 2
    check_whole(board)
    change_states(ids[:6], State.VISIBLE)
    assert BoardTally.unscoped.get(pk=board.pk).threads_count == 3
    check_whole(board)


def test_posts_that_appear_at_once_are_numbered_parents_first() -> None:
    root = make_thread()
    late = held(root)
    early = held(late)
    Post.unscoped.filter(pk=late.pk).update(posted_at=EPOCH.replace(year=2021))
    change_states([early.pk, late.pk], State.VISIBLE)
    numbers = dict(Numbering.unscoped.values_list("post_id", "number"))
    assert numbers[late.pk] < numbers[early.pk]


def test_many_states_take_as_many_queries_for_hundreds_of_threads_as_for_few() -> None:
    board, author = make_board(), make_member()

    def queries(threads: int) -> int:
        planted = [plant(board, author, bush(4, seed)) for seed in range(threads)]
        ids = [post.pk for posts in planted for post in posts[:2]]
        with CaptureQueriesContext(connection) as captured:
            change_states(ids, State.REMOVED)
            change_states(ids, State.VISIBLE)
        return len(captured)

    queries(5)  # what is asked once, and then known
    few = queries(5)
    assert queries(100) == few
    assert few < 60
