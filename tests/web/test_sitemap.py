"""The sitemap: public posts alone, in bounded parts that tell of nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.boards.grants import private_to, set_rights
from rejoinder.boards.models import LETTERS, Board
from rejoinder.policy.principals import system
from rejoinder.threads.models import Post
from rejoinder.web.views import sitemap
from tests.factories import make_board, make_member, make_response, make_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def board() -> Board:
    return make_board("Quay")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make parts of the sitemap of a few posts each."""
    monkeypatch.setattr(sitemap, "POSTS_EACH", 2)


def fill(board: Board, count: int) -> set[str]:
    root = make_thread(board)
    return {root.public_id} | {make_response(root).public_id for _number in range(count - 1)}


def parts(client: Client) -> list[str]:
    index = client.get("/sitemap.xml").content.decode()
    return re.findall(r"<loc>http://testserver(/sitemap/[^<]+)</loc>", index)


def listed(client: Client, part: str) -> list[str]:
    answer = client.get(part)
    assert answer.status_code == 200
    return re.findall(r"<loc>http://testserver/p/([^<]+)</loc>", answer.content.decode())


def test_a_small_site_has_one_part(client: Client, board: Board) -> None:
    names = fill(board, 3)
    assert parts(client) == ["/sitemap/posts.xml"]
    assert set(listed(client, "/sitemap/posts.xml")) == names


def test_a_larger_sites_parts_hold_every_post_once(
    client: Client, board: Board, small: None
) -> None:
    names = fill(board, 60)
    addresses = parts(client)
    assert len(addresses) == len(LETTERS) ** 2
    firsts = [f"/sitemap/posts-{first}{second}.xml" for first in LETTERS for second in LETTERS]
    assert addresses == firsts
    for name in names:
        assert name in listed(client, f"/sitemap/posts-{name[:2]}.xml")
    assert sorted(name for part in addresses for name in listed(client, part)) == sorted(names)


def test_the_parts_and_their_number_tell_nothing_of_what_is_private(
    client: Client, board: Board, small: None
) -> None:
    names = fill(board, 2)
    cabin = make_board("Cabin")
    inside = fill(cabin, 3)
    assert len(parts(client)) == len(LETTERS)
    set_rights(system("tests"), cabin, private_to(frozenset()))
    assert parts(client) == ["/sitemap/posts.xml"]
    client.force_login(make_member(is_administrator=True))
    assert set(listed(client, "/sitemap/posts.xml")) == names
    assert not inside & names


@pytest.mark.parametrize(
    "address", ["0.xml", "1.xml", "posts-2.xml", "posts-0.xml", "posts-2b.xml", "posts-a.xml"]
)
def test_other_addresses_of_parts_lead_nowhere(client: Client, board: Board, address: str) -> None:
    fill(board, 2)
    assert client.get(f"/sitemap/{address}").status_code == 404


def test_the_parts_in_use_are_answered_alone(client: Client, board: Board, small: None) -> None:
    fill(board, 3)
    assert client.get("/sitemap/posts.xml").status_code == 404
    assert client.get("/sitemap/posts-2.xml").status_code == 200
    assert client.get("/sitemap/posts-0.xml").status_code == 404


def test_a_part_takes_as_many_queries_for_many_posts_and_a_range_of_the_index(
    client: Client, board: Board, small: None
) -> None:
    fill(board, 3)
    with CaptureQueriesContext(connection) as few:
        client.get("/sitemap/posts-2.xml")
    fill(board, 20)
    with CaptureQueriesContext(connection) as many:
        client.get("/sitemap/posts-2.xml")
    # The first of them asks whether settings have changed.
    assert len(many) == len(few) == 3
    plan = _plan(sitemap._beginning(Post.unscoped.all(), "2"))
    assert re.search(r"public_id", plan)
    assert "SCAN" not in plan
    assert "Seq Scan" not in plan


def _plan(posts) -> str:
    """Return how the engine reads these, told that reading the whole table is dear."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return str(posts.values_list("public_id").order_by("public_id").explain())


def test_the_last_letters_have_no_end_and_the_others_end_where_the_next_begin() -> None:
    last, first = LETTERS[-1], LETTERS[0]
    assert sitemap._next(last * 2) == ""
    assert sitemap._next(first + last) == LETTERS[1]
    assert sitemap._next(first * 2) == first + LETTERS[1]


def test_addresses_are_the_operators_whatever_port_and_scheme_a_request_names(
    client: Client, board: Board, settings: Any
) -> None:
    make_thread(board)
    settings.PUBLIC_URL = "https://board.example.org"
    for page in ("/sitemap.xml", "/sitemap/posts.xml", "/robots.txt", "/"):
        answer = client.get(page, HTTP_HOST="testserver:6666").content.decode()
        assert "testserver" not in answer, page
    assert "https://board.example.org/p/" in client.get("/sitemap/posts.xml").content.decode()
