"""Several threads write to one place at once: spans nest, numbers are unique, tallies right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, transaction

from rejoinder.boards.models import Board
from rejoinder.errors import Conflict, RejoinderError
from rejoinder.policy.principals import Principal
from rejoinder.posts import graft
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.posts.grafted import Grafted
from rejoinder.posts.states import change_states
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Numbering, Post, State, Thread
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.planting import bush, check_whole, plant

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS = 4
EACH = 8


def _in_writers(deed: object) -> None:
    def run(number: int) -> None:
        try:
            deed(number)  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(run, range(WRITERS)))


def _setting() -> tuple[Board, Principal, Post]:
    board, member = make_board(), make_member()
    return board, principal_of(member), make_thread(board, author=member)


def test_responses_to_one_post_at_once_are_all_kept() -> None:
    board, principal, root = _setting()

    def respond(number: int) -> None:
        for turn in range(EACH):
            add(principal, Draft(title=f"{number}.{turn}", parent=Post.unscoped.get(pk=root.pk)))

    _in_writers(respond)
    assert Post.unscoped.get(pk=root.pk).responses_count == WRITERS * EACH
    numbers = set(Numbering.unscoped.filter(board=board).values_list("number", flat=True))
    assert numbers == set(range(1, WRITERS * EACH + 2))
    check_whole(board)


def test_a_double_submission_at_once_is_one_post() -> None:
    board, principal, root = _setting()
    draft = Draft(title="Once", parent=root, submission="form 1")
    _in_writers(lambda number: add(principal, draft))
    assert Post.unscoped.filter(parent=root).count() == 1
    check_whole(board)


def test_a_branch_moved_while_it_is_answered_and_withdrawn_stays_whole() -> None:
    board, principal, root = _setting()
    author = root.author
    top = make_response(root, author=author)
    leaves = [make_response(top, author=author) for _leaf in range(EACH)]
    other = make_thread(board, author=author)

    def meddle(number: int) -> None:
        for turn in range(EACH):
            with suppress(RejoinderError):
                if number == 0:
                    _move(top, (other, root)[turn % 2])
                elif number == 1:
                    withdraw(principal, leaves[turn])
                else:
                    add(principal, Draft(title="x", parent=Post.unscoped.get(pk=leaves[turn].pk)))

    _in_writers(meddle)
    assert Post.unscoped.get(pk=top.pk).parent_id == root.pk
    check_whole(board)


def test_responses_to_a_branch_that_goes_from_board_to_board_are_all_kept() -> None:
    board, principal, root = _setting()
    author = root.author
    top = make_response(root, author=author)
    leaves = [make_response(top, author=author) for _leaf in range(2)]
    other = make_board()
    kept: list[int] = []

    def meddle(number: int) -> None:
        for turn in range(EACH):
            if number == 0:
                _to_and_fro(top, root, other, turn)
            else:
                parent = Post.unscoped.select_related("board", "thread").get(pk=leaves[turn % 2].pk)
                kept.append(add(principal, Draft(title="x", parent=parent)).pk)

    _in_writers(meddle)
    posts = Post.unscoped.filter(pk__in=kept)
    assert posts.count() == len(kept) == (WRITERS - 1) * EACH
    assert set(posts.values_list("thread", flat=True)) == {Post.unscoped.get(pk=top.pk).thread_id}
    for each in (board, other):
        check_whole(each)


def test_opposite_merges_at_once_leave_one_thread() -> None:
    board, _principal, one = _setting()
    other = make_board()
    two = make_thread(other, author=one.author)
    for root in (one, two):
        make_response(root, author=one.author)
    for _turn in range(EACH):
        refused: list[str] = []
        grafts: list[Grafted] = []

        def merge(
            number: int, refused: list[str] = refused, grafts: list[Grafted] = grafts
        ) -> None:
            root, onto = (one, two)[:: 1 if number % 2 else -1]
            try:
                with transaction.atomic():
                    grafts.append(graft.merge(_fresh(root), _fresh(onto)))
            except Conflict as error:
                refused.append(error.message)

        _in_writers(merge)
        assert (len(grafts), len(refused)) == (1, WRITERS - 1)
        assert Thread.unscoped.count() == 1
        for each in (board, other):
            check_whole(each)
        with transaction.atomic():
            graft.ungraft(grafts[0])
    assert Thread.unscoped.count() == 2


def test_many_posts_hidden_and_shown_at_once_by_several_end_in_one_state() -> None:
    board, other, author = make_board(), make_board(), make_member()
    ids = [post.pk for n in range(6) for post in plant((board, other)[n % 2], author, bush(9, n))]

    def judge(number: int) -> None:
        state = (State.REMOVED, State.HELD, State.VISIBLE)[number % 3]
        for _turn in range(EACH):
            with transaction.atomic():
                change_states(ids[:: 1 if number % 2 else -1], state)

    _in_writers(judge)
    assert Post.unscoped.filter(pk__in=ids).values("state").distinct().count() == 1
    for each in (board, other):
        check_whole(each)


def _to_and_fro(top: Post, root: Post, other: Board, turn: int) -> None:
    with transaction.atomic():
        if turn % 2:
            graft.rehang(_fresh(top), _fresh(root))
        else:
            graft.move(_fresh(top), other)


def _fresh(post: Post) -> Post:
    return Post.unscoped.get(pk=post.pk)


def _move(post: Post, parent: Post) -> None:
    with transaction.atomic():
        graft.rehang(Post.unscoped.get(pk=post.pk), parent)
