"""The deeds of an administrator."""

from __future__ import annotations

import pytest

from rejoinder.boards import administer
from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, BadName, BadText, Refused
from rejoinder.policy.principals import GUEST, system
from tests.factories import make_board, make_member, principal_of

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")
CHANGE = administer.BoardChange("Other", "", is_closed=True)
FACE = administer.SiteChange("Other", "", "")


def test_nobody_else_does_any_of_them():
    board = make_board("Here")
    for principal in (GUEST, principal_of(make_member())):
        for deed in (
            lambda p: administer.add_board(p, "Other"),
            lambda p: administer.change_board(p, board, CHANGE),
            lambda p: administer.move_board(p, board, 1),
            lambda p: administer.change_site(p, FACE),
            lambda p: administer.set_logo(p, b"GIF89a"),
            administer.remove_logo,
        ):
            with pytest.raises(Refused):
                deed(principal)


def test_a_name_differs_from_every_other_without_case():
    make_board("Here")
    with pytest.raises(BadName):
        administer.add_board(OPERATOR, "HERE")


def test_a_board_that_is_named_like_no_title_keeps_the_messages_of_boards():
    with pytest.raises(BadName, match="A board needs a name"):
        administer.add_board(OPERATOR, "  ")
    with pytest.raises(BadName, match="at most 100"):
        administer.add_board(OPERATOR, "x" * 101)


def test_binary_is_no_description():
    with pytest.raises(BadText):
        administer.add_board(OPERATOR, "There", "a\0b")


def test_a_logo_of_the_largest_size_is_taken_and_one_octet_more_is_not():
    picture = b"GIF89a" + b"\0" * (administer.MOST_LOGO_OCTETS - 6)
    administer.set_logo(OPERATOR, picture)
    assert the_site().logo_media_type == "image/gif"
    with pytest.raises(BadInput):
        administer.set_logo(OPERATOR, picture + b"\0")
