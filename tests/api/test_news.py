"""What is new to the member who asks, by threads, one after the other, and catching up."""

from __future__ import annotations

import pytest

from rejoinder.policy.scopes import Scope
from tests.api.asking import guest, of_somebody, problem
from tests.factories import make_board, make_member, make_response, make_thread

pytestmark = pytest.mark.django_db


def test_what_is_new_is_told_in_pages_in_the_order_of_reading() -> None:
    program, author = of_somebody(Scope.READ), make_member()
    board = make_board()
    old = make_thread(board, "Old", author=author)
    response = make_response(old, "Response", author=author)
    new = make_thread(board, "New", author=author)
    told = program.get("new?limit=1").json()
    assert (told["posts"], told["is_all"], told["previous"]) == (3, True, None)
    assert [line["id"] for thread in told["threads"] for line in thread["posts"]] == [new.public_id]
    told = program.get(f"new?limit=1&cursor={told['next']}").json()
    assert (told["next"], told["previous"]) == (None, "")
    assert told["threads"][0]["thread"] == old.public_id
    assert [line["id"] for line in told["threads"][0]["posts"]] == [
        old.public_id, response.public_id,
    ]  # fmt: skip
    assert all(line["is_new"] for line in told["threads"][0]["posts"])


def test_one_goes_from_new_post_to_new_post_and_catches_up() -> None:
    program, author = of_somebody(), make_member()
    root = make_thread(author=author)
    below = make_response(root, author=author)
    assert program.get("new/next").json()["post"]["id"] == root.public_id
    assert program.get(f"new/next?after={root.public_id}").json()["post"]["id"] == below.public_id
    body = {"post": below.public_id}
    assert program.post("catch-ups", body).json() == {"posts": 1}
    assert program.post("catch-ups", {"board": root.board.handle_id}).json() == {"posts": 1}
    assert program.get("new/next").json() == {"post": None}
    assert program.post("catch-ups/undo").json() == {"posts": 1}
    assert program.post("catch-ups", {"before": "2020-01-01T00:00:00Z"}).json() == {"posts": 0}
    assert problem(program.post("catch-ups", body | {"board": root.board.handle_id}))[0] == 400


def test_a_guest_is_told_of_nothing_new() -> None:
    assert problem(guest().get("new"))[0] in (401, 403)
    assert problem(guest().get("new/next"))[0] in (401, 403)
