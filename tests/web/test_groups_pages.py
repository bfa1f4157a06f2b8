"""Groups and members, as an administrator keeps them in the browser."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.boards.grants import private_to, set_rights
from rejoinder.members.groups import GroupChange, add_group, add_to_group
from rejoinder.members.models import Group, Membership
from rejoinder.policy.principals import system
from tests.factories import make_board, make_member, make_thread, principal_of
from tests.web.reading import words_of

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(make_member("Chief", is_administrator=True))
    return client


@pytest.fixture
def crew() -> Group:
    return add_group(OPERATOR, GroupChange("Crew"))


def addresses(group: Group) -> list[str]:
    member = make_member()
    return [
        reverse("groups"),
        reverse("group_add"),
        reverse("group_change", args=[group.pk]),
        reverse("members"),
        reverse("member_change", args=[member.handle_id]),
        reverse("board_rights", args=[make_board().handle_id]),
    ]


def test_administrators_alone_see_the_pages(client, crew):
    for address in addresses(crew):
        assert client.get(address)["Location"].startswith(reverse("account_login"))
    client.force_login(make_member())
    assert {client.get(address).status_code for address in addresses(crew)} == {403}
    client.force_login(make_member(is_administrator=True))
    for address in addresses(crew):
        answer = client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("deed", ["group_join", "group_leave", "group_remove", "group_change"])
def test_a_member_changes_no_group(client, crew, deed):
    ada = make_member("Ada")
    add_to_group(OPERATOR, crew, "Ada")
    client.force_login(ada)
    sent = {"who": "Chief", "handle": ada.handle_id, "name": "Mine"}
    assert client.post(reverse(deed, args=[crew.pk]), sent).status_code == 403
    assert (Group.unscoped.get().name, Membership.unscoped.count()) == ("Crew", 1)


def test_a_group_is_added_filled_emptied_and_removed(chief):
    make_member("Ada Crew")
    answer = chief.post(reverse("group_add"), {"name": "Crew", "description": "Who sails."})
    group = Group.unscoped.get()
    place = reverse("group_change", args=[group.pk])
    assert answer["Location"] == place
    chief.post(reverse("group_join", args=[group.pk]), {"who": "ada crew"})
    assert "Ada Crew ada-crew Take out" in words_of(chief.get(place).content.decode())
    chief.post(reverse("group_leave", args=[group.pk]), {"handle": "ada-crew"})
    assert "Nobody is in it." in words_of(chief.get(place).content.decode())
    chief.post(place, {"name": "Crew", "moderates_everywhere": "on"})
    assert Group.unscoped.get().moderates_everywhere
    chief.post(reverse("group_remove", args=[group.pk]))
    assert not Group.unscoped.exists()


def test_a_name_that_nobody_has_comes_back(chief, crew):
    answer = chief.post(reverse("group_join", args=[crew.pk]), {"who": "Nobody & Co"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is no member of the name or handle “Nobody &amp; Co”" in page
    assert 'value="Nobody &amp; Co"' in page


def test_a_group_with_rights_says_where_and_is_kept(chief, crew):
    board = make_board("Cabin")
    set_rights(OPERATOR, board, private_to(frozenset({crew.pk})))
    page = chief.get(reverse("group_change", args=[crew.pk])).content.decode()
    assert f'href="/administration/boards/{board.handle_id}/rights"' in page
    assert "Remove the group" not in words_of(page)
    assert chief.post(reverse("group_remove", args=[crew.pk])).status_code == 409
    assert Group.unscoped.exists()


def test_a_member_is_found_and_put_into_groups(chief, crew):
    ada = make_member("Ada Crew", email="ada@ship.example")
    page = chief.get(reverse("members"), {"q": "ada@ship.example"}).content.decode()
    assert "Ada Crew ada-crew ada@ship.example member" in words_of(page)
    place = reverse("member_change", args=[ada.handle_id])
    chief.post(place, {"groups": [crew.pk]})
    assert principal_of(ada).groups == {crew.pk}
    assert "checked" in chief.get(place).content.decode()
    assert chief.post(place, {"groups": ["1000000"]}).status_code == 400
    assert principal_of(ada).groups == {crew.pk}
    chief.post(place, {})
    assert principal_of(ada).groups == frozenset()


def test_who_is_put_into_a_group_reads_its_board_at_once_and_no_longer_when_taken_out(chief, crew):
    board, ada = make_board("Cabin"), make_member("Ada Crew")
    root = make_thread(board, "Below deck")
    set_rights(OPERATOR, board, private_to(frozenset({crew.pk})))
    other = Client()
    other.force_login(ada)
    pages = [f"/b/{board.handle_id}", f"/p/{root.public_id}", f"/t/{root.public_id}"]
    assert {other.get(address).status_code for address in pages} == {404}
    chief.post(reverse("group_join", args=[crew.pk]), {"who": "Ada Crew"})
    assert {other.get(address).status_code for address in pages} == {200}
    chief.post(reverse("group_leave", args=[crew.pk]), {"handle": ada.handle_id})
    assert {other.get(address).status_code for address in pages} == {404}
    assert "Cabin" not in other.get("/").content.decode()


def test_a_group_that_no_longer_moderates_everywhere_loses_every_board_at_once(chief, crew):
    ada = make_member("Ada Crew")
    add_to_group(OPERATOR, crew, "Ada Crew")
    board = make_board("Cabin")
    set_rights(OPERATOR, board, private_to(frozenset()))
    other = Client()
    other.force_login(ada)
    place = reverse("group_change", args=[crew.pk])
    seen = []
    for office in ({"moderates_everywhere": "on"}, {}):
        chief.post(place, {"name": "Crew", **office})
        seen.append(other.get(f"/b/{board.handle_id}").status_code)
    assert seen == [200, 404]
