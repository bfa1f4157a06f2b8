"""Reading through the API: what is there, for whom, by how many queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.policy.scopes import Scope
from tests.api.asking import Program, guest, problem
from tests.factories import (
    make_board,
    make_group,
    make_member,
    make_private_board,
    make_response,
    make_thread,
)
from tests.planting import bush, plant

pytestmark = pytest.mark.django_db


def test_the_boards_are_listed_with_what_they_count() -> None:
    board = make_board("Pitching", "Where *pitchers* meet")
    make_response(make_thread(board))
    listed = guest().get("boards").json()["boards"]
    assert [row["name"] for row in listed] == ["Pitching"]
    assert listed[0]["posts"] == 2
    assert listed[0]["threads"] == 1
    assert listed[0]["may_start"] is False
    assert guest().get(f"boards/{board.handle_id}").json() == listed[0]


def test_the_site_and_who_asks_are_told() -> None:
    assert guest().get("site").json()["title"] == "Rejoinder"
    assert guest().get("me").json()["kind"] == "guest"
    member = make_member("crash davis")
    told = Program(member, Scope.READ, Scope.NEWS).get("me").json()
    assert told == {
        "kind": "application password",
        "handle": member.handle_id,
        "name": "crash davis",
        "scopes": ["read"],
        "is_silenced": False,
    }


def test_a_thread_is_read_as_a_tree() -> None:
    root = make_thread(title="The trade", source="They *traded* him.")
    first = make_response(root, "No")
    below = make_response(first, "Yes")
    second = make_response(root, "Perhaps")
    page = guest().get(f"threads/{second.public_id}/posts?texts=true").json()
    drawn = [(p["title"], p["depth"], p["parent"]) for p in page["posts"]]
    assert drawn == [
        ("The trade", 0, None),
        ("No", 1, root.public_id),
        ("Yes", 2, first.public_id),
        ("Perhaps", 1, root.public_id),
    ]
    assert "<em>traded</em>" in page["posts"][0]["html"]
    assert page["posts"][1]["html"] is None
    assert {p["thread"] for p in page["posts"]} == {root.public_id}
    thread = guest().get(f"threads/{below.public_id}").json()
    assert (thread["id"], thread["title"], thread["posts"]) == (root.public_id, "The trade", 4)


def test_a_post_is_read_whole() -> None:
    author = make_member("nuke laloosh")
    root = make_thread(source="Some *words*.", author=author)
    told = guest().get(f"posts/{root.public_id}").json()
    assert told["text"] == {
        "markup": "markdown",
        "source": "Some *words*.",
        "html": "<p>Some <em>words</em>.</p>\n",
    }
    assert told["author"] == {"name": "nuke laloosh", "handle": author.handle_id}
    assert told["posted_at"].endswith("Z")
    assert told["message_id"] == root.message_id
    assert told["may"]["respond"] is False
    mine = Program(author).get(f"posts/{root.public_id}").json()
    assert mine["may"] == {
        "respond": True, "edit": True, "withdraw": True, "report": False, "moderate": False,
    }  # fmt: skip


def test_hidden_and_missing_look_the_same() -> None:
    hidden = make_member("annie savoy")
    board = make_private_board(make_group("", hidden))
    root = make_thread(board, author=hidden)
    for path in ("posts/{}", "posts/{}/responses", "threads/{}", "threads/{}/posts",
                 "posts/{}/revisions"):  # fmt: skip
        there = guest().get(path.format(root.public_id))
        gone = guest().get(path.format("zzzzzzzzzzzz"))
        assert problem(there) == (404, "missing")
        assert there.content == gone.content
        assert there.headers == gone.headers
    for path in ("boards/{}", "boards/{}/threads", "boards/{}/posts"):
        there, gone = guest().get(path.format(board.handle_id)), guest().get(path.format("nope"))
        assert problem(there) == (404, "missing")
        assert there.content == gone.content
    assert Program(hidden).get(f"posts/{root.public_id}").status_code == 200


def test_lists_are_paged_by_cursors_and_linked() -> None:
    board, author = make_board(), make_member()
    plant(board, author, bush(10))
    seen, path = [], f"boards/{board.handle_id}/posts?limit=4"
    while path:
        answer = guest().get(path)
        seen += [post["id"] for post in answer.json()["posts"]]
        links = {
            part.partition("; rel=")[2].strip('"'): part.partition(";")[0].strip("<> ")
            for part in answer["Link"].split(", ")
        }
        path = links.get("next", "")
    assert len(seen) == len(set(seen)) == 10
    back = guest().get(links["prev"]).json()
    assert [post["id"] for post in back["posts"]] == seen[4:8]
    assert problem(guest().get(f"boards/{board.handle_id}/posts?cursor=bm9uZQ")) == (
        400, "bad-input",
    )  # fmt: skip
    assert problem(guest().get(f"boards/{board.handle_id}/posts?limit=1000")) == (400, "bad-shape")


def test_an_unchanged_answer_is_not_sent_again() -> None:
    root = make_thread()
    path = f"posts/{root.public_id}"
    first = guest().get(path)
    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]
    again = guest().get(path, If_None_Match=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    make_response(root)
    assert guest().get(path, If_None_Match=first["ETag"]).status_code == 200


def test_head_is_answered_as_get_without_a_body() -> None:
    program = guest()
    head = program.client.head("/api/v1/boards")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == program.get("boards")["ETag"]


QUERIES = {"boards/{board}/threads": 6, "boards/{board}/posts": 6, "threads/{root}/posts": 6,
           "threads/{root}/posts?texts=true": 7, "posts/{root}/responses": 6, "posts/{root}": 8,
           "boards": 4, "members/{author}/posts": 7}  # fmt: skip


@pytest.mark.parametrize("path", QUERIES)
def test_what_a_page_costs_does_not_grow_with_what_is_on_it(path: str) -> None:
    board, author = make_board(), make_member()
    small = plant(board, author, bush(3), texts=True)
    counts = []
    for posts in (small, plant(board, author, bush(40), texts=True)):
        asked = path.format(board=board.handle_id, root=posts[0].public_id, author=author.handle_id)
        guest().get(asked)
        with CaptureQueriesContext(connection) as asking:
            assert guest().get(asked).status_code == 200
        counts.append(len(asking))
    assert counts[1] <= counts[0] + 1
    assert counts[1] <= QUERIES[path]
