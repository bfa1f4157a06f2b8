"""What a listing page asks of the database doesn't grow with its rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.boards.models import Board
from rejoinder.threads.arrangements import registry as of_threads
from rejoinder.threads.board_arrangements import registry as of_boards
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member, make_response, make_thread

pytestmark = pytest.mark.django_db


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return len(captured)


def grown(board: Board, root: Post | None = None, *, by: int) -> Post:
    """Add threads to a board, and branches below a post; return the first root."""
    author = make_member()
    root = root or make_thread(board, "Root", "Text", author)
    for number in range(by):
        make_response(make_thread(board, f"Thread {number}", "Text", author), author=author)
        first = make_response(root, f"Response {number}", "Text", author)
        make_response(make_response(first, author=author), author=author)
    return root


def constant(client: Client, board: Board, root: Post, address: str, most: int) -> None:
    grown(board, root, by=2)
    few = queries(client, address)
    grown(board, root, by=4)
    many = queries(client, address)
    assert many == few
    assert many <= most


@pytest.mark.parametrize("name", sorted(of_boards.ARRANGEMENTS))
def test_a_board_page_takes_as_many_queries_for_twenty_rows_as_for_two(
    client: Client, name: str
) -> None:
    board = make_board()
    root = grown(board, by=1)
    constant(client, board, root, f"/b/{board.handle_id}?as={name}", most=8)


@pytest.mark.parametrize("name", sorted(of_threads.ARRANGEMENTS))
def test_a_thread_page_takes_as_many_queries_for_many_posts_as_for_few(
    client: Client, name: str
) -> None:
    board = make_board()
    root = grown(board, by=1)
    constant(client, board, root, f"/t/{root.public_id}?as={name}", most=6)


@pytest.mark.parametrize("name", sorted(of_threads.ARRANGEMENTS))
def test_a_branch_page_takes_as_many_queries_for_many_posts_as_for_few(
    client: Client, name: str
) -> None:
    board = make_board()
    root = grown(board, by=1)
    top = Post.unscoped.get(parent=root, title="Response 0")
    constant(client, board, top, f"/p/{top.public_id}/branch?as={name}", most=8)


def test_a_post_page_takes_as_many_queries_for_many_responses_as_for_few(client: Client) -> None:
    board = make_board()
    root = grown(board, by=1)
    constant(client, board, root, f"/p/{root.public_id}", most=15)


def test_the_front_page_takes_as_many_queries_for_many_boards_as_for_few(client: Client) -> None:
    grown(make_board(), by=2)
    few = queries(client, "/")
    for _number in range(4):
        grown(make_board(), by=3)
    many = queries(client, "/")
    assert many == few
    assert many <= 7


def test_a_members_page_takes_as_many_queries_for_many_posts_as_for_few(client: Client) -> None:
    author = make_member()
    make_response(make_thread(author=author), author=author)
    few = queries(client, f"/m/{author.handle_id}")
    for _number in range(5):
        make_response(make_thread(author=author), author=author)
    many = queries(client, f"/m/{author.handle_id}")
    assert many == few
    assert many <= 6


def test_a_signed_in_member_costs_five_queries_more(client: Client) -> None:
    board = make_board()
    root = grown(board, by=1)
    as_guest = queries(client, f"/p/{root.public_id}")
    member = make_member()
    client.force_login(member)
    assert queries(client, f"/p/{root.public_id}") <= as_guest + 5
