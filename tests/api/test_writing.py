"""Writing through the API: by whom, once for each key, and nothing by a browser's cookie."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from rejoinder.limits.table import LIMITS
from rejoinder.policy.principals import Standing
from rejoinder.policy.scopes import Scope
from rejoinder.posts.withdraw import withdraw
from rejoinder.reading.marks import marks_of
from rejoinder.threads.models import Post
from tests.api.asking import Program, guest, of_somebody, problem
from tests.factories import (
    PASSWORD,
    make_board,
    make_member,
    make_response,
    make_thread,
    principal_of,
)

pytestmark = pytest.mark.django_db


def test_a_thread_is_started_and_answered() -> None:
    board, program = make_board(), of_somebody()
    started = program.post(
        f"boards/{board.handle_id}/threads", {"title": "Rain delay", "text": "Until *five*."}
    )
    assert started.status_code == 201
    told = started.json()
    assert (told["title"], told["state"], told["parent"]) == ("Rain delay", "visible", None)
    assert started["Location"] == f"/api/v1/posts/{told['id']}"
    assert program.get(started["Location"]).json() == told
    answered = program.post(f"posts/{told['id']}/responses", {"title": "Until six"}).json()
    assert (answered["parent"], answered["depth"], answered["has_text"]) == (told["id"], 1, False)
    assert Post.unscoped.get(public_id=answered["id"]).came_by == "api"


def test_the_same_key_gives_the_same_post() -> None:
    board, program = make_board(), of_somebody()
    path, body = f"boards/{board.handle_id}/threads", {"title": "Once", "text": "Only."}
    first = program.post(path, body, Idempotency_Key="k1").json()
    assert program.post(path, body, Idempotency_Key="k1").json() == first
    assert Post.unscoped.filter(board=board).count() == 1
    assert program.post(path, body, Idempotency_Key="k2").json()["id"] != first["id"]


@pytest.mark.parametrize("body", [{"title": "Twice", "text": "Only."}, {"title": "Once"}])
def test_another_body_under_the_same_key_is_refused(body: dict[str, str]) -> None:
    board, program = make_board(), of_somebody()
    path = f"boards/{board.handle_id}/threads"
    program.post(path, {"title": "Once", "text": "Only."}, Idempotency_Key="k1")
    assert problem(program.post(path, body, Idempotency_Key="k1")) == (422, "key-used")
    assert Post.unscoped.filter(board=board).count() == 1


def test_another_place_under_the_same_key_is_refused() -> None:
    root, program = make_thread(), of_somebody()
    body = {"title": "Once"}
    program.post(f"boards/{root.board.handle_id}/threads", body, Idempotency_Key="k")
    answer = program.post(f"posts/{root.public_id}/responses", body, Idempotency_Key="k")
    assert problem(answer) == (422, "key-used")


def test_one_members_key_is_not_anothers() -> None:
    path = f"boards/{make_board().handle_id}/threads"
    posts = [of_somebody().post(path, {"title": "Mine"}, Idempotency_Key="k") for _ in range(2)]
    assert posts[0].json()["id"] != posts[1].json()["id"]


def test_a_post_is_edited_and_withdrawn_by_its_author() -> None:
    author = make_member()
    post = make_thread(source="Before.", author=author)
    make_response(post)
    program, path = Program(author), f"posts/{post.public_id}"
    edited = program.send("PATCH", path, {"text": "After.", "edits_seen": 0}).json()
    assert (edited["title"], edited["text"]["source"], edited["edits"]) == (
        post.title, "After.", 1,
    )  # fmt: skip
    versions = guest().get(f"{path}/revisions").json()["versions"]
    assert [version["source"] for version in versions] == ["Before.", "After."]
    late = program.send("PATCH", path, {"title": "Late", "edits_seen": 0})
    assert problem(late) == (409, "conflict")
    assert program.post(f"{path}/withdraw").json()["state"] == "withdrawn"
    seen = guest().get(path).json()
    assert (seen["state"], seen["title"], seen["text"], seen["author"]) == (
        "withdrawn", "", None, None,
    )  # fmt: skip


def test_anothers_post_is_neither_edited_nor_withdrawn() -> None:
    path, program = f"posts/{make_thread().public_id}", of_somebody()
    assert problem(program.send("PATCH", path, {"title": "Mine", "edits_seen": 0})) == (
        403, "refused",
    )  # fmt: skip
    assert problem(program.post(f"{path}/withdraw")) == (403, "refused")


def test_answering_what_was_withdrawn_meanwhile_is_a_conflict() -> None:
    author = make_member()
    post = make_thread(author=author)
    withdraw(principal_of(author), post)
    answer = of_somebody().post(f"posts/{post.public_id}/responses", {"title": "Yes"})
    assert problem(answer) == (409, "conflict")
    assert problem(of_somebody().post("posts/zzzzzzzzzzzz/responses", {"title": "Yes"})) == (
        404, "missing",
    )  # fmt: skip


def test_a_post_is_reported_and_marked_as_read() -> None:
    member = make_member()
    program = Program(member)
    program.post("read-marks", {"posts": []})
    post = make_thread()
    path = f"posts/{post.public_id}"
    made = program.post(f"{path}/reports", {"reason": "spam"})
    assert made.status_code == 201
    assert Client().get(made.json()["address"]).status_code == 200
    marked = program.post("read-marks", {"posts": [post.public_id, "zzzzzzzzzzzz"]})
    assert (marked.status_code, marked.content) == (204, b"")
    assert not marks_of(member.pk).is_new(post.pk)
    assert program.get(path).json()["is_new"] is False
    program.post("read-marks", {"posts": [post.public_id], "is_read": False})
    assert program.get(path).json()["is_new"] is True


WRITES = [
    ("POST", "boards/{board}/threads", {"title": "T"}),
    ("POST", "posts/{post}/responses", {"title": "T"}),
    ("PATCH", "posts/{post}", {"title": "T", "edits_seen": 0}),
    ("POST", "posts/{post}/withdraw", None),
    ("POST", "read-marks", {"posts": []}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_guest_is_asked_who_they_are(method: str, path: str, body: Any) -> None:
    post = make_thread()
    asked = path.format(board=post.board.handle_id, post=post.public_id)
    answer = guest().send(method, asked, body)
    assert problem(answer) == (401, "unauthorized")
    assert answer["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(("method", "path", "body"), WRITES[:-1])
def test_a_password_that_reads_does_not_write(method: str, path: str, body: Any) -> None:
    author = make_member()
    post = make_thread(author=author)
    asked = path.format(board=post.board.handle_id, post=post.public_id)
    program = Program(author, Scope.READ, Scope.NEWS)
    assert problem(program.send(method, asked, body)) == (403, "refused")


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_session_cookie_gives_no_rights(method: str, path: str, body: Any) -> None:
    author = make_member(password=PASSWORD)
    post = make_thread(author=author)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(author)
    asked = "/api/v1/" + path.format(board=post.board.handle_id, post=post.public_id)
    content = b"" if body is None else json.dumps(body)
    answer = browser.generic(method, asked, content, content_type="application/json")
    assert problem(answer) == (401, "unauthorized")
    assert browser.get("/api/v1/me").json()["kind"] == "guest"
    assert not answer.cookies


@pytest.mark.parametrize("media", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_only_json_is_taken(media: str) -> None:
    program = of_somebody()
    answer = program.client.generic(
        "POST", f"/api/v1/boards/{make_board().handle_id}/threads", b'{"title": "T"}',
        content_type=media, headers=program.headers,
    )  # fmt: skip
    assert problem(answer) == (415, "not-json")


BAD = {
    "no JSON": b"{",
    "no object": b"[]",
    "nothing": b"",
    "a number for a title": b'{"title": 5}',
    "a field that isn't known": b'{"title": "T", "body": "x"}',
    "half of a character": b'{"title": "\\ud800"}',
    "too deep": b"[" * 100_000,
    "not UTF-8": b'{"title": "\xff"}',
    "an empty title": b'{"title": " "}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
def test_bad_input_is_told_as_such(body: bytes) -> None:
    program, board = of_somebody(), make_board()
    answer = program.client.generic(
        "POST", f"/api/v1/boards/{board.handle_id}/threads", body,
        content_type="application/json", headers=program.headers,
    )  # fmt: skip
    assert problem(answer)[0] == 400, answer.content
    assert not Post.unscoped.filter(board=board).exists()


def test_what_is_too_large_is_not_read() -> None:
    body = {"title": "T", "text": "x" * (2 * 1024 * 1024)}
    answer = of_somebody().post(f"boards/{make_board().handle_id}/threads", body)
    assert problem(answer) == (413, "too-large")


def test_a_limit_says_when_to_come_back(settings: Any) -> None:
    settings.LIMITS = {**LIMITS, "posts_a_minute": replace(LIMITS["posts_a_minute"], most=1)}
    program, path = of_somebody(), f"boards/{make_board().handle_id}/threads"
    assert program.post(path, {"title": "One"}).status_code == 201
    answer = program.post(path, {"title": "Two"})
    assert problem(answer) == (429, "too-many")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_a_new_members_held_post_is_told_to_be_held() -> None:
    program = Program(make_member(standing=Standing.NEW))
    links = " ".join(f"https://{name}.example/a" for name in ("one", "two", "three"))
    body = {"title": "First", "text": f"See {links}: all of them are worth it."}
    made = program.post(f"boards/{make_board().handle_id}/threads", body)
    assert made.status_code == 201
    assert made.json()["state"] == "held"
    path = f"posts/{made.json()['id']}"
    assert program.get(path).json()["title"] == "First"
    assert problem(guest().get(path)) == (404, "missing")
