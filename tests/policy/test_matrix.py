"""Every cell of the truth table, asked of the gate and tried by the deeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model, QuerySet

from rejoinder.boards.models import Board, Site
from rejoinder.errors import Conflict, Missing, Refused
from rejoinder.members.models import Group, Invite, Member
from rejoinder.moderation.models import Case, Deed
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.reading.models import ReadMarks
from rejoinder.threads.models import Post, State, Thread
from tests.policy import matrix, world
from tests.policy.matrix import MISSING, NO, REFUSED, YES, Row
from tests.policy.world import World

pytestmark = pytest.mark.django_db

VERBS = {verb.value: verb for verb in gate.Verb}
FIELDS = {field.value: field for field in gate.Field}
ROLES = matrix.roles()


def thing_of(world_: World, row: Row) -> Any:
    """Return what a row is about, just read from the database."""
    if row.kind == "site":
        return world_.site
    if row.kind == "groups":
        return Group.unscoped.get(pk=world_.of_groups[row.state].pk)
    if row.kind in ("invites", "read_marks", "cases", "deeds"):
        return _KINDS[row.kind].unscoped.get(pk=getattr(world_, row.kind)[row.state].pk)
    if row.kind == "members":
        subject = world_.members[row.state] or world_.roles[row.role].member
        assert subject is not None
        return Member.objects.get(pk=subject.pk)
    read: dict[str, Callable[[World, str], Model]] = {
        "boards": world.board,
        "threads": world.thread,
        "posts": world.post,
    }
    return read[row.kind](world_, row.state)


def rows_of(thing: Model) -> QuerySet[Any]:
    return type(thing).objects.filter(pk=thing.pk)  # type: ignore[attr-defined]


def answer(principal: Principal, question: str, thing: Any) -> str:
    """Return what the gate says to a question of the data."""
    if question == "listed":
        return YES if gate.visible(principal, rows_of(thing)).exists() else NO
    if question in FIELDS:
        return YES if gate.shows(principal, FIELDS[question], thing) else NO
    verb = VERBS[question]
    try:
        gate.check(principal, verb, thing)
    except Missing:
        assert not gate.may(principal, gate.Verb.READ, thing)
        return MISSING
    except Refused:
        assert not gate.may(principal, verb, thing)
        return REFUSED
    assert gate.may(principal, verb, thing)
    return YES


def differing(world_: World, role: str, kind: str) -> list[str]:
    principal = world_.roles[role].principal()
    wrong = []
    for row in matrix.rows(kind):
        if row.role != role:
            continue
        thing = thing_of(world_, row)
        for question, expected in row.answers.items():
            if (said := answer(principal, question, thing)) != expected:
                wrong.append(f"{row}, {question}: {said}, not {expected}")
    return wrong


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", matrix.KINDS)
def test_the_gate_answers_as_the_table_says(world: World, role: str, kind: str) -> None:
    assert differing(world, role, kind) == []


@pytest.mark.parametrize("role", ROLES)
def test_rows_that_open_by_name_are_those_that_may_be_read(world: World, role: str) -> None:
    principal = world.roles[role].principal()
    for kind in set(matrix.KINDS) - {"site"}:
        for row in matrix.rows(kind):
            if row.role != role or (kind, row.state) == ("threads", "emptied"):
                continue
            opens = gate.reachable(principal, rows_of(thing_of(world, row))).exists()
            assert opens == (row.answers["read"] == YES), row


def outcome(deed: Callable[[], object]) -> str:
    try:
        with world.undone():
            deed()
    except Missing:
        return MISSING
    except Refused:
        return REFUSED
    except Conflict:
        return "conflict"
    return YES


@pytest.mark.parametrize("role", ROLES)
def test_the_deeds_do_as_the_table_says(world: World, role: str) -> None:
    principal = world.roles[role].principal()
    # A job of the system writes nothing new.
    wrong = []
    for row in matrix.rows("posts"):
        if row.role != role:
            continue
        for verb, deed in _DEEDS.items():
            said = outcome(lambda deed=deed, row=row: deed(principal, thing_of(world, row)))
            if said != _expected(world, row, verb):
                wrong.append(f"{row}, {verb}: {said}, not {_expected(world, row, verb)}")
    for row in matrix.rows("boards"):
        if row.role != role:
            continue
        said = outcome(lambda row=row: _start(principal, thing_of(world, row)))
        if said != row.answers["start a thread"]:
            wrong.append(f"{row}, start a thread: {said}")
    assert wrong == []


def _expected(world_: World, row: Row, verb: str) -> str:
    """Return how a deed ends: to answer what was withdrawn meanwhile is a conflict.

    Whoever reads the board may have had its form open.
    """
    if verb == "respond" and row.state.startswith("withdrawn"):
        return "conflict"
    return row.answers[verb]


def _respond(principal: Principal, post: Post) -> None:
    add(principal, Draft(title="An answer", parent=post))


def _edit(principal: Principal, post: Post) -> None:
    edit(principal, post, Change("Another title", "Other words.", post.edits_count))


def _start(principal: Principal, board: Board) -> None:
    add(principal, Draft(title="A thread", board=board))


_DEEDS: dict[str, Callable[[Principal, Post], None]] = {
    "respond": _respond,
    "edit": _edit,
    "withdraw": withdraw,
}


def test_the_data_has_every_role_before_every_state(world: World) -> None:
    assert set(world.roles) == set(ROLES)
    assert set(world.posts) == set(matrix.states("posts"))
    assert set(world.threads) == set(matrix.states("threads"))
    assert set(world.boards) - {"elsewhere"} == set(matrix.states("boards"))
    assert set(world.members) == set(matrix.states("members"))
    for kind in set(matrix.KINDS) - {"members"}:
        for state in matrix.states(kind):
            assert [r.role for r in matrix.rows(kind) if r.state == state] == ROLES


def test_the_data_asks_everything_that_rooms_registered() -> None:
    """A verb or field registered for a kind of thing is a column of that kind's data."""
    asked = {
        (question, kind)
        for name, kind in _KINDS.items()
        for question in matrix.rows(name)[0].answers
    }
    registered = {(verb.value, kind) for verb, kind in gate._predicates}
    registered |= {(field.value, kind) for field, kind in gate._fields}
    unasked = {pair for pair in registered if pair not in asked and pair[1] in _KINDS.values()}
    assert unasked == set(), "add a column to tests/policy/matrix/*.csv and to docs/policy.md"
    others = {kind for _question, kind in registered} - set(_KINDS.values())
    assert others == set(), "add a file of rows to tests/policy/matrix/ and its kind here"


def test_post_states_of_the_world_are_what_the_data_calls_them(world: World) -> None:
    names = {
        "visible": State.VISIBLE,
        "held": State.HELD,
        "removed": State.REMOVED,
        "withdrawn": State.WITHDRAWN,
        "missing": State.MISSING,
    }
    for name, post in world.posts.items():
        first = name.split(",")[0].split()[0]
        now = Post.unscoped.get(pk=post.pk)
        assert now.state == names[first]
        assert (now.responses_count > 0) == (", answered" in name)


_KINDS: dict[str, Any] = {
    "boards": Board,
    "threads": Thread,
    "posts": Post,
    "members": Member,
    "groups": Group,
    "invites": Invite,
    "read_marks": ReadMarks,
    "cases": Case,
    "deeds": Deed,
    "site": Site,
}
