"""What is one's own: notices, reports, statements, what waits, whom one ignores; and the desk."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.members.models import Member
from rejoinder.moderation.cases import open_case
from rejoinder.moderation.models import Case, CaseKind, Statement
from rejoinder.policy.scopes import Scope
from rejoinder.threads.models import Post, State
from tests.api.asking import Program, guest, of_somebody, problem
from tests.factories import make_group, make_held, make_member, make_response, make_thread

pytestmark = pytest.mark.django_db


def moderator() -> Program:
    member = make_member()
    make_group("", member, moderates_everywhere=True)
    return Program(member, Scope.MODERATE)


def remove(program: Program, post: Post) -> Any:
    body = {"deed": "remove", "reason": "It is spam.", "rule": "No spam"}
    return program.post(f"posts/{post.public_id}/deeds", body).json()


def author_of(post: Post) -> Member:
    assert post.author is not None
    return post.author


def test_ignoring_is_begun_and_ended() -> None:
    program, other = of_somebody(), make_member()
    path = f"me/ignored/{other.handle_id}"
    assert program.send("PUT", path).status_code == 204
    assert program.send("PUT", path).status_code == 204
    assert [m["handle"] for m in program.get("me/ignored").json()["members"]] == [other.handle_id]
    assert program.send("DELETE", path).status_code == 204
    assert program.get("me/ignored").json()["members"] == []


def test_a_program_that_only_reads_ignores_nobody() -> None:
    program = of_somebody(Scope.READ)
    assert problem(program.send("PUT", f"me/ignored/{make_member().handle_id}"))[0] == 403


def test_ones_held_posts_wait() -> None:
    post = make_held(make_thread())
    told = Program(author_of(post)).get("me/waiting").json()["posts"]
    assert [(line["id"], line["state"]) for line in told] == [(post.public_id, "held")]


def test_a_statement_is_noticed_read_and_appealed_against_by_its_link() -> None:
    post, desk = make_thread(), moderator()
    author = Program(author_of(post))
    remove(desk, post)
    told = author.get("me/notices").json()
    statement = told["notices"][0]["statement"]
    assert (told["unread"], statement["reason"], statement["may_appeal"]) == (
        1, "It is spam.", True,
    )  # fmt: skip
    assert author.post("me/notices/read").status_code == 204
    assert author.get("me/notices").json()["unread"] == 0
    path = f"statements/{statement['token']}"
    assert guest().get(path).json()["quoted"][0]["title"] == post.title
    assert guest().post(f"{path}/appeal", {"words": "It isn't."}).json()["appeal"] == "It isn't."
    assert problem(guest().post(f"{path}/appeal", {"words": "It isn't."})) == (409, "conflict")


def test_an_appeal_is_decided_by_another_moderator() -> None:
    post, first, second = make_thread(), moderator(), moderator()
    remove(first, post)
    token = Statement.unscoped.get().token
    guest().post(f"statements/{token}/appeal", {"words": "It isn't."})
    case = Case.unscoped.get().public_id
    assert first.get(f"desk/appeals/{case}").json()["may_decide"] is False
    decision = {"is_upheld": False, "words": "You are right."}
    assert problem(first.post(f"desk/appeals/{case}/decision", decision))[0] == 403
    assert second.post(f"desk/appeals/{case}/decision", decision).status_code == 201
    assert Post.unscoped.get(pk=post.pk).state == State.VISIBLE
    assert guest().get(f"statements/{token}").json()["decision"] == "You are right."


def test_ones_reports_are_told_with_their_answers() -> None:
    post, desk, program = make_thread(), moderator(), of_somebody()
    program.post(f"posts/{post.public_id}/reports", {"reason": "spam", "words": "Look."})
    (told,) = program.get("me/reports").json()["reports"]
    assert (told["words"], told["verdict"], told["post"]["id"]) == ("Look.", "", post.public_id)
    remove(desk, post)
    (told,) = program.get("me/reports").json()["reports"]
    assert (told["verdict"], told["post"]) == ("remove", None)
    assert guest().get(f"reports/{told['token']}").json()["verdict"] == "remove"


def test_several_cases_are_decided_in_one_deed() -> None:
    posts, desk = [make_held(make_thread()), make_held(make_thread())], moderator()
    for post in posts:
        open_case(post, CaseKind.HELD)
    assert desk.get("desk/counts").json()["held"] == 2
    cases = [case["id"] for case in desk.get("desk").json()["cases"]]
    done = desk.post("desk/decisions", {"deed": "approve", "cases": cases})
    assert (done.status_code, done.json()["changed"]) == (201, 2)
    assert {Post.unscoped.get(pk=post.pk).state for post in posts} == {State.VISIBLE}
    again = desk.post("desk/decisions", {"deed": "approve", "cases": cases})
    assert problem(again) == (404, "missing")


def test_the_log_with_names_is_for_moderators() -> None:
    post, desk = make_thread(), moderator()
    remove(desk, post)
    (entry,) = desk.get("log/private?kind=remove").json()["entries"]
    assert entry["by"] == desk.get("me").json()["handle"]
    assert "by" not in guest().get("log").json()["entries"][0]
    assert problem(of_somebody().get("log/private"))[0] == 403
    assert desk.get("log/private?kind=pin").json()["entries"] == []


def test_reasons_are_told_to_moderators() -> None:
    assert moderator().get("reasons").json()["reasons"][0]["label"] == "Spam"


def test_a_text_is_drawn_before_it_is_posted() -> None:
    told = of_somebody().post("previews", {"title": " A  title ", "text": "So *it* is."}).json()
    assert told["title"] == "A title"
    assert "<em>it</em>" in told["html"]
    assert problem(guest().post("previews", {"title": "T"}))[0] == 401


def test_a_branch_is_a_post_with_what_hangs_below_it() -> None:
    root = make_thread()
    post = make_response(root)
    below = make_response(post)
    make_response(root)
    told = guest().get(f"posts/{post.public_id}/branch").json()["posts"]
    assert [line["id"] for line in told] == [post.public_id, below.public_id]
