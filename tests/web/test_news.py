from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.members.models import Member
from rejoinder.threads.models import Post, State
from tests.factories import (
    hide,
    make_group,
    make_held,
    make_member,
    make_private_board,
    make_response,
    make_thread,
)

pytestmark = pytest.mark.django_db
NOTHING = {"says": "", "to": ""}


@pytest.fixture
def root() -> Post:
    return make_thread(title="A story that goes on")


def asked_by_page(client: Client, root: Post) -> str:
    """Return the address that the thread's page has its script ask."""
    page = client.get(f"/t/{root.public_id}").content.decode()
    found = re.search(r'<main id="main" data-news="([^"]+)">', page)
    assert found
    return found[1]


def test_a_page_asks_for_what_came_after_it(client: Client, root: Post) -> None:
    address = asked_by_page(client, root)
    assert client.get(address).json() == NOTHING
    make_response(root)
    latest = make_response(root)
    said = client.get(address).json()
    assert said["says"] == "2 new responses"
    assert said["to"] == f"/t/{root.public_id}?at={latest.public_id}#p-{latest.public_id}"
    assert client.get(said["to"].partition("#")[0]).status_code == 200
    assert client.get(asked_by_page(client, root)).json() == NOTHING


def test_a_branch_asks_for_its_thread(client: Client, root: Post) -> None:
    answer = make_response(root)
    page = client.get(f"/p/{answer.public_id}/branch").content.decode()
    assert f'data-news="/t/{root.public_id}/news?since=2"' in page


def test_what_nobody_sees_is_no_news(client: Client, root: Post) -> None:
    address = asked_by_page(client, root)
    make_held(root)
    assert client.get(address).json() == NOTHING
    shown = make_response(root)
    assert client.get(address).json()["says"] == "1 new response"
    hide(shown, State.REMOVED)
    assert client.get(address).json() == NOTHING


def test_who_may_not_read_a_thread_learns_nothing(client: Client) -> None:
    member = make_member()
    board = make_private_board(make_group("Crew", member))
    hidden = make_thread(board, author=member)
    there, nowhere = client.get(f"/t/{hidden.public_id}/news"), client.get("/t/nosuchthread/news")
    assert there.status_code == nowhere.status_code == 404
    inside = Client()
    inside.force_login(member)
    assert inside.get(f"/t/{hidden.public_id}/news").status_code == 200
    outside = Client()
    outside.force_login(make_member())
    assert outside.get(f"/t/{hidden.public_id}/news").status_code == 404


@pytest.mark.parametrize("since", ["-1", "many", "1e3", "²", "9" * 10, ""])
def test_a_count_that_is_none_is_refused(client: Client, root: Post, since: str) -> None:
    assert client.get(f"/t/{root.public_id}/news", {"since": since}).status_code == 400


def test_it_has_nothing_of_the_member_in_it(client: Client, root: Post) -> None:
    member: Member = make_member("Ann")
    client.force_login(member)
    answer = client.get(f"/t/{root.public_id}/news?since=1")
    assert answer.json() == NOTHING
    assert "Set-Cookie" not in answer


def test_it_costs_three_queries_however_long_the_thread_is(client: Client, root: Post) -> None:
    for _number in range(5):
        make_response(root)
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        client.get(f"/t/{root.public_id}/news?since=1")
    assert len(queries) <= 3
