"""Several threads write to one place at once: spans nest, numbers are unique, tallies right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from rejoinder.boards.models import Board
from rejoinder.errors import RejoinderError
from rejoinder.policy.principals import Principal
from rejoinder.posts import graft
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import Numbering, Post
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.planting import check_whole

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


def _move(post: Post, parent: Post) -> None:
    from django.db import transaction

    with transaction.atomic():
        graft.rehang(Post.unscoped.get(pk=post.pk), parent)
