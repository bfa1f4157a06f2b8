"""After any deed, what the front answers is what Django would answer now, on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.urls import set_script_prefix

from rejoinder.boards.administer import (
    BoardChange,
    SiteChange,
    add_board,
    change_board,
    change_site,
    move_board,
)
from rejoinder.boards.grants import private_to, set_rights
from rejoinder.boards.models import Board
from rejoinder.members.accounts import rename
from rejoinder.members.leave import leave
from rejoinder.members.models import Group, Member
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import grafts, members, states, threads, undo, words
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.models import Deed
from rejoinder.policy.principals import system
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.withdraw import withdraw
from rejoinder.serving.freshness import wait_until_known
from rejoinder.serving.front import Front
from rejoinder.threads.models import Post
from tests.factories import (
    make_board,
    make_group,
    make_held,
    make_member,
    make_response,
    make_thread,
    principal_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

WHY = Why("It says so in the rules.")


@dataclass
class World:
    """Two boards with a thread each, and who did what there."""

    first: Board
    second: Board
    root: Post
    answer: Post
    deep: Post
    held: Post
    other: Post
    author: Member
    group: Group
    chief: Any

    def post(self, post: Post) -> Post:
        """Return a post as it is now."""
        return Post.unscoped.select_related("board", "thread", "author", "parent").get(pk=post.pk)


def make_world() -> World:
    first, second = make_board("Quay"), make_board("Market")
    author = make_member("Ada Reader")
    root = make_thread(first, "Root", "Some text.", author)
    answer = make_response(root, "Answer", "An answer.", author)
    deep = make_response(answer, "Deep", "Deeper.")
    other = make_thread(second, "Other", "Elsewhere.", author)
    make_response(other, "Beside", "")
    chief = make_member("Chief", is_administrator=True)
    held = make_held(root, "Held back", "Not yet.", author)
    group = make_group("Club", author)
    return World(first, second, root, answer, deep, held, other, author, group, principal_of(chief))


def undone(world: World, deed: Deed) -> None:
    undo.undo(world.chief, Deed.unscoped.get(pk=deed.pk))


DEEDS: dict[str, Callable[[World], object]] = {
    "a response": lambda w: make_response(w.root, "New one", "New text", w.author),
    "a thread": lambda w: make_thread(w.first, "New thread", "", w.author),
    "an edit": lambda w: edit(
        principal_of(w.author), w.post(w.answer), Change("Another title", "Other", 0)
    ),
    "a withdrawal": lambda w: withdraw(principal_of(w.author), w.post(w.answer)),
    "a root's withdrawal": lambda w: withdraw(principal_of(w.author), w.post(w.root)),
    "an approval": lambda w: states.approve(w.chief, targets.this(w.post(w.held))),
    "a removal": lambda w: states.remove(w.chief, targets.this(w.post(w.answer)), WHY),
    "a branch removed": lambda w: states.remove(w.chief, targets.branch(w.post(w.answer)), WHY),
    "all of a member's removed": lambda w: states.remove(w.chief, targets.all_by(w.author), WHY),
    "a hold": lambda w: states.hold(w.chief, targets.this(w.post(w.deep)), WHY),
    "a removal undone": lambda w: undone(
        w, states.remove(w.chief, targets.this(w.post(w.answer)), WHY).deed
    ),
    "a moderator's edit": lambda w: words.edit(
        w.chief, w.post(w.answer), Change("Milder", "Milder words", 0), WHY
    ),
    "a lock": lambda w: threads.lock(w.chief, w.root.thread),
    "a pin": lambda w: threads.pin(w.chief, w.root.thread),
    "slow mode": lambda w: threads.slow_down(w.chief, w.root.thread, 60),
    "a lock undone": lambda w: undone(w, threads.lock(w.chief, w.root.thread)),
    "a move": lambda w: grafts.move(w.chief, w.post(w.root), w.second),
    "a split": lambda w: grafts.split(w.chief, w.post(w.answer)),
    "a merge": lambda w: grafts.merge(w.chief, w.post(w.other), w.post(w.deep)),
    "a branch hung elsewhere": lambda w: grafts.rehang(w.chief, w.post(w.deep), w.post(w.other)),
    "a split undone": lambda w: undone(w, grafts.split(w.chief, w.post(w.answer))),
    "a ban": lambda w: members.ban(w.chief, w.author, WHY),
    "a new name": lambda w: rename(principal_of(w.author), w.author, "Ada Writer"),
    "an account deleted": lambda w: leave(
        principal_of(w.author), Member.objects.get(pk=w.author.pk), withdraws=False
    ),
    "an account deleted with its posts": lambda w: leave(
        principal_of(w.author), Member.objects.get(pk=w.author.pk), withdraws=True
    ),
    "a board renamed": lambda w: change_board(w.chief, w.first, BoardChange("Pier", "New", False)),
    "a board closed": lambda w: change_board(w.chief, w.first, BoardChange("Quay", "", True)),
    "a board hidden": lambda w: set_rights(w.chief, w.first, private_to(frozenset({w.group.pk}))),
    "a board added": lambda w: add_board(system("tests"), "Third"),
    "boards in another order": lambda w: move_board(w.chief, w.second, -1),
    "the site renamed": lambda w: change_site(
        w.chief, SiteChange("Another site", "Welcome!", "Be nice.")
    ),
}


class Doors:
    """Django alone, and with the front before it."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.passed = 0
        self.front = Front(
            self._counting, octets=64_000_000, cookies=[settings.SESSION_COOKIE_NAME]
        )

    def _counting(self, environ: Any, start_response: Any) -> Any:
        self.passed += 1
        return self.django(environ, start_response)

    def answer(self, door: Any, address: str) -> tuple[str, bytes]:
        path, _mark, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
        }  # fmt: skip
        heads: list[Any] = []
        response = door(environ, lambda *head: heads.append(head))
        body = b"".join(response)
        return heads[0][0], body


@pytest.fixture
def doors() -> Iterator[Doors]:
    opened = Doors()
    yield opened
    opened.front._watch.close()
    set_script_prefix("/")


def addresses() -> list[str]:
    """Return every guests' page of the world, as it is now and was."""
    found = ["/", "/rules", "/feed.atom", "/feed.json"]
    for board in Board.unscoped.all():
        found += [f"/b/{board.handle_id}", f"/b/{board.handle_id}?within=day"]
        found += [f"/b/{board.handle_id}/feed.atom"]
    for post in Post.unscoped.all():
        found += [f"/p/{post.public_id}"]
        if post.parent_id is None:
            found += [f"/t/{post.public_id}", f"/t/{post.public_id}?as=nested"]
            found += [f"/t/{post.public_id}/feed.atom"]
        else:
            found += [f"/p/{post.public_id}/branch", f"/p/{post.public_id}/feed.atom"]
    authors = Post.unscoped.values("author")
    handles = [member.handle_id for member in Member.objects.filter(pk__in=authors)]
    return found + [f"/m/{handle}{path}" for handle in handles for path in ("", "/feed.atom")]


# Who is banned is silent, and what was undone stands as it stood.
CHANGES_NOTHING = {"a ban", "a removal undone", "a lock undone", "a split undone"}


@pytest.mark.slow
@pytest.mark.parametrize("name", DEEDS)
def test_no_page_is_from_before_a_deed(name: str, doors: Doors) -> None:
    world = make_world()
    wait_until_known()
    before = addresses()
    for address in before:
        doors.answer(doors.front, address)
    made = doors.passed
    as_they_were = {address: doors.answer(doors.front, address) for address in before}
    # What isn't here, as the held post and its branch, is asked for again; all else isn't.
    assert doors.passed - made == 3
    DEEDS[name](world)
    wait_until_known()
    answers = {address: doors.answer(doors.django, address) for address in before}
    # Else what is the same anyway would be compared.
    assert (answers == as_they_were) == (name in CHANGES_NOTHING)
    for address in dict.fromkeys([*before, *addresses()]):
        told = doors.answer(doors.front, address)
        assert told == doors.answer(doors.django, address), address
