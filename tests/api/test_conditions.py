"""Edits on condition, what is left of limits, and pages of other origins."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rejoinder.limits.table import LIMITS
from rejoinder.policy.scopes import Scope
from rejoinder.threads.models import Post
from tests.api.asking import Program, of_somebody, problem
from tests.factories import make_board, make_member, make_thread

pytestmark = pytest.mark.django_db

THERE = "https://app.example.org"


@pytest.fixture
def post() -> Post:
    return make_thread()


@pytest.fixture
def program(post: Post) -> Program:
    assert post.author is not None
    return Program(post.author, Scope.POST)


def test_an_edit_of_what_was_read_is_taken(program: Program, post: Post) -> None:
    path = f"posts/{post.public_id}"
    read = program.get(path)
    edited = program.send("PATCH", path, {"title": "Another"}, If_Match=read["ETag"])
    assert (edited.status_code, edited.json()["title"]) == (200, "Another")
    again = program.send("PATCH", path, {"title": "A third"}, If_Match=read["ETag"])
    assert problem(again) == (412, "outdated")
    assert program.get(path).json()["title"] == "Another"
    assert program.send("PATCH", path, {"title": "A third"}, If_Match="*").status_code == 200


def test_an_edit_says_what_it_was_made_from(program: Program, post: Post) -> None:
    answer = program.send("PATCH", f"posts/{post.public_id}", {"title": "Another"})
    assert problem(answer) == (428, "unconditional")
    assert Post.unscoped.get().edits_count == 0


def test_what_is_left_of_each_limit_is_told(settings: Any) -> None:
    settings.LIMITS = LIMITS
    program, path = of_somebody(), f"boards/{make_board().handle_id}/threads"
    answer = program.post(path, {"title": "One"})
    assert '"posts_a_minute";q=10;w=60' in answer["RateLimit-Policy"]
    assert '"posts_a_minute";r=9;t=' in answer["RateLimit"]
    answer = program.post(path, {"title": "Two"})
    assert '"posts_a_minute";r=8;t=' in answer["RateLimit"]
    assert "RateLimit" not in program.get("site")


def asked_from(origin: str, method: str = "GET", **headers: str) -> Any:
    given = {"Origin": origin} | {name.replace("_", "-"): value for name, value in headers.items()}
    return Client().generic(method, "/api/v1/site", headers=given)


def test_no_pages_of_other_origins_read_unless_the_operator_names_them(settings: Any) -> None:
    assert "Access-Control-Allow-Origin" not in asked_from(THERE)
    settings.API_ORIGINS = frozenset([THERE])
    answer = asked_from(THERE)
    assert answer["Access-Control-Allow-Origin"] == THERE
    assert "Access-Control-Allow-Credentials" not in answer
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    assert "Origin" in answer["Vary"]
    assert "Access-Control-Allow-Origin" not in asked_from("https://evil.example")


def test_a_page_asks_first_what_it_may_send(settings: Any) -> None:
    settings.API_ORIGINS = frozenset([THERE])
    answer = asked_from(THERE, "OPTIONS", Access_Control_Request_Method="PATCH")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "PATCH" in answer["Access-Control-Allow-Methods"]
    assert "Authorization" in answer["Access-Control-Allow-Headers"]
    refused = asked_from("https://evil.example", "OPTIONS", Access_Control_Request_Method="PATCH")
    assert "Access-Control-Allow-Origin" not in refused


def test_an_edit_by_another_is_refused_whatever_it_was_made_from(post: Post) -> None:
    program = Program(make_member(), Scope.POST)
    read = program.get(f"posts/{post.public_id}")
    answer = program.send(
        "PATCH", f"posts/{post.public_id}", {"title": "Mine"}, If_Match=read["ETag"]
    )
    assert answer.status_code == 403
