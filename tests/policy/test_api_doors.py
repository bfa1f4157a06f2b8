"""Every operation asks the gate: each role of the matrix that comes by a program, at each door."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rejoinder.policy.scopes import Scope
from rejoinder.posts.models import Attachment
from tests.api.asking import Program, guest, of_somebody, problem
from tests.policy import matrix
from tests.policy.doors import BY_DEED, BY_LINK, Door, doors
from tests.policy.matrix import REFUSED, YES, Row
from tests.policy.test_doors import _state
from tests.policy.world import World, undone

pytestmark = pytest.mark.django_db

SCOPES = {
    "guest": (),
    "password that reads": (Scope.READ,),
    "password that writes": (Scope.POST,),
    "password that moderates": (Scope.MODERATE,),
    "password that moderates, without": (Scope.MODERATE,),
}
BODIES: dict[str, Any] = {
    "api_threads": {"title": "A thread"},
    "api_responses": {"title": "An answer"},
    "api_report": {"reason": "spam"},
    "api_deeds": {"deed": "hold", "reason": "Why.", "is_preview": True},
    "api_desk_decide": {"deed": "approve", "cases": ["none"]},
    "api_desk_appeal_decide": {"is_upheld": True, "words": "So."},
    "api_undo": {},
    "api_warn": {"reason": "Why."},
    "api_appeal": {"words": "Wrong."},
}
OF_API = [door for door in doors().values() if door.kind == "api"]


def send(program: Program, method: str, address: str, door: str) -> Any:
    with undone():
        if method == "GET":
            return program.get(address)
        return program.post(address, BODIES.get(door))


@pytest.mark.parametrize("role", SCOPES)
@pytest.mark.parametrize("kind", ["boards", "posts"])
def test_every_operation_answers_as_the_table_says(world: World, kind: str, role: str) -> None:
    member = world.roles[role].member
    program = Program(member, *SCOPES[role])
    program.client = Client(REMOTE_ADDR=world.roles[role].address)
    wrong = []
    for door in OF_API:
        for method in door.methods if door.of == kind else ():
            for row in matrix.rows(kind):
                if row.role != role:
                    continue
                thing: Any = getattr(world, kind)[row.state]
                name = thing.public_id if kind == "posts" else thing.handle_id
                if door.door == "api_file":
                    file = Attachment.unscoped.filter(post=thing).first()
                    name = file.public_id if file else "none"
                    if file is None:
                        continue
                answer = send(program, method, door.address(name), door.door)
                if answer.status_code not in expected(door, method, row, role):
                    wrong.append(f"{row}: {method} {door.door}: {answer.status_code}")
    assert wrong == []


def expected(door: Door, method: str, row: Row, role: str) -> set[int]:
    """Return the statuses that are right for a row of the matrix."""
    answer = row.answers[door.question(method)]
    if _state(row) == "withdrawn" and door.door in ("api_responses", "api_withdraw"):
        # Who had it open learns what became of it.
        return {200, 201, 401, 403, 404, 409}
    if answer == YES:
        return {200, 201, 204}
    if answer == REFUSED:
        return {401} if role == "guest" else {403}
    return {404}


def address_of(door: Door) -> str:
    for args in ([], ["zzzzzzzzzzzz"]):
        try:
            return door.address(*args)
        except Exception:
            continue
    raise AssertionError(door)


@pytest.mark.parametrize("door", [d for d in OF_API if BY_DEED in (d.get, d.post)], ids=str)
def test_what_moderators_do_is_nobody_elses(door: Door) -> None:
    for method in ("GET", "POST"):
        if door.question(method) != BY_DEED:
            continue
        by_guest = send(guest(), method, address_of(door), door.door)
        assert by_guest.status_code in (401, 404), door
        by_member = send(of_somebody(), method, address_of(door), door.door)
        assert by_member.status_code in (403, 404), door


@pytest.mark.parametrize("door", [d for d in OF_API if d.of == "oneself"], ids=str)
def test_what_is_ones_own_is_no_guests(door: Door) -> None:
    for method in ("GET", "POST"):
        question = door.question(method)
        if question == "405" and door.door not in {"api_ignore", "api_draft"}:
            continue
        answer = send(guest(), method, address_of(door), door.door)
        assert answer.status_code in (400, 401, 405), (door, method)


@pytest.mark.parametrize("door", [d for d in OF_API if BY_LINK in (d.get, d.post)], ids=str)
def test_a_link_that_leads_nowhere_is_missing(door: Door) -> None:
    for method in ("GET", "POST"):
        if door.question(method) == BY_LINK:
            answer = send(guest(), method, address_of(door), door.door)
            assert problem(answer) == (404, "missing"), door
