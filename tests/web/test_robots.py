"""What robots are told: what isn't worth their time, and nothing that isn't so."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from rejoinder.boards.models import Board
from rejoinder.threads.arrangements import registry
from rejoinder.threads.board_arrangements import registry as board_registry
from rejoinder.web.urls import urlpatterns
from rejoinder.web.views.around import NOT_FOR_ROBOTS
from tests.factories import make_board, make_response, make_thread

pytestmark = pytest.mark.django_db

NOINDEX = '<meta name="robots" content="noindex, follow">'


@pytest.fixture
def board() -> Board:
    return make_board("Quay")


def is_allowed(address: str) -> bool:
    """Tell what robots.txt says of an address (RFC 9309, 2.2.2 and 2.2.3)."""
    patterns = [re.escape(path).replace(r"\*", ".*") for path in NOT_FOR_ROBOTS]
    return not any(re.match(pattern, address) for pattern in patterns)


@pytest.mark.parametrize(
    "address",
    [
        "/", "/rules", "/robots.txt", "/sitemap.xml", "/sitemap/posts.xml",
        "/sitemap/posts-2.xml", "/b/quay", "/b/start", "/b/quay?after=2kx", "/p/2kx", "/p/report",
        "/t/2kx", "/t/2kx?after=3", "/m/ada", "/m/edit", "/file/2kx/a%20map.png",
        "/static/rejoinder.0123456789ab.css", "/b/quay?class=1",
    ],
)  # fmt: skip
def test_what_is_worth_reading_is_not_disallowed(address: str) -> None:
    assert is_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "/account/login/?next=/p/2kx", "/moderation/log", "/administration/", "/b/quay/start",
        "/p/2kx/respond", "/p/2kx/respond?quote=1", "/p/2kx/branch", "/p/2kx/revisions",
        "/t/2kx?as=flat", "/t/2kx?after=3&as=flat", "/t/2kx?at=3kx", "/b/quay?within=week",
        "/b/quay?as=flat&within=week", "/t/2kx/news?since=3",
    ],
)  # fmt: skip
def test_forms_and_repetitions_are_disallowed(address: str) -> None:
    assert not is_allowed(address)


def test_every_disallowed_path_is_one_that_there_is() -> None:
    there = [str(pattern.pattern) for pattern in urlpatterns]
    for path in NOT_FOR_ROBOTS:
        if "?" in path or "&" in path:
            continue
        route = re.escape(path.lstrip("/")).replace(r"\*", r"<[^/]+>")
        assert any(re.match(route, known) for known in there), path


def test_robots_txt_is_for_all_alike_and_asks_nothing_that_is_not_meant(client: Client) -> None:
    answer = client.get("/robots.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[0] == "User-agent: *"
    fields = {line.partition(":")[0] for line in lines if line}
    assert fields == {"User-agent", "Disallow", "Sitemap"}
    assert [line for line in lines if line.startswith("Disallow")] == [
        f"Disallow: {path}" for path in NOT_FOR_ROBOTS
    ]


@pytest.mark.parametrize("address", ["/robots.txt", "/sitemap.xml", "/sitemap/posts.xml"])
def test_what_robots_ask_for_again_and_again_is_kept(client: Client, address: str) -> None:
    make_thread()
    answer = client.get(address)
    assert answer.shown_tags  # type: ignore[attr-defined]
    assert not answer.cookies


def test_a_thread_in_another_arrangement_is_not_for_the_index(client: Client, board: Board) -> None:
    root = make_thread(board)
    response = make_response(root)
    plain = f"/t/{root.public_id}"
    for name, arrangement in registry.ARRANGEMENTS.items():
        source = client.get(f"{plain}?as={name}").content.decode()
        assert (NOINDEX in source) == (arrangement is not registry.DEFAULT), name
        assert f'<link rel="canonical" href="http://testserver{plain}">' in source
    assert NOINDEX in client.get(f"{plain}?at={response.public_id}").content.decode()
    assert NOINDEX not in client.get(plain).content.decode()
    assert NOINDEX not in client.get(f"/p/{response.public_id}").content.decode()


def test_a_board_in_another_arrangement_is_not_for_the_index(board: Board) -> None:
    make_thread(board)
    for name, arrangement in board_registry.ARRANGEMENTS.items():
        source = Client().get(f"/b/quay?as={name}").content.decode()
        assert (NOINDEX in source) == (arrangement is not board_registry.DEFAULT), name
        assert '<link rel="canonical" href="http://testserver/b/quay">' in source
    assert NOINDEX not in Client().get("/b/quay").content.decode()
    assert NOINDEX in Client().get("/b/quay?within=week").content.decode()
