"""Each deed of moderators and administrators, asked for at its door by each role.

`matrix/at_doors.csv` says what each is answered: a line for each deed, a column for each role.
The form that is sent is a good one, so that "done" means that it was done: its effect is looked
for, and looked for in vain wherever something else is answered. What a role can't see answers
as what never was. Whoever has no browser asks the deed itself; so do all others, too.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rejoinder.errors import Conflict, Missing, Refused
from tests.policy import matrix, world
from tests.policy.deed_cases import CASES, Asked, Name
from tests.policy.doors import BY_DEED, doors
from tests.policy.test_doors import _NAMES, NOWHERE, browser_of, looks
from tests.policy.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.one_engine]

DONE, REFUSED, MISSING, SIGN_IN, NO_CHOICE = "done", "refused", "missing", "sign in", "no choice"
NO_NUMBER = 999_999


@pytest.mark.parametrize("name", CASES)
def test_each_role_is_answered_as_the_table_says(world: World, name: str) -> None:
    asked, wrong = CASES[name], []
    for role, expected in matrix.at_doors()[name].items():
        by_page = world.roles[role].uses_browser and role != "remote actor"
        if by_page:
            wrong += [f"{role}, page: {said}" for said in _at_page(world, asked, role, expected)]
        if asked.deed is not None:
            wrong += [f"{role}, deed: {said}" for said in _by_deed(world, asked, role, expected)]
        elif not by_page:
            assert expected == "", (name, role, "nobody asks for it")
    assert wrong == []


def _at_page(world_: World, asked: Asked, role: str, expected: str) -> list[str]:
    """Return what differs from the answer that a role is to get, and from what is to follow."""
    browser = browser_of(role, world_.roles[role])
    with world.undone():
        asked.before(world_)
        assert asked.is_done is None or not asked.is_done(world_), "done before it was asked for"
        answer = _send(browser.client, world_, asked, asked.thing(world_))
        is_done = asked.is_done is not None and asked.is_done(world_)
    statuses = {
        DONE: asked.done,
        REFUSED: 403,
        MISSING: asked.missing,
        SIGN_IN: 302,
        NO_CHOICE: 400,
    }
    wrong = []
    if answer.status_code != statuses[expected]:
        wrong.append(f"{answer.status_code} instead of {expected}")
    if asked.is_done is not None and is_done is not (expected == DONE):
        wrong.append(f"{'it was' if is_done else 'not'} done, and is to be {expected}")
    if expected == SIGN_IN and "/account/login/" not in answer.headers.get("Location", ""):
        wrong.append("isn't led to sign in")
    is_hidden = expected == MISSING or (expected == NO_CHOICE and not asked.in_address)
    if is_hidden and not wrong:
        wrong += _tells(browser.client, world_, asked, answer)
    return wrong


def _tells(client: Client, world_: World, asked: Asked, answer: Any) -> list[str]:
    """Return whether the answer about something differs from the one about nothing."""
    thing = asked.thing(world_)
    with world.undone():
        asked.before(world_)
        of_nothing = _send(client, world_, asked, _nothing(asked, thing))
    _NAMES.add(str(thing))
    return [] if looks(answer) == looks(of_nothing) else ["not as if missing"]


def _nothing(asked: Asked, thing: Name) -> Name:
    return NO_NUMBER if isinstance(thing, int) else NOWHERE


def _send(client: Client, world_: World, asked: Asked, thing: Name) -> Any:
    args = [thing] if asked.in_address else asked.address(world_)
    address, form = reverse(asked.door, args=args), asked.form(world_, thing)
    return client.get(address, form) if asked.method == "GET" else client.post(address, form)


def _by_deed(world_: World, asked: Asked, role: str, expected: str) -> list[str]:
    principal = world_.roles[role].principal()
    assert asked.deed is not None
    assert asked.is_done is not None
    with world.undone():
        asked.before(world_)
        try:
            asked.deed(principal, world_)
            said = DONE
        except (Refused, Missing) as error:
            said = REFUSED if isinstance(error, Refused) else MISSING
        except Conflict:
            if not asked.takes_ones_own:
                raise
            said = REFUSED
        is_done = asked.is_done(world_)
    if is_done is not (expected == DONE) or is_done is not (said == DONE):
        return [f"{said}, {'done' if is_done else 'not done'}, and is to be {expected}"]
    # Who has no page to hide behind is told which it was.
    if not world_.roles[role].uses_browser and expected not in (said, NO_CHOICE):
        return [f"{said} instead of {expected}"]
    return []


def test_the_table_has_every_deed_and_every_role(world: World) -> None:
    assert set(matrix.at_doors()) == set(CASES)
    for name, row in matrix.at_doors().items():
        assert list(row) == list(world.roles), name


def test_every_door_that_asks_by_deed_is_asked() -> None:
    asked = {(case.door, case.method) for case in CASES.values()}
    for door in doors().values():
        for method in ("GET", "POST"):
            assert door.kind != "page" or door.question(method), (door, "asks nothing")
            # Those of the API are tried in tests/policy/test_api_doors.py.
            if door.kind == "page" and door.question(method) == BY_DEED:
                assert (door.door, method) in asked, (door.door, method)
