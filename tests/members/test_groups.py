"""What an administrator does with groups, and who is in them."""

from __future__ import annotations

import pytest

from rejoinder.boards.grants import private_to, set_rights
from rejoinder.errors import BadInput, BadName, Conflict, Missing, Refused
from rejoinder.members import groups as deeds
from rejoinder.members.accounts import staged_member
from rejoinder.members.groups import GroupChange
from rejoinder.members.models import Group, Member, Membership
from rejoinder.policy.principals import GUEST, system
from tests.factories import make_board, make_member, principal_of

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")


def make_group(name: str = "Crew") -> Group:
    return deeds.add_group(OPERATOR, GroupChange(name))


def test_nobody_else_does_any_of_them():
    group, member = make_group(), make_member()
    deeds.add_to_group(OPERATOR, group, member.name)
    for principal in (GUEST, principal_of(make_member()), principal_of(member)):
        for deed in (
            lambda p: deeds.add_group(p, GroupChange("Mine")),
            lambda p: deeds.change_group(p, group, GroupChange("Mine")),
            lambda p: deeds.remove_group(p, group),
            lambda p: deeds.add_to_group(p, group, "nobody"),
            lambda p: deeds.take_from_group(p, group, member),
            lambda p: deeds.set_groups(p, member, []),
        ):
            # Who isn't in a group doesn't learn that there is one.
            with pytest.raises((Missing, Refused)):
                deed(principal)
    assert list(Group.unscoped.values_list("name", flat=True)) == ["Crew"]
    assert Membership.unscoped.count() == 1


@pytest.mark.parametrize("words", ["Ada Crew", "ada-crew", "  ADA CREW ", "Ada-Crew"])
def test_a_member_joins_by_name_or_handle(words):
    group, ada = make_group(), make_member("Ada Crew")
    assert deeds.add_to_group(OPERATOR, group, words) == ada
    deeds.add_to_group(OPERATOR, group, words)
    assert principal_of(ada).groups == {group.pk}


def test_who_can_sign_in_nowhere_joins_no_group():
    group = make_group()
    staged = staged_member("Ana Archive", "ana@example.org")
    for words in ("", "Nobody", staged.handle_id, "a\0b"):
        with pytest.raises(BadInput):
            deeds.add_to_group(OPERATOR, group, words)
    assert not Membership.unscoped.exists()


def test_who_is_taken_out_has_no_right_of_it_from_then_on():
    group, ada = make_group(), make_member("Ada Crew")
    deeds.change_group(OPERATOR, group, GroupChange("Crew", moderates_everywhere=True))
    deeds.add_to_group(OPERATOR, group, ada.name)
    assert principal_of(ada).moderates_everywhere
    deeds.take_from_group(OPERATOR, group, ada)
    assert not principal_of(ada).moderates_everywhere


def test_a_group_with_a_right_on_a_board_is_not_removed():
    group, board = make_group(), make_board()
    set_rights(OPERATOR, board, private_to(frozenset({group.pk})))
    with pytest.raises(Conflict, match="rights on a board"):
        deeds.remove_group(OPERATOR, group)
    assert Group.unscoped.filter(pk=group.pk).exists()


def test_a_removed_groups_members_stay_members():
    group, ada = make_group(), make_member("Ada Crew")
    deeds.add_to_group(OPERATOR, group, ada.name)
    deeds.remove_group(OPERATOR, group)
    assert Member.objects.filter(pk=ada.pk, is_active=True).exists()
    assert principal_of(ada).groups == frozenset()


def test_a_name_differs_from_every_other_without_case():
    group = make_group()
    for change in (GroupChange("CREW"), GroupChange(" "), GroupChange("x" * 61)):
        with pytest.raises(BadName):
            deeds.add_group(OPERATOR, change)
    deeds.change_group(OPERATOR, group, GroupChange("crew"))
    assert Group.unscoped.get().name == "crew"


def test_a_members_groups_are_set_as_a_whole():
    one, other, ada = make_group("One"), make_group("Other"), make_member("Ada")
    deeds.set_groups(OPERATOR, ada, [one.pk])
    deeds.set_groups(OPERATOR, ada, [other.pk])
    assert principal_of(ada).groups == {other.pk}
    with pytest.raises(BadInput):
        deeds.set_groups(OPERATOR, ada, [one.pk, 10**6])
    assert principal_of(ada).groups == {other.pk}


def test_a_groups_members_come_in_pages():
    group = make_group()
    made = [make_member() for _number in range(5)]
    for member in made:
        deeds.add_to_group(OPERATOR, group, member.handle_id)
    first = deeds.members_of(OPERATOR, group, "", 3)
    rest = deeds.members_of(OPERATOR, group, first.after, 3)
    assert [*first.members, *rest.members] == made
    assert (len(first.members), rest.after) == (3, "")
    with pytest.raises(Missing):
        deeds.members_of(OPERATOR, group, "nobody-of-that", 3)


def test_who_is_in_a_group_is_shown_to_no_other_member():
    group, ada = make_group(), make_member("Ada")
    deeds.add_to_group(OPERATOR, group, "Ada")
    for principal in (GUEST, principal_of(make_member()), principal_of(ada)):
        with pytest.raises(Missing):
            deeds.members_of(principal, group, "", 3)
