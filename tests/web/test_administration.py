"""Board administration and the site's face."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from rejoinder.boards.models import Board
from rejoinder.boards.site import the_site
from tests.factories import make_board, make_member

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def chief(client: Client) -> Client:
    client.force_login(make_member("Chief", is_administrator=True))
    return client


def boards_in_order() -> list[str]:
    return [board.name for board in Board.unscoped.all()]


PAGES = ["administration", "board_add", "board_change", "site_change"]
DEEDS = ["board_add", "board_change", "board_move", "site_change", "logo_change"]


def address(name: str) -> str:
    board = Board.unscoped.first() or make_board("Here")
    return reverse(name, args=[board.handle_id] if name in ("board_change", "board_move") else [])


@pytest.mark.parametrize("name", PAGES)
def test_an_administrator_sees_the_page(chief, name):
    answer = chief.get(address(name))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", PAGES)
def test_a_member_is_refused_and_a_guest_sent_to_sign_in(client, name):
    guest = client.get(address(name))
    assert guest.status_code == 302
    assert guest["Location"].startswith(reverse("account_login"))
    client.force_login(make_member())
    assert client.get(address(name)).status_code == 403


@pytest.mark.parametrize("name", DEEDS)
def test_a_member_changes_nothing(client, name):
    make_board("Here")
    client.force_login(make_member())
    sent = {"name": "Mine", "title": "Mine", "picture": SimpleUploadedFile("a.png", PNG)}
    assert client.post(address(name), sent).status_code == 403
    site = the_site()
    assert (boards_in_order(), site.title, site.logo_digest) == (["Here"], "Rejoinder", "")


def test_a_board_is_added_after_the_others(chief):
    make_board("First")
    answer = chief.post(reverse("board_add"), {"name": "Second", "description": "All of it."})
    assert answer.status_code == 303
    assert boards_in_order() == ["First", "Second"]
    assert "Second" in chief.get(reverse("administration")).content.decode()


@pytest.mark.parametrize(
    ("name", "says"),
    [("", "needs a name"), ("x" * 101, "100 characters"), ("here", "already"), ("  ", "needs a")],
)
def test_a_bad_name_of_a_board_comes_back_with_its_description(chief, name, says):
    make_board("Here")
    answer = chief.post(reverse("board_add"), {"name": name, "description": "Typed at length."})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page
    assert "Typed at length." in page
    assert boards_in_order() == ["Here"]


def test_a_board_is_renamed_described_and_closed_at_its_old_address(chief):
    board = make_board("Old name")
    answer = chief.post(
        address("board_change"),
        {"name": "New name", "description": "Now described.", "is_closed": "on"},
    )
    assert answer.status_code == 303
    board.refresh_from_db()
    assert (board.name, board.description) == ("New name", "Now described.")
    assert (board.is_closed, board.handle_id) == (True, "old-name")
    chief.post(address("board_change"), {"name": "New name", "description": ""})
    board.refresh_from_db()
    assert not board.is_closed


def test_a_board_keeps_its_own_name(chief):
    make_board("Here")
    answer = chief.post(address("board_change"), {"name": "HERE", "description": ""})
    assert answer.status_code == 303
    assert boards_in_order() == ["HERE"]


def test_a_description_too_long_is_refused(chief):
    make_board("Here")
    answer = chief.post(address("board_change"), {"name": "Here", "description": "x" * 2001})
    assert answer.status_code == 400
    assert "2001 characters" in answer.content.decode()


def test_boards_are_moved_up_and_down_and_no_further_than_the_ends(chief):
    boards = {name: make_board(name) for name in ("A", "B", "C")}

    def move(name: str, button: str) -> list[str]:
        handle = boards[name].handle_id
        answer = chief.post(reverse("board_move", args=[handle]), {"button": button})
        assert answer.status_code == 303
        return boards_in_order()

    assert move("C", "up") == ["A", "C", "B"]
    assert move("A", "down") == ["C", "A", "B"]
    assert move("C", "up") == ["C", "A", "B"]
    assert move("B", "down") == ["C", "A", "B"]


def test_a_board_is_not_moved_by_a_link(chief):
    make_board("Here")
    assert chief.get(address("board_move")).status_code == 405


def test_the_sites_face_is_changed_and_shown(chief):
    sent = {"title": "Harbour Talk", "welcome": "*Welcome* all.", "rules": "Be **kind**."}
    assert chief.post(reverse("site_change"), sent).status_code == 303
    site = the_site()
    assert (site.title, site.welcome, site.rules) == tuple(sent.values())
    rules = Client().get(reverse("rules")).content.decode()
    assert "<strong>kind</strong>" in rules
    assert "Harbour Talk" in rules


def test_a_preview_of_the_sites_face_keeps_nothing(chief):
    sent = {"title": "T", "welcome": "*Hi*", "rules": "<script>x</script>", "button": "preview"}
    page = chief.post(reverse("site_change"), sent).content.decode()
    assert "<em>Hi</em>" in page
    assert "<script>x" not in page
    assert the_site().welcome == ""


def test_a_logo_is_shown_as_a_picture_and_nothing_else(chief):
    answer = chief.post(reverse("logo_change"), {"picture": SimpleUploadedFile("a.png", PNG)})
    assert answer.status_code == 303
    shown = Client().get(reverse("logo", args=[the_site().logo_digest]))
    assert shown.content == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown["Content-Security-Policy"]
    assert the_site().logo_digest in Client().get("/").content.decode()
    chief.post(reverse("logo_change"), {"button": "remove"})
    assert the_site().logo_digest == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "no PNG"),
        (b"GIF87", "no PNG"),
        (b"", "Choose a picture"),
        (PNG + b"\0" * 200_000, "200 KB"),
    ],
)
def test_what_is_no_small_picture_is_no_logo(chief, content, says):
    picture = SimpleUploadedFile("logo.png", content, content_type="image/png")
    answer = chief.post(reverse("logo_change"), {"picture": picture})
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert the_site().logo_digest == ""


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\xff\xd8\xff\xe0rest", "image/jpeg"),
        (b"GIF89arest", "image/gif"),
        (b"RIFF\0\0\0\0WEBPrest", "image/webp"),
    ],
)
def test_the_type_of_a_logo_is_read_from_its_octets(chief, content, media_type):
    picture = SimpleUploadedFile("logo.bin", content, content_type="text/html")
    chief.post(reverse("logo_change"), {"picture": picture})
    assert the_site().logo_media_type == media_type
