"""Proof of work: what is asked, what is taken, and what isn't."""

from __future__ import annotations

import time

import pytest
from django.db import transaction

from rejoinder.errors import BadInput
from rejoinder.limits import work

pytestmark = pytest.mark.django_db

BITS = 8


def solve(challenge: work.Challenge) -> str:
    """Return what a browser would find."""
    number = 0
    while not work.is_solved(challenge, str(number)):
        number += 1
    return str(number)


def test_a_solved_challenge_is_taken_once() -> None:
    challenge = work.new_challenge(BITS)
    answer = solve(challenge)
    work.spend(work.check(challenge.token, answer, BITS))
    with pytest.raises(BadInput, match="Send the form again"):
        work.check(challenge.token, answer, BITS)
    with pytest.raises(BadInput, match="Send the form again"):
        work.spend(challenge)


def test_work_is_not_used_up_by_what_fails() -> None:
    challenge = work.new_challenge(BITS)
    with transaction.atomic():
        work.spend(challenge)
        transaction.set_rollback(True)
    assert work.check(challenge.token, solve(challenge), BITS) == challenge


def test_a_late_answer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = work.new_challenge(BITS)
    later = time.time() + work.LIVES.total_seconds() + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    with pytest.raises(BadInput):
        work.check(challenge.token, solve(challenge), BITS)


def test_an_easier_challenge_than_the_site_asks_now_is_refused() -> None:
    challenge = work.new_challenge(BITS - 1)
    with pytest.raises(BadInput):
        work.check(challenge.token, solve(challenge), BITS)


@pytest.mark.parametrize("answer", ["", "-1", "1.5", "٣", "x", "1" * 21, " 1"])
def test_an_answer_that_is_no_number_is_refused(answer: str) -> None:
    challenge = work.new_challenge(0)
    with pytest.raises(BadInput):
        work.check(challenge.token, answer, 0)


@pytest.mark.parametrize("token", ["", "x", "a:b:c", "WyJhIiwxXQ:1:x"])
def test_a_challenge_that_is_not_the_sites_is_refused(token: str) -> None:
    with pytest.raises(BadInput):
        work.check(token, "1", 0)


def test_a_wrong_number_is_refused() -> None:
    challenge = work.new_challenge(20)
    wrong = next(str(n) for n in range(100) if not work.is_solved(challenge, str(n)))
    with pytest.raises(BadInput):
        work.check(challenge.token, wrong, 20)
