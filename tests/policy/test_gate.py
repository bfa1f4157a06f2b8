"""What the gate does that no cell of the matrix can ask."""

from __future__ import annotations

import logging

import pytest

from rejoinder.boards.models import Board, Site
from rejoinder.errors import Missing, Refused
from rejoinder.limits import security_log
from rejoinder.members.models import Group, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal
from rejoinder.policy.verbs import Field, Verb
from tests.factories import make_board, make_group, make_member, make_thread

pytestmark = pytest.mark.django_db

ADDRESS = "192.0.2.7"


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.getMessage() for r in caplog.records if r.name == security_log.log.name]


@pytest.fixture
def board() -> Board:
    return make_board()


def test_nothing_is_registered_twice() -> None:
    with pytest.raises(RuntimeError, match="rows of Board are registered twice"):
        gate.register_rows(Board, lambda principal, rows: rows)
    with pytest.raises(RuntimeError, match="on Board is registered twice"):
        gate.register(Verb.READ, Board, lambda principal, board: True)
    with pytest.raises(RuntimeError, match="of Group is registered twice"):
        gate.register_field(Field.MEMBERS, Group, lambda principal, group: True)


def test_what_nobody_registered_is_refused(board: Board) -> None:
    keeper = Principal(Kind.SYSTEM)
    assert not gate.may(keeper, Verb.WARN, board)
    assert not gate.may(keeper, Verb.READ, object())
    assert not gate.shows(keeper, Field.WORDS, board)
    assert not gate.visible(keeper, Site.objects.all()).exists()
    assert not gate.reachable(keeper, Site.objects.all()).exists()


def test_a_program_that_may_not_read_is_shown_nothing(board: Board) -> None:
    member, group = make_member(is_administrator=True), make_group()
    everything = Principal(Kind.APPLICATION, member_id=member.pk, is_administrator=True)
    without = Principal(
        Kind.APPLICATION,
        member_id=member.pk,
        is_administrator=True,
        verbs=frozenset(Verb) - {Verb.READ},
    )
    for principal, sees in ((everything, True), (without, False)):
        assert gate.visible(principal, Board.objects.all()).exists() == sees
        assert gate.reachable(principal, Board.objects.all()).exists() == sees
        assert gate.shows(principal, Field.MEMBERS, group) == sees
        assert gate.may(principal, Verb.READ, board) == sees
        # A door checks, and so asks whether it may be read.
        assert gate.may(principal, Verb.ADMINISTER, board)


def test_a_program_does_what_its_password_names_and_its_member_may(board: Board) -> None:
    reader = Principal(Kind.APPLICATION, member_id=7, verbs=frozenset({Verb.READ}))
    assert gate.may(reader, Verb.READ, board)
    assert not gate.may(reader, Verb.START_THREAD, board)
    assert gate.shows(reader, Field.WORDS, make_thread(board))


def test_whoever_is_refused_is_noted(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    member = Principal(Kind.MEMBER, member_id=7, address=ADDRESS)
    with pytest.raises(Refused) as refusal:
        gate.check(member, Verb.ADMINISTER, board)
    assert str(refusal.value) == "You may not do that here."
    assert refusal.value.is_noted
    assert told(caplog) == [
        "event=refused network=192.0.2.0/24 by=member member=7 "
        f"verb=administer thing=Board:{board.pk}"
    ]


def test_a_refusal_says_what_its_deed_says(board: Board) -> None:
    with pytest.raises(Refused, match=r"^Only they may\.$"):
        gate.check(GUEST, Verb.ADMINISTER, board, "Only they may.")


def test_a_guest_who_is_asked_to_sign_in_is_not_noted(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused):
        gate.check(GUEST, Verb.ADMINISTER, board)
    assert told(caplog) == []


def test_a_remote_actor_who_is_refused_is_noted(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused):
        gate.check(Principal(Kind.REMOTE), Verb.START_THREAD, board)
    [line] = told(caplog)
    assert 'by="remote actor" verb="start a thread"' in line


@pytest.mark.parametrize("kind", [Kind.GUEST, Kind.MEMBER])
def test_whoever_asks_for_what_they_cannot_read_is_noted(
    kind: Kind, caplog: pytest.LogCaptureFixture
) -> None:
    closed = make_member()
    Member.objects.filter(pk=closed.pk).update(is_active=False)
    closed.refresh_from_db()
    with pytest.raises(Missing, match=r"^There is no such page\.$"):
        gate.check(Principal(kind, member_id=None), Verb.EDIT, closed)
    [line] = told(caplog)
    assert line.endswith(f"by={kind.value} verb=read thing=Member:{closed.pk}")


def test_what_is_not_refused_is_not_noted(board: Board, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    gate.check(GUEST, Verb.READ, board)
    assert told(caplog) == []
