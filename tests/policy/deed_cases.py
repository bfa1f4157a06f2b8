"""The deeds of the desk and of the administration, as doors are asked for them: one case each.

A case has the form that a browser sends, what of it names the thing that may be hidden, the
same deed as another door calls it, and how to see that it was done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from rejoinder.members import applicants, groups, invites
from rejoinder.members.models import AddressBan, Group, Invite, Member, Membership
from rejoinder.moderation import appeals, reasons, targets
from rejoinder.moderation.deeds import addresses, grafts, members, states, threads, undo, words
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.models import (
    Case,
    CaseKind,
    Deed,
    DeedKind,
    DeedPost,
    ReasonTemplate,
    Statement,
)
from rejoinder.moderation.models import Role as DeedRole
from rejoinder.moderation.rules.registry import RULES
from rejoinder.moderation.rules.settings import set_rule, settings_of
from rejoinder.moderation.standing import set_standing
from rejoinder.policy.principals import Principal, Standing
from rejoinder.posts.edit import Change
from rejoinder.threads.models import Post, State, Thread
from tests.factories import make_group
from tests.policy import world as of_world
from tests.policy.world import World

WHY = Why("It breaks a rule.")
SAID = {"words": "It breaks a rule."}
NETWORK = "192.0.2.0/24"
SOON = timedelta(days=7)

Name = str | int
Form = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One deed at its door."""

    door: str
    # The name of the thing that is acted upon, or that may be hidden from who acts.
    thing: Callable[[World], Name]
    # Given the world and that name, or the name of nothing.
    form: Callable[[World, Name], Form]
    # None: what only reads.
    is_done: Callable[[World], bool] | None
    # The same by another door, as a principal; None: only pages do it.
    deed: Callable[[Principal, World], object] | None = None
    # Whether the address has the name; otherwise its arguments.
    in_address: bool = True
    address: Callable[[World], list[Name]] = field(default=lambda world: [])
    # What must be so for the deed to make sense.
    before: Callable[[World], object] = field(default=lambda world: None)
    done: int = 303
    # How what can't be seen answers: as what never was.
    missing: int = 404
    method: str = "POST"
    # The deed takes what is in one's care of what it's aimed at; nothing: a conflict.
    takes_ones_own: bool = False


CASES: dict[str, Asked] = {}


# Posts, branches and threads


def _post(state: str) -> Callable[[World], Name]:
    return lambda world: world.posts[state].public_id


def _now(world: World, state: str) -> Post:
    return of_world.post(world, state)


def _is(state: str, wanted: State) -> Callable[[World], bool]:
    return lambda world: _now(world, state).state == wanted


def _on_post(
    name: str,
    deed: DeedKind,
    state: str,
    is_done: Callable[[World], bool],
    by_deed: Callable[[Principal, World], object] | None,
    **others: Any,
) -> None:
    form = SAID | {"deed": deed.value, "scope": "post"} | others.pop("form", {})
    CASES[name] = Asked(
        "moderate_post", _post(state), lambda world, thing: form, is_done, by_deed, **others
    )


def _states(
    name: str,
    kind: DeedKind,
    state: str,
    wanted: State,
    *,
    by_deed: bool = True,
    before: Callable[[World], object] = lambda world: None,
) -> None:
    def deed(principal: Principal, world: World) -> object:
        return states.change_posts(principal, kind, targets.this(_now(world, state)), WHY)

    _on_post(name, kind, state, _is(state, wanted), deed if by_deed else None, before=before)


# At a post's own page approving takes a moderator; who is merely trusted does it on the desk.
_states("approve a held post", DeedKind.APPROVE, "held, never shown", State.VISIBLE, by_deed=False)
_states("remove a post", DeedKind.REMOVE, "visible", State.REMOVED)
_states("remove a post, private board", DeedKind.REMOVE, "visible, private board", State.REMOVED)
_states("hold a post", DeedKind.HOLD, "visible", State.HELD)
_states("restore a post", DeedKind.RESTORE, "removed, answered", State.VISIBLE)
_states("remove a post, hidden board", DeedKind.REMOVE, "visible, hidden board", State.REMOVED)

_on_post(
    "remove a branch",
    DeedKind.REMOVE,
    "visible, answered",
    lambda world: (
        _is("visible, answered", State.REMOVED)(world)
        and not Post.unscoped.filter(
            parent=world.posts["visible, answered"], state=State.VISIBLE
        ).exists()
    ),
    lambda p, world: states.remove(p, targets.branch(_now(world, "visible, answered")), WHY),
    form={"scope": "branch", "was_shown": "remove:branch:"},
)


def _author(world: World) -> Member:
    author = world.roles["author"].member
    assert author is not None
    return Member.objects.get(pk=author.pk)


_on_post(
    "remove all of a member's",
    DeedKind.REMOVE,
    "visible",
    lambda world: (
        _is("visible", State.REMOVED)(world)
        and _is("visible, members-only board", State.REMOVED)(world)
    ),
    lambda p, world: states.remove(p, targets.all_by(_author(world)), WHY),
    form={"scope": "member", "was_shown": "remove:member:"},
    takes_ones_own=True,
)
_on_post(
    "warn a post's author",
    DeedKind.WARN,
    "visible",
    lambda world: Statement.unscoped.filter(
        deed__kind=DeedKind.WARN, deed__post=world.posts["visible"], member=_author(world)
    ).exists(),
    lambda p, world: members.warn(p, _author(world), WHY, _now(world, "visible")),
)


def _edit(state: str) -> Asked:
    change = Change("By a moderator", "Nicer words.", 1)
    return Asked(
        "moderate_edit",
        _post(state),
        lambda world, thing: SAID | {"title": change.title, "text": change.source, "edits_seen": 1},
        lambda world: _now(world, state).title == change.title,
        lambda p, world: words.edit(p, _now(world, state), change, WHY),
    )


CASES["edit a post"] = _edit("visible")
CASES["edit a post, private board"] = _edit("visible, private board")


def _move(name: str, state: str, board: str, *, hides_board: bool = False) -> None:
    def handle(world: World) -> Name:
        return world.boards[board].handle_id

    CASES[name] = Asked(
        "moderate_post",
        handle if hides_board else _post(state),
        lambda world, thing: (
            SAID
            | {"deed": "move", "scope": "post", "board": thing if hides_board else handle(world)}
        ),
        lambda world: _now(world, state).board_id == world.boards[board].pk,
        lambda p, world: grafts.move(p, _now(world, state), of_world.board(world, board), WHY),
        in_address=not hides_board,
        address=lambda world: [world.posts[state].public_id],
    )


_move("move a post", "visible", "members-only")
_move("move a post, private board", "visible, private board", "public")
_move("move a post to a board of others", "visible", "elsewhere")
_move("move a post to a hidden board", "visible", "hidden", hides_board=True)


def _open_root(world: World) -> Post:
    # Not by its thread: that is gone once it is merged.
    root = world.threads["open"].root_id
    return Post.unscoped.select_related("board", "thread", "parent", "author").get(pk=root)


def _rehang(
    name: str, below: Callable[[World], Post], *, hides_parent: bool = False, kind: str = "rehang"
) -> None:
    def hung(world: World) -> Post:
        return _open_root(world) if kind == "merge" else _now(world, "visible")

    def deed(principal: Principal, world: World) -> object:
        hang = grafts.merge if kind == "merge" else grafts.rehang
        return hang(principal, hung(world), below(world), WHY)

    CASES[name] = Asked(
        "moderate_post",
        lambda world: (below(world) if hides_parent else hung(world)).public_id,
        lambda world, thing: (
            SAID
            | {
                "deed": kind,
                "scope": "post",
                "parent": thing if hides_parent else below(world).public_id,
            }
        ),
        lambda world: hung(world).parent_id == below(world).pk,
        deed,
        in_address=not hides_parent,
        address=lambda world: [hung(world).public_id],
    )


def _root_elsewhere(world: World) -> Post:
    roots = Post.unscoped.filter(board=world.boards["elsewhere"], parent=None)
    return roots.select_related("board", "thread", "parent").get()


_rehang("hang a post below another", _open_root)
_rehang("hang a post below one of others", _root_elsewhere)
_rehang(
    "hang a post below a hidden one",
    lambda world: _now(world, "visible, hidden board"),
    hides_parent=True,
)
_rehang("merge a thread into another", lambda world: _now(world, "visible"), kind="merge")
_on_post(
    "split a branch off",
    DeedKind.SPLIT,
    "visible, answered",
    lambda world: _now(world, "visible, answered").parent_id is None,
    lambda p, world: grafts.split(p, _now(world, "visible, answered"), WHY),
)


def _thread_of(world: World, state: str) -> Thread:
    return Thread.unscoped.select_related("board", "root").get(pk=_now(world, state).thread_id)


def _set(state: str, **columns: Any) -> Callable[[World], object]:
    return lambda world: Thread.unscoped.filter(pk=_now(world, state).thread_id).update(**columns)


def _on_thread(
    name: str,
    kind: DeedKind,
    column: str,
    wanted: object,
    deed: Callable[[Principal, Thread], object],
    *,
    state: str = "visible",
    before: Callable[[World], object] = lambda world: None,
) -> None:
    _on_post(
        name,
        kind,
        state,
        lambda world: getattr(_thread_of(world, state), column) == wanted,
        lambda principal, world: deed(principal, _thread_of(world, state)),
        before=before,
        form={"pace": "600"},
    )


_on_thread("lock a thread", DeedKind.LOCK, "is_locked", True, threads.lock)
_on_thread(
    "lock a thread, private board",
    DeedKind.LOCK,
    "is_locked",
    True,
    threads.lock,
    state="visible, private board",
)
_on_thread(
    "unlock a thread",
    DeedKind.UNLOCK,
    "is_locked",
    False,
    threads.unlock,
    before=_set("visible", is_locked=True),
)
_on_thread("pin a thread", DeedKind.PIN, "is_pinned", True, threads.pin)
_on_thread(
    "unpin a thread",
    DeedKind.UNPIN,
    "is_pinned",
    False,
    threads.unpin,
    before=_set("visible", is_pinned=True),
)
_on_thread(
    "slow a thread down",
    DeedKind.SLOW,
    "slow_seconds",
    600,
    lambda p, thread: threads.slow_down(p, thread, 600),
)
_on_thread(
    "end a slow mode",
    DeedKind.UNSLOW,
    "slow_seconds",
    0,
    threads.speed_up,
    before=_set("visible", slow_seconds=600),
)


# The desk


def _on_desk(name: str, verb: str, case: str, kind: DeedKind, state: str) -> None:
    def deed(principal: Principal, world: World) -> object:
        return states.change_posts(principal, kind, targets.this(_now(world, state)), WHY)

    CASES[name] = Asked(
        "desk_decide",
        lambda world: world.cases[case].public_id,
        lambda world, thing: SAID | {"do": f"{verb}:{thing}", "shown": [thing]},
        lambda world: Case.unscoped.get(pk=world.cases[case].pk).closed_at is not None,
        deed,
        in_address=False,
        missing=303,
    )


_on_desk("approve on the desk", "approve", "held", DeedKind.APPROVE, "held, never shown")
_on_desk("remove on the desk", "remove", "held", DeedKind.REMOVE, "held, never shown")
_on_desk("let stand on the desk", "approve", "reported", DeedKind.APPROVE, "visible")
_on_desk(
    "remove on the desk, private board",
    "remove",
    "reported, private board",
    DeedKind.REMOVE,
    "visible, private board",
)

_APPEAL = "appealappeal"


def _appeal_against(world: World, deed: DeedKind, post: Post | None) -> None:
    """Lay an appeal on the desk, of a name that is known."""
    row = Deed.unscoped.create(
        kind=deed,
        role=DeedRole.ADMINISTRATOR,
        board=post.board if post else None,
        post=post,
        subject=_author(world),
        details={"before": None, "after": None},
    )
    statement = Statement.unscoped.create(
        deed=row,
        member=_author(world),
        appealed_at=timezone.now(),
        appeal="It is not so.",
        until=timezone.now() + timedelta(days=1),
    )
    Case.unscoped.create(kind=CaseKind.APPEAL, post=post, statement=statement, public_id=_APPEAL)


def _on_appeal(name: str, deed: DeedKind, state: str | None, *, is_upheld: bool) -> None:
    def case(world: World) -> Case:
        return Case.unscoped.select_related("post__board").get(public_id=_APPEAL)

    def is_done(world: World) -> bool:
        statement = case(world).statement
        return statement is not None and statement.was_upheld is is_upheld

    CASES[name] = Asked(
        "appeal",
        lambda world: _APPEAL,
        lambda world, thing: {
            "words": "We looked again.",
            "button": "uphold" if is_upheld else "undo",
        },
        is_done,
        lambda p, world: appeals.decide(p, case(world), "We looked again.", is_upheld=is_upheld),
        before=lambda world: _appeal_against(world, deed, _now(world, state) if state else None),
    )


_on_appeal("uphold a deed appealed against", DeedKind.REMOVE, "visible", is_upheld=True)
_on_appeal("grant an appeal", DeedKind.REMOVE, "visible", is_upheld=False)
_on_appeal(
    "grant an appeal, private board", DeedKind.REMOVE, "visible, private board", is_upheld=False
)
_on_appeal("grant an appeal of who was silenced", DeedKind.SILENCE, None, is_upheld=False)


def _two_boards(world: World) -> None:
    """Make a deed of that kind reach over a board of these and one of other moderators."""
    deed = Deed.unscoped.create(
        kind=DeedKind.REMOVE, role=DeedRole.ADMINISTRATOR, public_id=_OVER_TWO
    )
    for post in (_now(world, "visible"), _root_elsewhere(world)):
        DeedPost.unscoped.create(deed=deed, post=post, before=State.VISIBLE, after=State.VISIBLE)


_OVER_TWO = "overtwoboard"


def _undo(name: str, deed: str, before: Callable[[World], object] = lambda world: None) -> None:
    def row(world: World) -> Deed:
        rows = Deed.unscoped.select_related("board")
        return rows.get(public_id=_OVER_TWO) if not deed else rows.get(pk=world.deeds[deed].pk)

    CASES[name] = Asked(
        "undo_deed",
        lambda world: row(world).public_id,
        lambda world, thing: {},
        lambda world: Deed.unscoped.filter(undoes=row(world)).exists(),
        lambda principal, world: undo.undo(principal, row(world)),
        before=before,
    )


_undo("undo a deed", "on a public board")
_undo("undo a deed, private board", "on a private board")
_undo("undo a deed that isn't public", "on a public board, not public")
_undo("undo a deed on two boards", "", before=_two_boards)


# Members


def _befalls(
    name: str,
    kind: DeedKind,
    whom: str,
    is_done: Callable[[Member], bool],
    deed: Callable[[Principal, Member], object],
    **columns: Any,
) -> None:
    def member(world: World) -> Member:
        row = world.members[whom]
        assert row is not None
        return Member.objects.get(pk=row.pk)

    CASES[name] = Asked(
        "moderate_member",
        lambda world: member(world).handle_id,
        lambda world, thing: SAID | {"deed": kind.value, "length": "week", "network": NETWORK},
        lambda world: is_done(member(world)),
        lambda principal, world: deed(principal, member(world)),
        before=lambda world: (
            Member.objects.filter(pk=member(world).pk).update(**columns) if columns else None
        ),
    )


def _in_a_week() -> Any:
    return timezone.now() + SOON


def _was_warned(member: Member) -> bool:
    return Statement.unscoped.filter(member=member, deed__kind=DeedKind.WARN).exists()


def _is_silenced(member: Member) -> bool:
    return members.is_ahead(member.silenced_until)


def _is_suspended(member: Member) -> bool:
    return members.is_ahead(member.suspended_until)


for _whom, _words in (
    ("another member", "a member"),
    ("site moderator", "a site moderator"),
    ("administrator", "an administrator"),
):
    _befalls(
        f"warn {_words}", DeedKind.WARN, _whom, _was_warned, lambda p, m: members.warn(p, m, WHY)
    )
    _befalls(
        f"silence {_words}",
        DeedKind.SILENCE,
        _whom,
        _is_silenced,
        lambda p, m: members.silence(p, m, _in_a_week(), WHY),
    )
    _befalls(
        f"suspend {_words}",
        DeedKind.SUSPEND,
        _whom,
        _is_suspended,
        lambda p, m: members.suspend(p, m, _in_a_week(), WHY),
    )
_befalls(
    "ban a member",
    DeedKind.BAN,
    "another member",
    _is_suspended,
    lambda p, m: members.ban(p, m, WHY),
)
_befalls(
    "silence a closed account",
    DeedKind.SILENCE,
    "closed account",
    _is_silenced,
    lambda p, m: members.silence(p, m, _in_a_week(), WHY),
)
_befalls(
    "lift a silence",
    DeedKind.UNSILENCE,
    "another member",
    lambda member: not _is_silenced(member),
    members.unsilence,
    silenced_until=timezone.now() + SOON,
)
_befalls(
    "lift a suspension",
    DeedKind.UNSUSPEND,
    "another member",
    lambda member: not _is_suspended(member),
    members.unsuspend,
    suspended_until=timezone.now() + SOON,
)
_befalls(
    "ban addresses",
    DeedKind.BAN_ADDRESSES,
    "another member",
    lambda member: AddressBan.objects.filter(network=NETWORK).exists(),
    lambda p, m: addresses.ban_addresses(p, NETWORK, _in_a_week(), WHY, m),
)
CASES["lift a ban of addresses"] = Asked(
    "unban",
    lambda world: NETWORK,
    lambda world, thing: {"network": thing},
    lambda world: not AddressBan.objects.filter(network=NETWORK).exists(),
    lambda principal, world: addresses.unban_addresses(principal, NETWORK),
    in_address=False,
    before=lambda world: AddressBan.objects.create(network=NETWORK, until=timezone.now() + SOON),
)


# The administration

_SPARE = "Spare"


def _group(world: World) -> Group:
    return Group.unscoped.get(pk=world.of_groups["reading"].pk)


def _other(world: World) -> Member:
    other = world.members["another member"]
    assert other is not None
    return Member.objects.get(pk=other.pk)


def _belongs(world: World) -> bool:
    return Membership.unscoped.filter(group=_group(world), member=_other(world)).exists()


def _join(world: World) -> object:
    return Membership.unscoped.create(group=_group(world), member=_other(world))


def _spare(world: World) -> Group:
    return Group.unscoped.get(name=_SPARE)


CASES["rename a group"] = Asked(
    "group_change",
    lambda world: _group(world).pk,
    lambda world, thing: {"name": "Book club", "description": ""},
    lambda world: _group(world).name == "Book club",
    lambda p, world: groups.change_group(
        p, _group(world), groups.GroupChange("Book club", "", False)
    ),
)
CASES["put a member into a group"] = Asked(
    "group_join",
    lambda world: _group(world).pk,
    lambda world, thing: {"who": _other(world).name},
    _belongs,
    lambda p, world: groups.add_to_group(p, _group(world), _other(world).name),
)
CASES["take a member out of a group"] = Asked(
    "group_leave",
    lambda world: _group(world).pk,
    lambda world, thing: {"handle": _other(world).handle_id},
    lambda world: not _belongs(world),
    lambda p, world: groups.take_from_group(p, _group(world), _other(world)),
    before=_join,
)
CASES["remove a group"] = Asked(
    "group_remove",
    lambda world: _spare(world).pk,
    lambda world, thing: {},
    lambda world: not Group.unscoped.filter(name=_SPARE).exists(),
    lambda p, world: groups.remove_group(p, _spare(world)),
    before=lambda world: make_group(_SPARE),
)
CASES["set a member's groups"] = Asked(
    "member_change",
    lambda world: _other(world).handle_id,
    lambda world, thing: {"groups": [_group(world).pk]},
    _belongs,
    lambda p, world: groups.set_groups(p, _other(world), [_group(world).pk]),
)
CASES["end a member's sessions"] = Asked(
    "member_sessions_end",
    lambda world: _other(world).handle_id,
    lambda world, thing: {},
    lambda world: _other(world).session_generation == 1,
    lambda p, world: members.end_all_sessions(p, _other(world)),
)
CASES["set a member's standing"] = Asked(
    "member_standing",
    lambda world: _other(world).handle_id,
    lambda world, thing: {"standing": Standing.REGULAR.value},
    lambda world: _other(world).standing == Standing.REGULAR,
    lambda p, world: set_standing(p, _other(world), Standing.REGULAR),
)


def _applicant(world: World) -> Member | None:
    row = world.members["applicant"]
    assert row is not None
    return Member.objects.filter(pk=row.pk).first()


def _applicant_id(world: World) -> int:
    row = world.members["applicant"]
    assert row is not None
    return row.pk


CASES["approve an applicant"] = Asked(
    "applicant_decide",
    _applicant_id,
    lambda world, thing: {"button": "approve"},
    lambda world: (found := _applicant(world)) is not None and found.is_active,
    lambda p, world: applicants.approve(p, _applicant_id(world)),
)
CASES["turn an applicant down"] = Asked(
    "applicant_decide",
    _applicant_id,
    lambda world, thing: {"button": "turn-down"},
    lambda world: _applicant(world) is None,
    lambda p, world: applicants.turn_down(p, _applicant_id(world)),
)
CASES["revoke an invite"] = Asked(
    "invite_revoke",
    lambda world: world.invites["good"].pk,
    lambda world, thing: {},
    lambda world: Invite.unscoped.get(pk=world.invites["good"].pk).revoked_at is not None,
    lambda p, world: invites.revoke(p, world.invites["good"].pk),
)
_REASON = {"label": "Rude", "text": "It is rude."}


def _has_reason(world: World) -> bool:
    return ReasonTemplate.objects.filter(label="Rude").exists()


CASES["add a reason"] = Asked(
    "reasons",
    lambda world: "",
    lambda world, thing: _REASON | {"rule": ""},
    _has_reason,
    lambda p, world: reasons.put_reason(p, **_REASON),
    in_address=False,
)
CASES["drop a reason"] = Asked(
    "reasons",
    lambda world: "",
    lambda world, thing: {"was": "Rude", "button": "drop"},
    lambda world: not _has_reason(world),
    lambda p, world: reasons.drop_reason(p, "Rude"),
    in_address=False,
    before=lambda world: ReasonTemplate.objects.create(**_REASON),
)


def _rule_is_on(world: World) -> bool:
    return settings_of([RULES[1]])[0].is_on


CASES["set a rule"] = Asked(
    "screening_rule",
    lambda world: "links",
    lambda world, thing: {"verdict": settings_of([RULES[1]])[0].verdict.value, "free": ""},
    lambda world: not _rule_is_on(world),
    lambda p, world: set_rule(p, _off()),
)


def _off() -> Any:
    return replace(settings_of([RULES[1]])[0], is_on=False)


# One's own


def _notice_to_all(world: World) -> None:
    """Leave a notice unread for every member of the world."""
    Member.objects.filter(pk__in=_role_ids(world)).update(unread_notices=1)


def _role_ids(world: World) -> list[int]:
    return [role.member.pk for role in world.roles.values() if role.member is not None]


CASES["mark notices as read"] = Asked(
    "notices",
    lambda world: "",
    lambda world, thing: {},
    lambda world: Member.objects.filter(pk__in=_role_ids(world), unread_notices=0).exists(),
    in_address=False,
    before=_notice_to_all,
)


# Pages that only moderators or administrators read


def _page(
    name: str,
    door: str,
    thing: Callable[[World], Name] | None = None,
    before: Callable[[World], object] = lambda world: None,
    **query: str,
) -> None:
    CASES[name] = Asked(
        door,
        thing or (lambda world: ""),
        lambda world, thing: query,
        None,
        in_address=thing is not None,
        before=before,
        done=200,
        method="GET",
    )


_page("see the desk", "desk")
_page("see the log with names", "private_log")
_page("take the log with names as CSV", "private_log_export", lambda world: "csv")
_page("take the log with names as JSON", "private_log_export", lambda world: "json")
_page("take the public log as CSV", "log_export", lambda world: "csv")
_page("take the public log as JSON", "log_export", lambda world: "json")
_page(
    "see an appeal",
    "appeal",
    lambda world: _APPEAL,
    lambda world: _appeal_against(world, DeedKind.REMOVE, _now(world, "visible")),
)
_page(
    "see an appeal, private board",
    "appeal",
    lambda world: _APPEAL,
    lambda world: _appeal_against(world, DeedKind.REMOVE, _now(world, "visible, private board")),
)
_page("see the reasons", "reasons")
_page("see a group", "group_change", lambda world: _group(world).pk)
_page("see a member's account", "member_change", lambda world: _other(world).handle_id)
_page("see a rule", "screening_rule", lambda world: "links")

# A board is named in the query that one may not see.
CASES["see the desk of a private board"] = Asked(
    "desk",
    lambda world: world.boards["private"].handle_id,
    lambda world, thing: {"board": thing},
    None,
    in_address=False,
    done=200,
    method="GET",
)
