from __future__ import annotations

import pytest
from django.db import connection, transaction

from rejoinder.boards.grants import MEMBERS_ONLY, PUBLIC, put_rights, rights_of
from rejoinder.boards.models import Board, Site
from rejoinder.boards.site import the_site
from rejoinder.events.remembered import held, remembered
from rejoinder.members.models import StandingTerms
from rejoinder.members.standing import terms, terms_of
from rejoinder.moderation.rules.settings import RuleSettings
from rejoinder.policy.principals import Standing
from tests.factories import make_board

pytestmark = pytest.mark.django_db


class Counting:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> int:
        self.made += 1
        return self.made


def test_what_is_remembered_is_made_once_until_a_setting_changes() -> None:
    make = Counting()
    board = make_board()
    assert [remembered("a test", make) for _time in range(3)] == [1, 1, 1]
    Board.unscoped.filter(pk=board.pk).update(name="Else")
    assert remembered("a test", make) == 2


def test_each_setting_counts() -> None:
    board = make_board()
    terms_of(Standing.NEW)
    changes = [
        lambda: Site.objects.filter(pk=the_site().pk).update(title="Else"),
        lambda: Board.unscoped.filter(pk=board.pk).update(position=7),
        lambda: put_rights(board, MEMBERS_ONLY),
        lambda: StandingTerms.objects.create(standing=Standing.TRUSTED, days=1, posts=1),
        lambda: RuleSettings.objects.create(rule="words", is_on=True),
    ]
    make = Counting()
    remembered("each", make)
    for number, change in enumerate(changes, 2):
        change()
        assert remembered("each", make) == number


def test_what_was_rolled_back_is_not_remembered() -> None:
    board = make_board()
    assert rights_of(again(board)) == PUBLIC
    with transaction.atomic():
        put_rights(board, MEMBERS_ONLY)
        assert rights_of(again(board)) == MEMBERS_ONLY
        transaction.set_rollback(True)
    assert rights_of(again(board)) == PUBLIC


def again(board: Board) -> Board:
    return Board.unscoped.get(pk=board.pk)


def test_while_held_nothing_is_asked_and_nested_it_is_asked_again() -> None:
    board = make_board()
    make = Counting()
    with held():
        remembered("held", make)
        Board.unscoped.filter(pk=board.pk).update(name="Else")
        assert remembered("held", make) == 1
        with held():
            assert remembered("held", make) == 2
    assert remembered("held", make) == 2


def test_who_changes_a_copy_changes_nothing_for_others() -> None:
    the_site().title = "Mine"
    assert the_site().title != "Mine"
    terms()[Standing.NEW].days = 99
    assert terms_of(Standing.NEW).days == 0


def test_a_database_without_the_number_is_asked_each_time() -> None:
    make = Counting()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM events_epoch")
    assert [remembered("no number", make) for _time in range(2)] == [1, 2]
