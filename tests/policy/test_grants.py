"""A board's rights, kept and read again: to whom exactly each ability is granted."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.boards import grants, rights
from rejoinder.boards.grants import EVERYONE, MEMBERS, NOBODY, Granted, Rights
from rejoinder.boards.models import Ability, Board, Grant
from rejoinder.errors import BadInput, Refused
from rejoinder.limits import security_log
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal, system
from rejoinder.threads.models import Post
from tests.factories import (
    make_board,
    make_group,
    make_member,
    make_private_board,
    make_thread,
    principal_of,
)

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")
NOTHING: Rights = dict.fromkeys(Ability, NOBODY)


def again(board: Board) -> Rights:
    """Return a board's rights as the database has them."""
    return grants.rights_of(Board.unscoped.get(pk=board.pk))


def test_what_is_granted_is_never_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        NOBODY.everyone = True  # type: ignore[misc]


@pytest.mark.parametrize("kind", Kind)
def test_members_are_admitted_by_grants_to_members_and_to_their_groups(kind: Kind) -> None:
    asks = Principal(kind, member_id=1, groups=frozenset({1, 2}))
    assert EVERYONE.admits(asks)
    assert not NOBODY.admits(asks)
    assert MEMBERS.admits(asks) == asks.is_member
    assert Granted(groups=frozenset({2, 3})).admits(asks) == asks.is_member
    assert not Granted(groups=frozenset({3})).admits(asks)


def test_what_boards_commonly_are() -> None:
    assert grants.PUBLIC == {
        Ability.READ: EVERYONE,
        Ability.START: MEMBERS,
        Ability.RESPOND: MEMBERS,
        Ability.MODERATE: NOBODY,
    }
    assert grants.MEMBERS_ONLY == {**grants.PUBLIC, Ability.READ: MEMBERS}
    theirs = Granted(groups=frozenset({7}))
    assert grants.announcements(frozenset({7})) == {
        **grants.PUBLIC,
        Ability.START: theirs,
        Ability.RESPOND: NOBODY,
    }
    assert grants.private_to(frozenset({7})) == {
        **dict.fromkeys(Ability, theirs),
        Ability.MODERATE: NOBODY,
    }


@pytest.mark.parametrize("ability", Ability)
def test_rights_are_read_as_they_were_kept(ability: Ability) -> None:
    board, group = make_board(), make_group()
    for granted in (NOBODY, EVERYONE, MEMBERS, Granted(groups=frozenset({group.pk}))):
        grants.put_rights(board, {ability: granted})
        assert again(board) == {**NOTHING, ability: granted}
        assert grants.rights_of(board) == again(board), "also by the board at hand"


def test_an_ability_is_granted_to_members_and_to_groups_together() -> None:
    board, groups = make_board(), frozenset({make_group().pk, make_group().pk})
    both = {**NOTHING, Ability.READ: Granted(members=True, groups=groups)}
    grants.put_rights(board, both)
    assert again(board) == both


def test_what_everyone_may_needs_no_grant_to_members() -> None:
    board = make_board()
    grants.put_rights(board, {Ability.READ: Granted(everyone=True, members=True)})
    assert again(board) == {**NOTHING, Ability.READ: EVERYONE}


def test_a_boards_rights_change_no_others() -> None:
    changed, other = make_board(), make_board()
    grants.put_rights(changed, {})
    assert again(changed) == NOTHING
    assert again(other) == grants.PUBLIC


def test_a_board_at_hand_reads_its_rights_once() -> None:
    board = Board.unscoped.get(pk=make_board().pk)
    assert grants.rights_of(board) == grants.PUBLIC
    with CaptureQueriesContext(connection) as queries:
        assert grants.rights_of(board) == grants.PUBLIC
    assert len(queries) == 0


def test_rights_for_a_group_that_is_gone_change_nothing() -> None:
    board = make_board()
    with pytest.raises(BadInput):
        grants.put_rights(board, {Ability.READ: Granted(groups=frozenset({999_999}))})
    assert again(board) == grants.PUBLIC


@pytest.mark.parametrize("ability", Ability)
def test_guests_only_read_and_only_groups_moderate(ability: Ability) -> None:
    def is_taken(granted: Granted) -> bool:
        try:
            grants.check_rights({ability: granted})
        except BadInput:
            return False
        return True

    assert is_taken(EVERYONE) == (ability is Ability.READ)
    assert is_taken(MEMBERS) == (ability is not Ability.MODERATE)
    assert is_taken(NOBODY)
    assert is_taken(Granted(groups=frozenset({7})))


def test_who_sets_rights_is_noted(caplog: pytest.LogCaptureFixture) -> None:
    board, keeper = make_board(), make_member(is_administrator=True)
    caplog.set_level("INFO", logger=security_log.log.name)
    grants.set_rights(principal_of(keeper), board, grants.MEMBERS_ONLY)
    assert again(board) == grants.MEMBERS_ONLY
    [line] = [r.getMessage() for r in caplog.records if r.name == security_log.log.name]
    assert line == (f"event=rights_changed network=unknown by={keeper.pk} board={board.pk}")


def test_rights_are_set_by_nobody_else_and_to_nothing_foolish() -> None:
    board = make_board()
    with pytest.raises(Refused, match="Only an administrator may change a board"):
        grants.set_rights(principal_of(make_member()), board, grants.MEMBERS_ONLY)
    with pytest.raises(BadInput):
        grants.set_rights(OPERATOR, board, {Ability.START: EVERYONE})
    assert again(board) == grants.PUBLIC


def test_the_boards_of_a_group_are_told_to_who_sees_grants() -> None:
    group, other = make_group(), make_group()
    board = make_private_board(group)
    make_private_board(other)
    assert grants.granting_to(OPERATOR, group) == [board]
    assert grants.granting_to(GUEST, group) == []
    assert Grant.unscoped.filter(board=board).exists()


@pytest.mark.parametrize("kind", Kind)
def test_groups_are_those_of_members_alone(kind: Kind) -> None:
    board, group = make_board(), make_group()
    theirs = Granted(groups=frozenset({group.pk}))
    grants.put_rights(board, {Ability.READ: theirs, Ability.MODERATE: theirs})
    asks = Principal(kind, member_id=1, groups=frozenset({group.pk}))
    sees = asks.is_member or kind is Kind.SYSTEM
    assert gate.visible(asks, Board.objects.all()).exists() == sees
    assert gate.may(asks, gate.Verb.READ, board) == sees
    # Not by mail.
    moderates = sees and kind is not Kind.MAIL
    assert gate.may(asks, gate.Verb.MODERATE, board) == moderates


def test_who_moderates_a_board_reads_it_and_without_a_second_step_does_neither() -> None:
    board, group = make_board(), make_group()
    grants.put_rights(board, {Ability.MODERATE: Granted(groups=frozenset({group.pk}))})
    for lacks in (False, True):
        asks = Principal(
            Kind.MEMBER, member_id=1, groups=frozenset({group.pk}), lacks_second_step=lacks
        )
        assert gate.visible(asks, Board.objects.all()).exists() != lacks
        assert gate.may(asks, gate.Verb.READ, board) != lacks
        assert gate.may(asks, gate.Verb.MODERATE, board) != lacks


def test_nobody_writes_where_they_cannot_read() -> None:
    board, member = make_board(), principal_of(make_member())
    post = make_thread(board)
    grants.put_rights(board, {Ability.START: MEMBERS, Ability.RESPOND: MEMBERS})
    assert not gate.may(member, gate.Verb.START_THREAD, board)
    assert not gate.may(member, gate.Verb.RESPOND, Post.unscoped.get(pk=post.pk))
    grants.put_rights(board, grants.PUBLIC)
    assert gate.may(member, gate.Verb.START_THREAD, board)


def test_boards_that_are_read_and_moderated_are_told_as_their_numbers() -> None:
    group = make_group()
    public, private = make_board(), make_private_board(group)
    grants.put_rights(private, {Ability.MODERATE: Granted(groups=frozenset({group.pk}))})
    asks = Principal(Kind.MEMBER, member_id=1, groups=frozenset({group.pk}))
    assert set(rights.readable(asks)) == {public.pk, private.pk}
    assert set(rights.moderated(asks)) == {private.pk}
    assert set(rights.readable(GUEST)) == {public.pk}
    assert set(rights.moderated(GUEST)) == set()
