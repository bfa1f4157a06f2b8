"""A board's rights, set on one page, and held to at once by every open session."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.boards.grants import EVERYONE, MEMBERS, Granted, rights_of
from rejoinder.boards.models import Ability, Board
from rejoinder.members.groups import GroupChange, add_group, add_to_group
from rejoinder.members.models import Group
from rejoinder.policy.principals import system
from tests.factories import make_board, make_member, make_thread
from tests.web.reading import words_of

pytestmark = pytest.mark.django_db

OPERATOR = system("tests")
PUBLIC = {"read": "everyone", "start": "members", "respond": "members"}


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(make_member("Chief", is_administrator=True))
    return client


@pytest.fixture
def board() -> Board:
    return make_board("Cabin")


@pytest.fixture
def crew() -> Group:
    return add_group(OPERATOR, GroupChange("Crew"))


def place(board: Board) -> str:
    return reverse("board_rights", args=[board.handle_id])


def rights_now(board: Board) -> dict[Ability, Granted]:
    return dict(rights_of(Board.unscoped.get(pk=board.pk)))


def test_the_page_says_in_a_sentence_what_holds(chief, board):
    text = words_of(chief.get(place(board)).content.decode())
    assert "Public. Everyone reads. All members start threads and respond." in text
    for label in ("For members only.", "Private to groups.", "Announcements."):
        assert label in text


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"preset": "members"}, MEMBERS),
        ({"preset": "announcements"}, EVERYONE),
        ({"preset": "private", "groups": "crew"}, "crew"),
    ],
)
def test_a_preset_is_set_at_once_and_moderators_stay(chief, board, crew, sent, read):
    mates = add_group(OPERATOR, GroupChange("Mates"))
    chief.post(place(board), {**PUBLIC, "moderate": str(mates.pk), "button": "table"})
    sent = {name: str(crew.pk) if value == "crew" else value for name, value in sent.items()}
    assert chief.post(place(board), {**sent, "button": "preset"}).status_code == 303
    now = rights_now(board)
    assert now[Ability.READ] == (Granted(groups=frozenset({crew.pk})) if read == "crew" else read)
    assert now[Ability.MODERATE] == Granted(groups=frozenset({mates.pk}))


def test_what_is_ticked_is_what_holds(chief, board, crew):
    sent = {"read": ["members"], "start": [str(crew.pk)], "respond": ["members", str(crew.pk)]}
    assert chief.post(place(board), {**sent, "button": "table"}).status_code == 303
    now = rights_now(board)
    assert now[Ability.READ] == MEMBERS
    assert now[Ability.START] == Granted(groups=frozenset({crew.pk}))
    assert now[Ability.RESPOND] == Granted(members=True, groups=frozenset({crew.pk}))
    assert now[Ability.MODERATE] == Granted()
    page = chief.get(place(board)).content.decode()
    assert f'name="start" value="{crew.pk}" checked' in page
    assert 'name="start" value="members">' in page


@pytest.mark.parametrize(
    "sent",
    [
        {"read": "everyone", "start": "everyone", "button": "table"},
        {"read": "everyone", "moderate": "members", "button": "table"},
        {"read": "1000000", "button": "table"},
        {"read": "nonsense", "button": "table"},
        {"preset": "private", "button": "preset"},
        {"preset": "nonsense", "button": "preset"},
        {"button": "preset"},
    ],
)
def test_what_cant_be_is_refused_and_nothing_is_changed(chief, board, sent):
    before = rights_now(board)
    answer = chief.post(place(board), sent)
    assert answer.status_code == 400
    assert "Nothing is changed." in words_of(answer.content.decode())
    assert rights_now(board) == before


def test_what_hides_posts_from_guests_asks_first(chief, board):
    make_thread(board)
    asked = chief.post(place(board), {"preset": "members", "button": "preset"})
    page = asked.content.decode()
    assert asked.status_code == 200
    assert "1 post will be hidden from guests; feeds and search engines" in words_of(page)
    assert rights_now(board)[Ability.READ] == EVERYONE
    sent = {"agreed": "1", "button": "table", "read": "members"}
    assert all(f'name="{name}"' in page for name in sent)
    assert chief.post(place(board), sent).status_code == 303
    assert rights_now(board)[Ability.READ] == MEMBERS


def test_a_new_board_is_made_what_was_chosen(chief, crew):
    sent = {"name": "Bridge", "preset": "private", "groups": str(crew.pk)}
    assert chief.post(reverse("board_add"), sent).status_code == 303
    board = Board.unscoped.get()
    assert rights_of(board)[Ability.READ] == Granted(groups=frozenset({crew.pk}))
    # Its address can't be guessed.
    assert board.handle_id != "bridge"
    answer = chief.post(reverse("board_add"), {"name": "Galley", "preset": "private"})
    assert answer.status_code == 400
    assert "Choose the groups" in answer.content.decode()
    assert 'value="Galley"' in answer.content.decode()


def test_a_board_made_private_is_gone_at_once_for_open_sessions_and_back_at_once(
    chief, board, crew
):
    root = make_thread(board, "Below deck")
    add_to_group(OPERATOR, crew, make_member("Ada Crew").name)
    member, sailor, guest = Client(), Client(), Client()
    member.force_login(make_member("Bo Other"))
    sailor.force_login(make_member("Cy Sailor"))
    add_to_group(OPERATOR, crew, "Cy Sailor")
    pages = [f"/b/{board.handle_id}", f"/p/{root.public_id}", f"/t/{root.public_id}"]

    def seen() -> list[set[int]]:
        clients = (guest, member, sailor)
        return [{client.get(page).status_code for page in pages} for client in clients]

    assert seen() == [{200}, {200}, {200}]
    theirs = {ability: str(crew.pk) for ability in ("read", "start", "respond")}
    chief.post(place(board), {**theirs, "agreed": "1", "button": "table"})
    assert seen() == [{404}, {404}, {200}]
    assert "Below deck" not in guest.get("/").content.decode()
    assert root.public_id not in guest.get("/sitemap/posts.xml").content.decode()
    chief.post(place(board), {**PUBLIC, "read": "members", "agreed": "1", "button": "table"})
    assert seen() == [{404}, {200}, {200}]
    chief.post(place(board), {**PUBLIC, "agreed": "1", "button": "table"})
    assert seen() == [{200}, {200}, {200}]


def test_a_right_to_respond_that_is_taken_away_stops_the_form_that_is_open(chief, board):
    root = make_thread(board)
    writer = Client()
    writer.force_login(make_member())
    form = f"/p/{root.public_id}/respond"
    assert writer.get(form).status_code == 200
    chief.post(place(board), {"read": "everyone", "start": "members", "button": "table"})
    answer = writer.post(form, {"title": "Too late", "text": "What I wrote."})
    assert answer.status_code == 403
    assert "What I wrote." in answer.content.decode()


def test_a_closed_board_takes_no_post_from_an_open_form(chief, board):
    writer = Client()
    writer.force_login(make_member())
    form = f"/b/{board.handle_id}/start"
    assert writer.get(form).status_code == 200
    sent = {"name": "Cabin", "is_closed": "on"}
    chief.post(reverse("board_change", args=[board.handle_id]), sent)
    answer = writer.post(form, {"title": "Too late", "text": "What I wrote."})
    assert answer.status_code == 403
    assert "What I wrote." in answer.content.decode()
