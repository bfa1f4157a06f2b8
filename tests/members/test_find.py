"""Members as an administrator finds them."""

from __future__ import annotations

import pytest

from rejoinder.errors import Missing, Refused
from rejoinder.members.find import member_named, search_members
from rejoinder.policy.principals import GUEST, system
from tests.factories import make_member, principal_of

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")


@pytest.mark.parametrize("words", ["Ada Crew", "ada crew", "ada-crew", "ada", "ADA@example.org"])
def test_a_member_is_found_by_name_handle_its_beginning_or_address(words):
    ada = make_member("Ada Crew", email="ada@example.org")
    make_member("Bo Other", email="bo@example.org")
    assert search_members(OPERATOR, words, "", 10).members == [ada]


@pytest.mark.parametrize("words", ["nobody", "example.org", "%", "a\0da", "@"])
def test_other_words_find_nobody(words):
    make_member("Ada Crew", email="ada@example.org")
    assert search_members(OPERATOR, words, "", 10).members == []


def test_all_members_come_in_pages_the_newest_first():
    made = [make_member() for _number in range(5)]
    first = search_members(OPERATOR, "", "", 3)
    rest = search_members(OPERATOR, "", first.after, 3)
    assert [*first.members, *rest.members] == made[::-1]
    assert rest.after == ""
    with pytest.raises(Missing):
        search_members(OPERATOR, "", "nobody", 3)


def test_nobody_else_may_look():
    for principal in (GUEST, principal_of(make_member())):
        with pytest.raises(Refused):
            search_members(principal, "Ada", "", 3)


def test_a_handle_goes_before_a_name_that_looks_like_it():
    by_handle = make_member("Crew Ada")
    assert by_handle.handle_id == "crew-ada"
    make_member("Somebody else")
    assert member_named("crew-ada") == by_handle
    by_handle.is_active = False
    by_handle.save()
    assert member_named("crew-ada") is None
