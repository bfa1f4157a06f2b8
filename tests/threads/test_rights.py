"""What an author may still do on a board that was closed since."""

from __future__ import annotations

import pytest

from rejoinder.errors import Refused
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import State
from tests.factories import make_member, make_thread, principal_of

pytestmark = pytest.mark.django_db


def test_on_a_closed_board_an_author_may_withdraw_and_not_edit() -> None:
    author = make_member()
    post = make_thread(author=author)
    post.board.is_closed = True
    post.board.save()
    with pytest.raises(Refused):
        edit(principal_of(author), post, Change("Another title", "", 0))
    withdraw(principal_of(author), post)
    post.refresh_from_db()
    assert post.state == State.WITHDRAWN


def test_nobody_else_may_withdraw_a_post() -> None:
    post = make_thread()
    with pytest.raises(Refused):
        withdraw(principal_of(make_member()), post)
