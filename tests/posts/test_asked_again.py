"""What was allowed when a post was sent, and is no more when it is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rejoinder.boards.grants import PUBLIC, Granted, put_rights
from rejoinder.boards.models import Ability, Board
from rejoinder.errors import Refused
from rejoinder.posts import screening
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member, make_thread, principal_of

pytestmark = pytest.mark.django_db


def close(board: Board) -> None:
    Board.unscoped.filter(pk=board.pk).update(is_closed=True)


def forbid(board: Board) -> None:
    put_rights(board, {**PUBLIC, Ability.START: Granted(), Ability.RESPOND: Granted()})


@pytest.mark.parametrize("change", [close, forbid])
@pytest.mark.parametrize("is_response", [True, False])
def test_a_board_that_changes_meanwhile_takes_no_post(
    change: Callable[[Board], None], is_response: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = make_board()
    parent = make_thread(board) if is_response else None
    before = Post.unscoped.count()
    draft = Draft(title="Late", parent=parent, board=None if parent else board)

    def meanwhile(_proposed: object) -> tuple[()]:
        change(Board.unscoped.get(pk=board.pk))
        return ()

    monkeypatch.setattr(screening, "before", meanwhile)
    with pytest.raises(Refused):
        add(principal_of(make_member()), draft)
    assert Post.unscoped.count() == before
