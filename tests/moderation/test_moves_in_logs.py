"""A move stands in the logs of both boards, and tells nobody of one that they can't see."""

from __future__ import annotations

import pytest
from django.test import Client

from rejoinder.boards.grants import PUBLIC, private_to, put_rights
from rejoinder.errors import Refused
from rejoinder.moderation.deeds import grafts
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.log import Filter, private_log, public_log
from rejoinder.moderation.models import Deed
from rejoinder.policy.principals import GUEST
from rejoinder.threads.models import Post
from rejoinder.threads.paging import START
from tests.factories import make_board, make_member, make_thread, principal_of
from tests.moderation.moderating import make_group, site_moderator, with_moderators

pytestmark = pytest.mark.django_db


def test_a_move_to_a_hidden_board_is_logged_where_it_left_without_that_name() -> None:
    here, hidden = make_board("Open square"), make_board("Backroom talk")
    warden, insider = make_member(), make_member()
    put_rights(here, with_moderators(PUBLIC, make_group(warden)))
    put_rights(hidden, private_to(frozenset({make_group(insider).pk})))
    post = make_thread(here, title="Leaves the square")
    deed = grafts.move(principal_of(site_moderator()), post, hidden)
    for who in (GUEST, principal_of(make_member())):
        [entry] = public_log(who, Filter(), START, 10).rows
        assert (entry.board, entry.went_to, entry.line) == (None, None, None)
        assert entry.came_from == here
        assert public_log(who, Filter(board=here.handle_id), START, 10).rows
        assert not public_log(who, Filter(board=hidden.handle_id), START, 10).rows
    [entry] = private_log(principal_of(warden), Filter(), START, 10).rows
    assert (entry.deed, entry.board, entry.line) == (deed, None, None)
    [entry] = public_log(principal_of(insider), Filter(board=hidden.handle_id), START, 10).rows
    assert entry.board == hidden
    client = Client()
    for address in ("/moderation/log", "/moderation/log.csv", "/moderation/log.json"):
        answer = client.get(address)
        said = b"".join(answer) if answer.streaming else answer.content
        assert b"moved" in said or b"move" in said
        for secret in (b"Backroom", hidden.handle_id.encode(), b"Leaves the square"):
            assert secret not in said, (address, secret)


def test_who_moderates_only_one_of_two_boards_does_not_undo_a_move() -> None:
    here, there = make_board(), make_board()
    wardens = {board: make_member() for board in (here, there)}
    for board, warden in wardens.items():
        put_rights(board, with_moderators(PUBLIC, make_group(warden)))
    post, by = make_thread(here), principal_of(site_moderator())
    deed = grafts.move(by, post, there)
    for warden in wardens.values():
        assert private_log(principal_of(warden), Filter(), START, 10).rows
        with pytest.raises(Refused):
            undo(principal_of(warden), Deed.unscoped.get(pk=deed.pk))
    undone = undo(by, deed).deed
    assert Post.unscoped.get(pk=post.pk).board == here
    assert (undone.board, undone.from_board) == (here, there)
