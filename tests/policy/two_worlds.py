"""Two worlds that differ only in what an outsider mustn't learn.

Both have the same public boards, threads, posts and members, with the same names and times.
The second has private content between it: other boards, held posts, other words where words
aren't shown, groups, cases, reports, passwords, addresses. Its serials all differ.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import cache, timezone

from rejoinder.boards.administer import add_board
from rejoinder.boards.grants import MEMBERS_ONLY, NOBODY, Rights, announcements, put_rights
from rejoinder.boards.models import Ability, Board
from rejoinder.boards.site import the_site
from rejoinder.files import store
from rejoinder.members.accounts import staged_member
from rejoinder.members.models import ApplicationPassword, Ignore, Invite, Member, Membership
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, Report
from rejoinder.moderation.models import Role as DeedRole
from rejoinder.policy.principals import Standing, system
from rejoinder.posts.drafts import FoundPost
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.models import Attachment
from rejoinder.posts.restore import restore
from rejoinder.threads.models import Post, PostText, State, Thread
from tests.factories import (
    hide,
    make_board,
    make_group,
    make_held,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)

BEGINNING = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
LATER = BEGINNING + timedelta(days=40)


class _Same(random.Random):
    """Chance that always gives the same."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    def choice(self, letters: Any) -> Any:
        return letters[self.number % len(letters)]

    def randrange(self, below: int) -> int:
        return self.number % below

    def randbytes(self, octets: int) -> bytes:
        return self.number.to_bytes(octets, "big")


class Pinned:
    """Chance and time as a world's making, or a crawl, wants them."""

    def __init__(self) -> None:
        self.chance = random.Random(0)
        self.now = BEGINNING
        self._public, self._private = random.Random("public"), random.Random("private")

    def choice(self, letters: Any) -> Any:
        return self.chance.choice(letters)

    def randbelow(self, below: int) -> int:
        return self.chance.randrange(below)

    def token_hex(self, octets: int = 32) -> str:
        return self.chance.randbytes(octets).hex()

    def public(self) -> None:
        """Go on with what both worlds have, a minute later."""
        self.chance = self._public
        self._public_at = getattr(self, "_public_at", BEGINNING) + timedelta(minutes=1)
        self.now = self._public_at

    def private(self) -> None:
        """Go on with what one world has alone, half a minute after what's public."""
        self.chance = self._private
        self.now = self._public_at + timedelta(seconds=30)

    def request(self, number: int) -> None:
        """Make one request like the same one in the other world.

        Chance has one face for each request: how often it's asked isn't seen outside.
        """
        self.chance, self.now = _Same(number), LATER


@contextmanager
def pinned() -> Iterator[Pinned]:
    """Let no chance and no clock tell two worlds apart."""
    pins = Pinned()

    class Frozen(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return pins.now if tz else pins.now.replace(tzinfo=None)

    class Clock:
        @staticmethod
        def time() -> float:
            return pins.now.timestamp()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cache, "time", Clock)
        patch.setattr(timezone, "datetime", Frozen)
        patch.setattr(secrets, "choice", pins.choice)
        patch.setattr(secrets, "randbelow", pins.randbelow)
        patch.setattr(secrets, "token_hex", pins.token_hex)
        patch.setattr(secrets, "token_urlsafe", pins.token_hex)
        yield pins


@dataclass
class Names:
    """What an outsider may know or guess, to ask for."""

    posts: list[str] = field(default_factory=list)
    # Posts, boards, members, files, cases that the second world has alone.
    private: set[str] = field(default_factory=set)
    boards: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)


@dataclass
class Made:
    """One world while it's made."""

    pins: Pinned
    has_private: bool
    # The plain member who looks, and knows no more than other members.
    outsider: Member | None = None
    members: list[Member] = field(default_factory=list)
    names: Names = field(default_factory=Names)

    def secretly(self) -> bool:
        """Tell whether this world has what comes next; go on with it if so."""
        if self.has_private:
            self.pins.private()
        return self.has_private


def make_one(pins: Pinned, *, has_private: bool) -> Made:
    """Make a world in the caller's transaction, and return it."""
    made = Made(pins, has_private)
    pins.public()
    site = the_site()
    site.label, site.title = "label", "Two worlds"
    site.save()
    _members(made)
    if made.secretly():
        _secret_board(made, "Before all else")
    boards = _boards(made)
    for number, board in enumerate(boards):
        _threads(made, board, number)
        if number == 0 and made.secretly():
            _secret_board(made, "Between boards")
    _other_words(made)
    if made.secretly():
        _secrets_of_members(made)
        _secrets_of_the_desk(made, boards[0])
    _collect(made)
    return made


def _members(made: Made) -> None:
    for name in ("Ada", "Bert", "Cleo", "Dora"):
        made.pins.public()
        made.members.append(make_member(name, email=f"{name.lower()}@example.org"))
    made.pins.public()
    made.outsider = make_member("Outsider", email="outsider@example.org")


def _boards(made: Made) -> list[Board]:
    found = []
    writers: Rights = announcements()
    for name, rights in (("News", None), ("Talk", None), ("Notices", writers)):
        made.pins.public()
        board = make_board(name, "What *this* board is for.")
        if rights is not None:
            # Its posts were there before it became a board for announcements.
            board.__dict__["later"] = rights
        found.append(board)
    return found


_STUBS = (State.REMOVED, State.WITHDRAWN, State.HELD)


def _threads(made: Made, board: Board, number: int) -> None:
    ada, bert, cleo, dora = made.members
    # All on the first board, something on the others.
    for n in range(2 if number == 0 else 1):
        made.pins.public()
        root = make_thread(board, f"Thread {number}-{n}", "Words of it.", ada)
        _held_between(made, root)
        made.pins.public()
        first = make_response(root, f"First answer {n}", "More words.", bert)
        _edit(made, first, "was" if made.has_private else "used to be")
        made.pins.public()
        second = make_response(first, f"Second answer {n}", "", cleo)
        _edit(made, first, "More words, seen by all.", edits=1)
        _hidden_ones(made, root, _STUBS[number + n :], dora)
        _held_between(made, second)
        _attach(made, second)
    _emptied(made, board)
    made.pins.public()
    if number == 0:
        Thread.unscoped.filter(pk=root.thread_id).update(is_locked=True)
        _archive(made, board, "a@public.example", "Ivy Public")
    if rights := board.__dict__.get("later"):
        put_rights(board, rights)


def _edit(made: Made, post: Post, words: str, edits: int = 0) -> None:
    """Edit a post. Before anybody answered, what it said first is nobody's business."""
    if edits == 0:
        PostText.unscoped.filter(post=post).update(source=f"It {words} so.")
    made.pins.public()
    now = Post.unscoped.select_related("board", "thread", "parent", "author").get(pk=post.pk)
    author = now.author
    assert author is not None
    edit(principal_of(author), now, Change(now.title, f"Words {edits}.", edits))


def _hidden_ones(made: Made, root: Post, states: tuple[State, ...], author: Member) -> None:
    """Add posts whose places all see, and whose words differ between the worlds."""
    for state in states:
        made.pins.public()
        post = make_response(root, f"To be {state.label}", "Words that go.", author)
        made.pins.public()
        make_response(post, f"Answer to what is {state.label}", "", made.members[0])
        made.pins.public()
        hide(post, state)


def _held_between(made: Made, parent: Post) -> None:
    if made.secretly():
        parent = Post.unscoped.select_related("thread", "board").get(pk=parent.pk)
        held = make_held(parent, "Held secret", "Held words.", made.members[1])
        _attach_to(held, "held.txt", b"held bytes")


def _attach(made: Made, post: Post) -> None:
    made.pins.public()
    _attach_to(post, "notes.txt", b"A file that all may read.\n")


def _attach_to(post: Post, name: str, content: bytes) -> None:
    Attachment.unscoped.create(
        post=post,
        position=0,
        digest=store.keep(content),
        file_name=name,
        media_type="text/plain",
        octets=len(content),
    )


def _emptied(made: Made, board: Board) -> None:
    """Add a thread whose only post was never shown: a held root."""
    if made.secretly():
        root = make_thread(board, "Secret thread", "Secret words.", made.members[2])
        hide(root, State.HELD)
        made.names.private.add(root.public_id)


def _archive(made: Made, board: Board, message_id: str, author: str) -> None:
    found = FoundPost(
        board=board,
        message_id=message_id,
        ancestors=("missing@example.org",),
        author=staged_member(author, f"{author.split(maxsplit=1)[0].lower()}@archive.example"),
        author_name=author,
        title=f"From an archive by {author}",
        source="Old words.",
        markup="plain",
        posted_at=BEGINNING - timedelta(days=900),
    )
    restore(system("two worlds"), found)


def _secret_board(made: Made, name: str) -> None:
    """Add a board that its group alone reads, with posts by members whom everybody knows."""
    ada, bert = made.members[:2]
    group = make_group(f"Group of {name}", ada, bert)
    board = make_private_board(group, f"Secret {name}")
    for n in range(1):
        root = make_thread(board, f"Secret thread {n}", "Secret words.", ada)
        answer = make_response(root, "Secret answer", "Secret words.", bert)
        _attach_to(answer, "secret.txt", b"secret bytes")
        make_response(answer, "Another secret", "", ada)
    _archive(made, board, f"{board.handle_id}@secret.example", f"Sam Secret{board.pk}")
    of_members = add_board(system("tests"), f"Unread {name}", "", MEMBERS_ONLY)
    put_rights(of_members, {**MEMBERS_ONLY, Ability.READ: NOBODY})


def _other_words(made: Made) -> None:
    """Give what isn't shown other words in the other world."""
    if not made.has_private:
        return
    hidden = Post.unscoped.exclude(state=State.VISIBLE).exclude(state=State.MISSING)
    for post in hidden:
        Post.unscoped.filter(pk=post.pk).update(title="Quite another title", first_line="other")
        PostText.unscoped.filter(pk=post.pk).update(source="Other.", html="<p>Other.</p>")


def _secrets_of_members(made: Made) -> None:
    soon = LATER + timedelta(days=1)
    ada, bert, cleo, dora = made.members
    Member.objects.filter(pk=ada.pk).update(standing=Standing.TRUSTED, email="new@example.net")
    Member.objects.filter(pk=bert.pk).update(silenced_until=soon, time_zone="Asia/Tokyo")
    Member.objects.filter(pk=cleo.pk).update(suspended_until=soon)
    Membership.unscoped.create(group=make_group("Wardens", moderates_everywhere=True), member=dora)
    Ignore.objects.create(member=ada, ignored=bert)
    Invite.unscoped.create(token_hash="secret", uses_left=3, expires_at=soon, note="Secret")
    ApplicationPassword.unscoped.create(
        member=ada, name="Secret reader", secret_hash="secret", generation=0
    )
    waiting = make_member("Waiting", email="waiting@example.org")
    Member.objects.filter(pk=waiting.pk).update(is_active=False, is_awaiting=True)


def _secrets_of_the_desk(made: Made, board: Board) -> None:
    held = Post.unscoped.filter(state=State.HELD, board=board)[0]
    seen = Post.unscoped.filter(state=State.VISIBLE, board=board)[0]
    for post, kind in ((held, CaseKind.HELD), (seen, CaseKind.REPORTED)):
        case = Case.unscoped.create(kind=kind, post=post)
        Report.unscoped.create(case=case, by=made.members[0], reason="spam", words="Secret.")
        made.names.cases.append(case.public_id)
    deed = Deed.unscoped.create(
        kind=DeedKind.WARN,
        role=DeedRole.MODERATOR,
        by=made.members[3],
        subject=made.members[1],
        board=board,
        is_public=False,
    )
    made.names.cases.append(deed.public_id)


def _collect(made: Made) -> None:
    names = made.names
    names.posts = list(Post.unscoped.order_by("pk").values_list("public_id", flat=True))
    names.boards = list(Board.unscoped.order_by("pk").values_list("handle_id", flat=True))
    names.members = list(Member.objects.order_by("pk").values_list("handle_id", flat=True))
    files = Attachment.unscoped.order_by("pk").values_list("public_id", "file_name")
    names.files = [f"{public_id}/{name}" for public_id, name in files]
