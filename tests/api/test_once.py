"""A write sent again under its key is done once: after answers that were lost, and crashes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from rejoinder.api import once
from rejoinder.api.models import KeptAnswer
from rejoinder.members.models import Member
from rejoinder.moderation.models import Deed
from rejoinder.policy.scopes import Scope
from rejoinder.threads.models import Post, State
from tests.api.asking import Program, guest, of_somebody, problem
from tests.factories import hide, make_board, make_group, make_member, make_thread

pytestmark = pytest.mark.django_db

NEW = {"title": "Once", "text": "Only."}


@pytest.fixture
def moderator() -> Program:
    member = make_member()
    make_group("", member, moderates_everywhere=True)
    return Program(member, Scope.MODERATE)


def remove(program: Program, post: Post, key: str) -> Any:
    body = {"deed": "remove", "reason": "It is spam."}
    return program.post(f"posts/{post.public_id}/deeds", body, Idempotency_Key=key)


def test_a_deed_sent_again_is_answered_again_and_done_once(moderator: Program) -> None:
    post = make_thread()
    first, second = remove(moderator, post, "k1"), remove(moderator, post, "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert Deed.unscoped.count() == 1


def test_a_key_is_its_members_own(moderator: Program) -> None:
    path = f"boards/{make_board().handle_id}/threads"
    ids = {of_somebody().post(path, NEW, Idempotency_Key="k").json()["id"] for _each in range(2)}
    assert len(ids) == 2


def test_another_write_under_a_key_is_refused(moderator: Program) -> None:
    remove(moderator, make_thread(), "k1")
    assert problem(remove(moderator, make_thread(), "k1")) == (422, "key-used")


def test_after_a_refusal_the_key_is_free_again() -> None:
    program, path = of_somebody(), f"boards/{make_board().handle_id}/threads"
    assert program.post(path, {"title": ""}, Idempotency_Key="k1").status_code == 400
    assert program.post(path, NEW, Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", "k" * 201, "\x7f"])
def test_what_is_no_key_is_refused(key: str) -> None:
    path = f"boards/{make_board().handle_id}/threads"
    answer = of_somebody().post(path, NEW, Idempotency_Key=key)
    assert problem(answer) == (400, "bad-input")


def test_while_a_write_is_done_the_same_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    program, path = of_somebody(), f"boards/{make_board().handle_id}/threads"
    answers: list[Any] = []
    made = once._made

    def meanwhile(*args: Any) -> Any:
        answers.append(program.post(path, NEW, Idempotency_Key="k1"))
        return made(*args)

    monkeypatch.setattr(once, "_made", meanwhile)
    assert program.post(path, NEW, Idempotency_Key="k1").status_code == 201
    assert problem(answers[0]) == (409, "in-progress")
    assert answers[0]["Retry-After"] == "1"


def test_a_write_that_was_cut_off_is_done_again_and_gives_the_same_post() -> None:
    program, path = of_somebody(), f"boards/{make_board().handle_id}/threads"
    first = program.post(path, NEW, Idempotency_Key="k1").json()
    # The server stopped after the deed and before its answer was kept.
    long_ago = timezone.now() - 2 * once.CUT_OFF_AFTER
    KeptAnswer.objects.update(status=None, begun_at=long_ago)
    again = program.post(path, NEW, Idempotency_Key="k1")
    assert "Idempotency-Replayed" not in again
    assert again.json()["id"] == first["id"]
    assert Post.unscoped.count() == 1


def test_after_a_day_a_key_is_forgotten(moderator: Program) -> None:
    remove(moderator, make_thread(), "k1")
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert remove(moderator, make_thread(), "k1").status_code == 201
    assert KeptAnswer.objects.count() == 1


def test_a_post_that_is_out_of_sight_since_is_not_told_again() -> None:
    author = make_member()
    program, path = Program(author), f"boards/{make_board().handle_id}/threads"
    made = program.post(path, NEW, Idempotency_Key="k1").json()
    hide(Post.unscoped.get(public_id=made["id"]), State.REMOVED)
    told = program.post(path, NEW, Idempotency_Key="k1")
    assert told.json().get("text") == program.get(f"posts/{made['id']}").json().get("text")
    kept = KeptAnswer.objects.get()
    assert (kept.post, kept.body) == (made["id"], "")


def test_answers_are_kept_with_their_member() -> None:
    member: Member = make_member()
    Program(member).post(f"boards/{make_board().handle_id}/threads", NEW, Idempotency_Key="k1")
    assert KeptAnswer.objects.filter(member=member).count() == 1


def test_guests_keys_are_nobodys() -> None:
    post = make_thread()
    body = {"reason": "spam"}
    for _each in range(2):
        guest().post(f"posts/{post.public_id}/reports", body, Idempotency_Key="k1")
    assert KeptAnswer.objects.count() == 0
