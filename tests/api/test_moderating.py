"""Moderating through the API: the same deeds, for those who moderate, with a password for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.members.models import Member
from rejoinder.moderation.report import report
from rejoinder.policy.scopes import Scope
from rejoinder.threads.models import Post, State
from tests.api.asking import Program, guest, of_somebody, problem
from tests.factories import (
    make_board,
    make_group,
    make_held,
    make_member,
    make_response,
    make_thread,
    principal_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Member:
    member = make_member()
    make_group("", member, moderates_everywhere=True)
    return member


@pytest.fixture
def program(moderator: Member) -> Program:
    return Program(moderator, Scope.MODERATE)


def do(program: Program, post: Post, deed: str, **more: Any) -> Any:
    return program.post(f"posts/{post.public_id}/deeds", {"deed": deed, **more})


def state_of(post: Post) -> str:
    return Post.unscoped.get(pk=post.pk).state


def test_a_post_is_removed_and_that_is_undone(program: Program) -> None:
    post = make_thread()
    done = do(program, post, "remove", reason="It is spam.", rule="No spam")
    assert done.status_code == 201
    told = done.json()
    assert (told["changed"], told["deed"]["kind"], told["deed"]["rule"]) == (1, "remove", "No spam")
    assert state_of(post) == State.REMOVED
    assert problem(guest().get(f"posts/{post.public_id}")) == (404, "missing")
    undone = program.post(f"deeds/{told['deed']['id']}/undo", {}).json()
    assert (undone["put_back"], undone["left"]) == (1, 0)
    assert state_of(post) == State.VISIBLE
    entries = guest().get("log").json()["entries"]
    assert [(e["kind"], e["is_undone"], e["role"]) for e in entries] == [
        ("undo", False, "moderator"), ("remove", True, "moderator"),
    ]  # fmt: skip


def test_a_preview_tells_what_falls_and_does_nothing(program: Program) -> None:
    root = make_thread()
    first = make_response(root)
    make_response(first)
    told = do(program, first, "remove", scope="branch", is_preview=True).json()
    assert (told["deed"], told["changed"], len(told["first"])) == (None, 2, 2)
    assert state_of(first) == State.VISIBLE
    do(program, first, "remove", scope="branch", reason="Off topic.")
    assert Post.unscoped.filter(state=State.REMOVED).count() == 2


def test_a_reason_is_asked_for(program: Program) -> None:
    assert problem(do(program, make_thread(), "remove")) == (400, "bad-input")


def test_a_held_post_is_approved_from_the_desk(program: Program) -> None:
    held = make_held(make_thread(), "Waiting", "Some words.")
    do(program, make_thread(), "hold", reason="Somebody shall look.")
    cases = program.get("desk").json()["cases"]
    assert [case["kind"] for case in cases] == ["held"]
    assert do(program, held, "approve").json()["changed"] == 1
    assert guest().get(f"posts/{held.public_id}").json()["title"] == "Waiting"


def test_what_is_reported_lies_on_the_desk(program: Program) -> None:
    post = make_thread(source="Buy it.")
    report(principal_of(make_member()), post, "spam", "It is.")
    case = program.get("desk?kind=reported").json()["cases"][0]
    assert case["post"]["id"] == post.public_id
    assert [(r["reason"], r["words"]) for r in case["reports"]] == [("spam", "It is.")]
    assert "Buy it." in case["html"]


THREAD_DEEDS = [
    ("lock", "is_locked", True), ("unlock", "is_locked", False),
    ("pin", "is_pinned", True), ("unpin", "is_pinned", False),
    ("slow", "slow_seconds", 60), ("unslow", "slow_seconds", 0),
]  # fmt: skip


def test_a_thread_is_locked_pinned_and_slowed_down(program: Program) -> None:
    root = make_thread()
    for deed, field, value in THREAD_DEEDS:
        assert do(program, root, deed, seconds=60).status_code == 201, deed
        assert guest().get(f"threads/{root.public_id}").json()[field] == value, deed
    assert problem(do(program, root, "unlock")) == (409, "conflict")


def test_branches_are_split_off_merged_rehung_and_moved(program: Program) -> None:
    root, other, board = make_thread(), make_thread(), make_board()
    branch = make_response(root)
    path = f"posts/{branch.public_id}"
    assert do(program, branch, "split").status_code == 201
    assert guest().get(path).json()["parent"] is None
    do(program, branch, "merge", parent=root.public_id)
    assert guest().get(path).json()["parent"] == root.public_id
    do(program, branch, "rehang", parent=other.public_id)
    assert guest().get(path).json()["parent"] == other.public_id
    do(program, branch, "move", board=board.handle_id)
    assert guest().get(path).json()["board"] == board.handle_id
    assert problem(do(program, branch, "move", board="nowhere")) == (400, "bad-input")
    assert problem(do(program, other, "merge", parent="nothing")) == (400, "bad-input")


def test_a_post_is_edited_and_its_author_is_warned(program: Program) -> None:
    author = make_member()
    post = make_thread(source="Call 555-0100.", author=author)
    edited = do(program, post, "edit", text="Call me.", reason="A number.", hides_before=True)
    assert edited.status_code == 201
    assert guest().get(f"posts/{post.public_id}").json()["text"]["source"] == "Call me."
    assert problem(guest().get(f"posts/{post.public_id}/revisions")) == (404, "missing")
    assert do(program, post, "warn", reason="No numbers.").json()["deed"]["kind"] == "warn"
    warned = program.post(f"members/{author.handle_id}/warnings", {"reason": "Once more."})
    assert warned.status_code == 201


DEEDS = ["approve", "remove", "restore", "hold", "edit", "warn", "move", "split", "merge",
         "rehang", "lock", "unlock", "pin", "unpin", "slow", "unslow"]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_who_does_not_moderate_is_refused_every_deed(deed: str, moderator: Member) -> None:
    root = make_thread()
    post = make_response(root)
    more = {
        "reason": "Because.", "parent": root.public_id, "board": make_board().handle_id,
        "title": "Another", "text": "Other words.",
    }  # fmt: skip
    for program in (of_somebody(), Program(moderator, Scope.POST)):
        answer = do(program, post, deed, **more)
        assert problem(answer) == (403, "refused"), deed
    assert problem(do(guest(), post, deed, **more)) == (401, "unauthorized")
    if deed in ("approve", "remove", "restore", "hold"):
        refused = do(of_somebody(), post, deed, scope="branch", is_preview=True)
        assert problem(refused) == (403, "refused")


def test_the_desk_is_for_moderators() -> None:
    assert problem(guest().get("desk")) == (401, "unauthorized")
    assert problem(of_somebody().get("desk")) == (403, "refused")


def test_what_the_desk_costs_does_not_grow_with_what_lies_there(program: Program) -> None:
    root, counts = make_thread(), []
    for number in range(12):
        held = make_held(root, source="Words.")
        report_held(held)
        if number in (1, 11):
            with CaptureQueriesContext(connection) as asking:
                assert len(program.get("desk").json()["cases"]) == number + 1
            counts.append(len(asking))
    assert counts[1] <= counts[0]


def report_held(post: Post) -> None:
    from rejoinder.moderation.cases import open_case
    from rejoinder.moderation.models import CaseKind

    open_case(post, CaseKind.HELD)
