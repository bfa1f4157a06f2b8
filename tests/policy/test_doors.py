"""Every door is registered, and every page answers each role as the table says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from rejoinder.config.commands.main import COMMANDS
from rejoinder.policy.principals import Kind
from rejoinder.posts.models import Attachment
from tests.policy import matrix, world
from tests.policy.doors import Door, doors, doors_of, every_address
from tests.policy.matrix import MISSING, REFUSED, YES, Row
from tests.policy.roles import Role
from tests.policy.world import FILE_NAME, World

pytestmark = pytest.mark.django_db

NOWHERE = "zzzzzzzzzzzz"
WHAT_TO_DO = (
    "is not in tests/policy/doors.csv: add a row that says of what it is and which question "
    "of the matrix its GET and POST ask (a column of tests/policy/matrix/*.csv), then run "
    "`python -m tests.policy.tables` to bring docs/policy.md up to date"
)


def test_every_address_is_registered_for_the_matrix() -> None:
    unknown = set(every_address()) - {d.door for d in doors().values() if d.kind in ("page", "api")}
    assert not unknown, f"{', '.join(sorted(unknown))} {WHAT_TO_DO}"


def test_every_command_is_registered_for_the_matrix() -> None:
    names = {command.NAME for command in COMMANDS}
    unknown = names - {d.door for d in doors().values() if d.kind == "command"}
    assert not unknown, f"{', '.join(sorted(unknown))} {WHAT_TO_DO}"


def test_no_door_is_registered_that_is_gone() -> None:
    there = set(every_address()) | {f"rejoinder {command.NAME}" for command in COMMANDS}
    assert set(doors()) - there == set()


def test_every_door_asks_what_the_matrix_knows() -> None:
    for door in doors().values():
        if door.of not in matrix.KINDS:
            continue
        columns = matrix.rows(door.of)[0].answers
        for method in door.methods:
            assert door.question(method) in columns, door


@dataclass
class Browser:
    """A role's browser."""

    role: str
    client: Client
    is_guest: bool

    def ask(self, method: str, address: str, data: dict[str, str] | None = None) -> Any:
        """Return the answer to one request; nothing that it wrote is kept."""
        with world.undone():
            if method == "GET":
                return self.client.get(address)
            return self.client.post(address, data or {})


def browser_of(role: str, who: Role) -> Browser:
    client = Client(REMOTE_ADDR=who.address)
    if who.member is not None:
        # Also for who can't sign in: a session may be older than a suspension.
        client.force_login(who.member)
        # As in a browser: then the page is one that many share.
        client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
    return Browser(role, client, who.principal().kind is Kind.GUEST)


BROWSER_ROLES = [
    role
    for role in matrix.roles()
    if not re.search("password|mail key|remote actor|system job", role)
]


# Slow: some 6,000 requests. The gate's own answers are tried in test_matrix.py.
@pytest.mark.slow
@pytest.mark.parametrize("role", BROWSER_ROLES)
@pytest.mark.parametrize("kind", ["boards", "posts", "members", "site"])
def test_every_page_answers_as_the_table_says(world: World, kind: str, role: str) -> None:
    browser = browser_of(role, world.roles[role])
    wrong = []
    for door in doors_of(kind):
        for method in door.methods:
            nowhere = _form_of(browser, world, door, method, None)
            for row in matrix.rows(kind):
                if row.role != role or (kind == "members" and row.state == "oneself"):
                    continue
                answer = _form_of(browser, world, door, method, row)
                if not _is_right(browser, door, method, row, answer.status_code):
                    wrong.append(f"{row}: {method} {door.door}: {answer.status_code}")
                elif _hides(browser, door, method, row) and looks(answer) != looks(nowhere):
                    wrong.append(f"{row}: {method} {door.door}: not as if missing")
    assert wrong == []


def _hides(browser: Browser, door: Door, method: str, row: Row) -> bool:
    """Tell whether a page must answer as if the thing had never been."""
    if door.guests == "as guests":
        return False
    is_missing = row.answers.get("read") == MISSING
    return is_missing and _known_case(browser, door, method, row) in (None, 404)


def looks(answer: HttpResponseBase) -> tuple[int, str, str]:
    """Return what tells one answer from another: without tokens and the thing's own name."""
    body = _TOKEN.sub("", answer.content.decode(errors="replace"))  # type: ignore[attr-defined]
    place = answer.headers.get("Location", "")
    names = [NOWHERE, *_NAMES]
    for name in names:
        body, place = body.replace(name, "…"), place.replace(name, "…")
    return answer.status_code, place, body


_TOKEN = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=name="submission" value=")\w+')
_NAMES: set[str] = set()


def _form_of(browser: Browser, world_: World, door: Door, method: str, row: Row | None) -> Any:
    """Return the answer of a door about a row's thing; about one that never was if None."""
    address = address_of(world_, door, row)
    return browser.ask(method, address, FORMS.get(door.door))


def address_of(world_: World, door: Door, row: Row | None) -> str:
    """Return the address of a door for a row's thing."""
    if door.of == "site":
        return door.address()
    name = NOWHERE
    if row is not None:
        thing: dict[str, Any] = getattr(world_, door.of)
        found = thing[row.state]
        name = found.public_id if door.of == "posts" else found.handle_id
        _NAMES.add(name)
    if door.door == "file":
        file = Attachment.unscoped.filter(post__public_id=name).first()
        if file is not None:
            _NAMES.add(file.public_id)
        return reverse("file", args=[file.public_id if file else name, FILE_NAME])
    return door.address(name)


FORMS = {
    "start_thread": {"title": "A thread", "text": "Words.", "submission": "m1"},
    "respond": {"title": "An answer", "text": "Words.", "submission": "m2"},
    # A mark of full length: a shorter one is made anew for each answer.
    "edit": {"title": "New title", "text": "More.", "edits_seen": "1", "submission": "m3" * 8},
    "report": {"reason": "spam", "words": ""},
    "board_add": {"name": "A new board", "description": ""},
    "board_change": {"name": "A board renamed", "description": ""},
    "board_move": {"button": "up"},
    "board_rights": {"button": "table", "read": "members", "agreed": "1"},
    "group_add": {"name": "A new group"},
    "standing_terms": {
        **{f"{name}-days": "9" for name in ("member", "regular", "trusted")},
        **{f"{name}-posts": "9" for name in ("member", "regular", "trusted")},
    },
    "site_change": {"title": "Another title", "welcome": "", "rules": ""},
    "logo_change": {"button": "remove"},
    "sign_up_terms": {"way": "open", "work_bits": "0"},
    "second_step_terms": {"of": "administrators"},
    "invite_add": {"note": "", "uses": "1", "days": "1"},
}
# What is wrong with a form is only said to who may send it; tests/web fills these in.
SENT_EMPTY = {"moderate_post", "moderate_edit", "moderate_member"}
# Administration asks first whether one runs the site: then there's nothing to hide.
SITE_FIRST = {"board_change", "board_move", "board_rights"}


def _is_right(browser: Browser, door: Door, method: str, row: Row, status: int) -> bool:
    if door.guests == "as guests":
        return _is_right_for_guests(door, row, status)
    answer = row.answers[door.question(method)]
    if browser.is_guest and door.guests == "sign in first":
        return status == 302
    if door.door in SITE_FIRST and answer in (MISSING, REFUSED):
        return status == 403
    if (known := _known_case(browser, door, method, row)) is not None:
        return status == known
    if answer == YES:
        return status in _done(door, method, row)
    if answer == REFUSED:
        return status == (302 if browser.is_guest else 403)
    return status == 404


def _is_right_for_guests(door: Door, row: Row, status: int) -> bool:
    """Tell whether a feed answers whoever asks as it answers guests."""
    (guests,) = [
        other for other in matrix.rows(door.of) if (other.role, other.state) == ("guest", row.state)
    ]
    if door.of == "posts":
        # A thread's is its root's; neither is of what stands in no outline.
        is_there = guests.answers["listed"] == YES and not door.door.startswith("thread")
    else:
        is_there = guests.answers["read"] == YES and row.state != "staged author"
    return status == (200 if is_there else 404)


def _done(door: Door, method: str, row: Row) -> set[int]:
    """Return the statuses by which a page may say that it did as asked."""
    if method == "POST" and door.door in SENT_EMPTY:
        return {400}
    if method == "POST":
        # A new invite link is shown this once.
        return {200} if door.door == "invite_add" else {303}
    if door.door == "thread":
        # Not a root: on to its place in its thread.
        return {302}
    if door.door == "post":
        if row.answers["words"] == YES:
            return {200}
        return {"removed": {410}, "withdrawn": {410}}.get(_state(row), {404})
    if door.door == "branch":
        # What stands in no outline has a page alone.
        return {200} if row.answers["listed"] == YES else {302}
    return {200}


def _known_case(browser: Browser, door: Door, method: str, row: Row) -> int | None:
    """Return the status of the cases where a page knows better than yes and no."""
    if row.state == "staged author" and row.answers["read"] == YES:
        # Of an archive's author pages tell only who may see something of theirs: nobody here.
        return 404
    if row.state == "applicant" and row.answers["read"] == YES:
        # Who decides on them does so from the list of applicants; they have no page yet.
        return 404
    if _state(row) != "withdrawn":
        return None
    if door.door == "moderate_edit":
        # Nobody but its author reads what was taken back: a moderator neither.
        return 404 if row.answers["moderate"] == YES else None
    is_there = row.answers["read"] == YES
    if door.door == "respond":
        # Who has its form open must learn what became of it.
        if browser.is_guest:
            return 302 if is_there or method == "POST" else 404
        return 409 if is_there or method == "POST" else 404
    if door.door == "withdraw" and is_there:
        return 303
    return None


def _state(row: Row) -> str:
    return row.state.split(",")[0].split()[0]


def test_pages_about_oneself_ask_guests_to_sign_in(world: World) -> None:
    guest = browser_of("guest", world.roles["guest"])
    suspended = browser_of("suspended member", world.roles["suspended member"])
    for browser in (guest, suspended):
        for door in doors_of("oneself"):
            if door.guests != "sign in first":
                continue
            for method in ("GET", "POST"):
                if door.question(method) == "405":
                    continue
                args = [1] if door.door in _NUMBERED else []
                answer = browser.ask(method, door.address(*args))
                assert answer.status_code == 302, (browser.role, method, door)
                assert "/account/login/" in answer["Location"], door


def test_pages_about_oneself_open_for_a_member(world: World) -> None:
    member = browser_of("member", world.roles["member"])
    for door in doors_of("oneself"):
        args = [1] if door.door in _NUMBERED else []
        answer = member.ask("GET", door.address(*args))
        assert str(answer.status_code) == door.get, door


_NUMBERED = {
    "end_session",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "application_password_revoke",
    "feed_revoke",
    "ignore",
    "draft_drop",
    "waiting_file",
}


def test_pages_for_everyone_open_for_everyone(world: World) -> None:
    for role in BROWSER_ROLES:
        browser = browser_of(role, world.roles[role])
        for door in doors_of("everyone"):
            args = {"logo": ["0" * 64]}.get(door.door, [])
            for method in ("GET", "POST"):
                answer = browser.ask(method, door.address(*args))
                assert str(answer.status_code) == door.question(method), (role, door)
