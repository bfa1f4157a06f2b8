"""The small world of the matrix: every role, and a thing in every state of the data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from rejoinder.boards.grants import (
    EVERYONE,
    MEMBERS,
    NOBODY,
    Granted,
    Rights,
    put_rights,
)
from rejoinder.boards.models import Ability, Board, Site
from rejoinder.boards.site import the_site
from rejoinder.files import store
from rejoinder.members.models import Group, Invite, Member
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind
from rejoinder.moderation.models import Role as DeedRole
from rejoinder.posts import keep
from rejoinder.posts.edit import Change, edit
from rejoinder.posts.models import Attachment
from rejoinder.reading import keep as keep_marks
from rejoinder.reading.models import ReadMarks
from rejoinder.threads import tree
from rejoinder.threads.models import Awaited, Post, State, Thread
from tests.factories import (
    hide,
    make_board,
    make_held,
    make_member,
    make_response,
    make_thread,
    principal_of,
)
from tests.policy.roles import Groups, Role, make_roles

FILE_NAME = "notes.bin"


@dataclass
class World:
    """Every role by name; boards, threads, posts, members and groups by their state."""

    roles: dict[str, Role]
    groups: Groups
    site: Site
    boards: dict[str, Board] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    members: dict[str, Member | None] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    read_marks: dict[str, ReadMarks] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    deeds: dict[str, Deed] = field(default_factory=dict)
    of_groups: dict[str, Group] = field(default_factory=dict)


def make_world() -> World:
    """Return the world, in the caller's transaction."""
    roles, groups = make_roles()
    world = World(roles, groups, the_site())
    site = world.site
    site.save()
    author = roles["author"].member
    assert author is not None
    other = make_member("Somebody")
    for name in _RIGHTS:
        world.boards[name] = make_board(name.capitalize())
    _make_threads(world, other)
    _make_posts(world, author, other)
    for name, rights in _RIGHTS.items():
        put_rights(world.boards[name], rights(groups))
    Board.unscoped.filter(pk=world.boards["closed"].pk).update(is_closed=True)
    _add_members(world, other)
    soon = timezone.now() + timedelta(days=1)
    keep_marks.begin(other.pk)
    world.read_marks["another's"] = ReadMarks.unscoped.get(pk=other.pk)
    world.invites["good"] = Invite.unscoped.create(token_hash="x", uses_left=1, expires_at=soon)
    _moderate(world)
    world.of_groups = {"reading": groups.readers, "moderating": groups.moderators}
    return world


@contextmanager
def undone() -> Iterator[None]:
    """Undo whatever is written inside."""
    block = transaction.atomic()
    # As Django's TestCase does: what must be the outermost transaction may begin in here.
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def board(world: World, state: str) -> Board:
    """Return a board of the world as it is in the database now."""
    return Board.unscoped.get(pk=world.boards[state].pk)


def thread(world: World, state: str) -> Thread:
    """Return a thread of the world as it is in the database now."""
    rows = Thread.unscoped.select_related("board", "root")
    return rows.get(pk=world.threads[state].pk)


def post(world: World, state: str) -> Post:
    """Return a post of the world as it is in the database now."""
    rows = Post.unscoped.select_related("board", "thread", "parent", "author")
    return rows.get(pk=world.posts[state].pk)


def _of(*groups: Group) -> Granted:
    return Granted(groups=frozenset(group.pk for group in groups))


def _rights(read: Granted, start: Granted, respond: Granted, moderate: Granted = NOBODY) -> Rights:
    return {
        Ability.READ: read,
        Ability.START: start,
        Ability.RESPOND: respond,
        Ability.MODERATE: moderate,
    }


# The boards of docs/policy.md, by their state. "Elsewhere" is there for its moderators.
_RIGHTS: dict[str, Callable[[Groups], Rights]] = {
    "public": lambda g: _rights(EVERYONE, MEMBERS, MEMBERS, _of(g.moderators)),
    "members-only": lambda g: _rights(MEMBERS, MEMBERS, MEMBERS, _of(g.moderators)),
    "private": lambda g: _rights(
        _of(g.readers, g.starters), _of(g.starters), _of(g.starters), _of(g.moderators)
    ),
    "announcement": lambda g: _rights(EVERYONE, _of(g.starters), NOBODY, _of(g.moderators)),
    "closed": lambda g: _rights(EVERYONE, MEMBERS, MEMBERS, _of(g.moderators)),
    "hidden": lambda g: _rights(NOBODY, MEMBERS, _of(g.starters)),
    "elsewhere": lambda g: _rights(EVERYONE, MEMBERS, MEMBERS, _of(g.elsewhere)),
}


def _make_threads(world: World, other: Member) -> None:
    for name in ("open", "locked", "emptied"):
        world.threads[name] = make_thread(world.boards["public"], author=other).thread
    world.threads["private"] = make_thread(world.boards["private"], author=other).thread
    Thread.unscoped.filter(pk=world.threads["locked"].pk).update(is_locked=True)
    hide(world.threads["emptied"].root or _never(), State.WITHDRAWN)


def _make_posts(world: World, author: Member, other: Member) -> None:
    roots = {name: make_thread(board, author=other) for name, board in world.boards.items()}
    for name, (board_name, make) in _POSTS.items():
        made = make(roots[board_name], author, other)
        world.posts[name] = Post.unscoped.get(pk=made.pk)
    locked = make_thread(world.boards["public"], author=other)
    world.posts["visible, thread locked"] = _visible(locked, author, other)
    Thread.unscoped.filter(pk=locked.thread_id).update(is_locked=True)


def _visible(root: Post, author: Member, other: Member) -> Post:
    """Return a post with an earlier revision that wasn't public, and an attachment."""
    post = make_response(root, source="As first written.", author=author)
    return _with_past(post)


def _with_past(post: Post) -> Post:
    assert post.author is not None
    edit(principal_of(post.author), post, Change(post.title, "As it is now.", 0))
    Attachment.unscoped.create(
        post=post,
        position=0,
        digest=store.keep(b"\0bytes of a file"),
        file_name=FILE_NAME,
        media_type="application/octet-stream",
        octets=15,
    )
    return post


def _answered(root: Post, author: Member, other: Member) -> Post:
    post = _visible(root, author, other)
    make_response(post, author=other)
    return post


def _held(root: Post, author: Member, other: Member) -> Post:
    return _with_past(make_held(root, author=author))


def _hidden_as(
    state: State, make: Callable[[Post, Member, Member], Post]
) -> Callable[[Post, Member, Member], Post]:
    return lambda root, author, other: hide(make(root, author, other), state)


def _place(root: Post, author: Member, other: Member) -> Post:
    """Return an empty place, where nothing hangs yet."""
    _threads, (root,) = tree.locked_with(root.pk)
    place = keep.new_post(
        thread=root.thread, parent=root, posted_at=timezone.now(), state=State.MISSING
    )
    place.save(force_insert=True)
    Awaited.unscoped.create(board=root.board, message_id=f"{place.pk}@x.example", post=place)
    return place


def _answered_place(root: Post, author: Member, other: Member) -> Post:
    place = _place(root, author, other)
    # By hand: `add` answers nothing that isn't visible.
    Post.unscoped.filter(pk=place.pk).update(state=State.VISIBLE)
    make_response(Post.unscoped.get(pk=place.pk), author=other)
    Post.unscoped.filter(pk=place.pk).update(state=State.MISSING)
    return place


_Make = Callable[[Post, Member, Member], Post]
_POSTS: dict[str, tuple[str, _Make]] = {
    "visible": ("public", _visible),
    "visible, answered": ("public", _answered),
    "held, never shown": ("public", _held),
    "held after being shown": ("public", _hidden_as(State.HELD, _visible)),
    "held after being shown, answered": ("public", _hidden_as(State.HELD, _answered)),
    "removed": ("public", _hidden_as(State.REMOVED, _visible)),
    "removed, answered": ("public", _hidden_as(State.REMOVED, _answered)),
    "withdrawn": ("public", _hidden_as(State.WITHDRAWN, _visible)),
    "withdrawn, answered": ("public", _hidden_as(State.WITHDRAWN, _answered)),
    "missing": ("public", _place),
    "missing, answered": ("public", _answered_place),
    "visible, board closed": ("closed", _visible),
    "held, board closed": ("closed", _held),
    "visible, announcement board": ("announcement", _visible),
    "visible, members-only board": ("members-only", _visible),
    "held, members-only board": ("members-only", _held),
    "visible, private board": ("private", _visible),
    "held, private board": ("private", _held),
    "removed, answered, private board": ("private", _hidden_as(State.REMOVED, _answered)),
    "visible, hidden board": ("hidden", _visible),
    "held, hidden board": ("hidden", _held),
}


def _add_members(world: World, other: Member) -> None:
    away = make_member("Gone")
    away.is_active = False
    away.save()
    applicant = make_member("Hopeful")
    applicant.is_active, applicant.is_awaiting = False, True
    applicant.save()
    world.members = {
        "another member": other,
        "oneself": None,
        "staged author": world.roles["staged author"].member,
        "suspended member": world.roles["suspended member"].member,
        "closed account": away,
        "applicant": applicant,
        "site moderator": make_member("Second Steward"),
        "administrator": make_member("Second Keeper", is_administrator=True),
    }
    steward = world.roles["site moderator"].member
    assert steward is not None
    second = world.members["site moderator"]
    assert second is not None
    for membership in steward.memberships(manager="unscoped").all():
        membership.pk = None
        membership.member = second
        membership.since = timezone.now() - timedelta(days=1)
        membership.save(force_insert=True)


def _moderate(world: World) -> None:
    """Add what lies on the desk, and what stands in the log."""
    for name, kind, post_state in (
        ("reported", CaseKind.REPORTED, "visible"),
        ("held", CaseKind.HELD, "held, never shown"),
        ("reported, private board", CaseKind.REPORTED, "visible, private board"),
    ):
        world.cases[name] = Case.unscoped.get_or_create(
            kind=kind, post=world.posts[post_state], closed_at=None
        )[0]
    for name, board_state in (
        ("on a public board", "public"),
        ("on a private board", "private"),
        ("on a public board, not public", "public"),
    ):
        world.deeds[name] = Deed.unscoped.create(
            kind=DeedKind.REMOVE,
            role=DeedRole.MODERATOR,
            board=world.boards[board_state],
            is_public="not public" not in name,
        )


def _never() -> Post:
    raise AssertionError("a thread without its root")
