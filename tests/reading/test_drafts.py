"""Drafts: kept word for word, for their writer alone, until they are posted or dropped."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.errors import BadInput, BadText, Conflict, Missing, Refused
from rejoinder.members import leave
from rejoinder.moderation import targets
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import remove
from rejoinder.policy.principals import GUEST
from rejoinder.reading import drafts
from rejoinder.reading.drafts import For, Words
from rejoinder.reading.models import KeptDraft
from rejoinder.text.source_text import MAX_TEXT_OCTETS
from tests.factories import make_board, make_member, make_thread, principal_of

pytestmark = pytest.mark.django_db
MARK, OTHER = "m" * 22, "o" * 22


@pytest.fixture
def writer() -> Any:
    return principal_of(make_member("Ada"))


def kept(principal: Any) -> list[tuple[str, str, str, int]]:
    return [
        (each.draft.mark, each.draft.title, each.draft.source, each.draft.version)
        for each in drafts.drafts_of(principal)
    ]


def test_a_draft_is_kept_word_for_word_and_again_in_its_place(writer: Any) -> None:
    what_for = For(board=make_board())
    assert drafts.keep(writer, MARK, what_for, Words(" A title", "one\r\n  two \u202e")) == 1
    assert drafts.keep(writer, MARK, what_for, Words("A title", "one\n  two")) == 2
    assert kept(writer) == [(MARK, "A title", "one\n  two", 2)]


def test_the_newest_draft_of_a_place_is_found_and_of_no_other(writer: Any) -> None:
    board, post = make_board(), make_thread()
    drafts.keep(writer, MARK, For(board=board), Words("First", ""))
    drafts.keep(writer, OTHER, For(board=board), Words("Second", ""))
    drafts.keep(writer, "p" * 22, For(answered=post), Words("Answer", ""))
    assert drafts.newest(writer, For(board=board)).title == "Second"  # type: ignore[union-attr]
    assert drafts.newest(writer, For(answered=post)).title == "Answer"  # type: ignore[union-attr]
    assert drafts.newest(writer, For(edited=post)) is None
    assert drafts.newest(writer, For(board=make_board("Other"))) is None


def test_another_device_that_has_an_older_one_is_told_and_nothing_is_lost(writer: Any) -> None:
    what_for = For(board=make_board())
    first = drafts.keep(writer, MARK, what_for, Words("Phone", ""), 0)
    drafts.keep(writer, MARK, what_for, Words("Desk", ""), first)
    with pytest.raises(Conflict, match="another device"):
        drafts.keep(writer, MARK, what_for, Words("Phone again", ""), first)
    assert kept(writer) == [(MARK, "Desk", "", 2)]
    drafts.drop(writer, MARK)
    with pytest.raises(Conflict):
        drafts.keep(writer, MARK, what_for, Words("Phone again", ""), 2)


def test_empty_words_drop_a_draft(writer: Any) -> None:
    what_for = For(board=make_board())
    drafts.keep(writer, MARK, what_for, Words("A title", ""))
    assert drafts.keep(writer, MARK, what_for, Words(" ", "\n")) == 0
    assert kept(writer) == []


def test_nobody_else_sees_or_drops_it(writer: Any) -> None:
    board = make_board()
    drafts.keep(writer, MARK, For(board=board), Words("Mine", ""))
    other = principal_of(make_member("Bert"))
    assert kept(other) == []
    assert drafts.find(other, MARK) is None
    assert drafts.newest(other, For(board=board)) is None
    with pytest.raises(Missing):
        drafts.drop(other, MARK)
    # A mark is each member's own.
    drafts.keep(other, MARK, For(board=board), Words("Other", ""))
    assert kept(writer) == [(MARK, "Mine", "", 1)]


def test_guests_have_none() -> None:
    board = make_board()
    with pytest.raises(Refused):
        drafts.keep(GUEST, MARK, For(board=board), Words("A title", ""))
    with pytest.raises(Refused):
        drafts.drafts_of(GUEST)
    assert drafts.newest(GUEST, For(board=board)) is None


def test_it_stays_when_what_it_answers_is_gone_and_tells_nothing_of_that(writer: Any) -> None:
    post = make_thread(title="A secret plan")
    drafts.keep(writer, MARK, For(answered=post), Words("Answer", "Words"))
    (shown,) = drafts.drafts_of(writer)
    assert shown.answered is not None
    moderator = principal_of(make_member("Mod", is_administrator=True))
    remove(moderator, targets.this(post), Why("spam"))
    (shown,) = drafts.drafts_of(writer)
    assert shown.answered is None or not shown.answered.title
    assert shown.draft.source == "Words"


def test_one_too_many_or_too_long_is_refused(writer: Any, monkeypatch: Any) -> None:
    what_for = For(board=make_board())
    with pytest.raises(BadText):
        drafts.keep(writer, MARK, what_for, Words("", "x" * (MAX_TEXT_OCTETS + 1)))
    monkeypatch.setattr(drafts, "MOST", 2)
    for number in range(2):
        drafts.keep(writer, f"{number}" * 22, what_for, Words("A title", ""))
    with pytest.raises(BadInput, match="2 drafts are the most"):
        drafts.keep(writer, MARK, what_for, Words("A title", ""))
    # What is kept already goes on.
    drafts.keep(writer, "0" * 22, what_for, Words("Longer", ""))


def test_a_listing_asks_three_queries_however_many(
    writer: Any, django_assert_num_queries: Any
) -> None:
    board = make_board()
    for number in range(10):
        post = make_thread(board)
        drafts.keep(writer, f"{number}" * 22, For(answered=post), Words("A title", ""))
        drafts.keep(writer, f"a{number}" * 11, For(board=board), Words("A title", ""))
    with django_assert_num_queries(3):
        assert len(drafts.drafts_of(writer)) == 20


def test_who_leaves_takes_them_along(writer: Any) -> None:
    member = make_member("Carla")
    drafts.keep(principal_of(member), MARK, For(board=make_board()), Words("A title", "Words"))
    leave.leave(principal_of(member), member, withdraws=False)
    assert not KeptDraft.objects.exists()
