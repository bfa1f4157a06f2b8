"""Every kind of deed: one row in the log, done, refused to others, and undone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Conflict, Refused
from rejoinder.members.models import AddressBan, Member
from rejoinder.members.principals import principal_for
from rejoinder.moderation import appeals, targets
from rejoinder.moderation.deeds import addresses, grafts, members, states, threads, words
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.models import Case, Deed, DeedKind, Statement
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST, Kind, Principal
from rejoinder.posts.edit import Change
from rejoinder.threads.models import Post, PostText, State, Thread
from tests.factories import make_board, make_member, make_response, make_thread
from tests.moderation import moderating
from tests.moderation.moderating import SPAM, asks, in_a_week
from tests.planting import check_whole

pytestmark = pytest.mark.django_db


class Ground:
    """Two boards, a thread with responses, a member, and what is done to them."""

    def __init__(self) -> None:
        self.moderator = moderating.site_moderator()
        self.board, self.elsewhere = make_board(), make_board()
        self.author = make_member()
        self.root = make_thread(self.board, "Root", "Words", self.author)
        self.post = make_response(self.root, "Post", "Words", self.author)
        self.below = make_response(self.post, author=self.author)
        self.other = make_thread(self.board, author=self.author)

    def states(self) -> object:
        """Return all that a deed may change."""
        posts = Post.unscoped.order_by("pk").values_list("state", "parent", "board", "title")
        return (
            list(posts),
            list(PostText.unscoped.order_by("pk").values_list("source", flat=True)),
            list(Thread.unscoped.order_by("root").values_list("is_locked", "is_pinned", "root")),
            list(Thread.unscoped.order_by("root").values_list("slow_seconds", flat=True)),
            list(Member.objects.order_by("pk").values_list("silenced_until", "suspended_until")),
            list(AddressBan.objects.values_list("network", flat=True)),
        )


Do = Callable[[Ground, Principal], object]
DEEDS: dict[DeedKind, Do] = {
    DeedKind.REMOVE: lambda g, p: states.remove(p, targets.this(g.post), SPAM),
    DeedKind.HOLD: lambda g, p: states.hold(p, targets.branch(g.post), SPAM),
    DeedKind.EDIT: lambda g, p: words.edit(p, g.post, Change("New", "New words", 0), SPAM),
    DeedKind.MOVE: lambda g, p: grafts.move(p, g.post, g.elsewhere, SPAM),
    DeedKind.SPLIT: lambda g, p: grafts.split(p, g.post),
    DeedKind.MERGE: lambda g, p: grafts.merge(p, g.other, g.post),
    DeedKind.REHANG: lambda g, p: grafts.rehang(p, g.post, g.other),
    DeedKind.LOCK: lambda g, p: threads.lock(p, g.root.thread),
    DeedKind.PIN: lambda g, p: threads.pin(p, g.root.thread),
    DeedKind.SLOW: lambda g, p: threads.slow_down(p, g.root.thread, 60),
    DeedKind.WARN: lambda g, p: members.warn(p, g.author, SPAM),
    DeedKind.SILENCE: lambda g, p: members.silence(p, g.author, in_a_week(), SPAM),
    DeedKind.SUSPEND: lambda g, p: members.suspend(p, g.author, in_a_week(), SPAM),
    DeedKind.BAN: lambda g, p: members.ban(p, g.author, SPAM),
    DeedKind.BAN_ADDRESSES: lambda g, p: addresses.ban_addresses(
        p, "192.0.2.0/24", in_a_week(), SPAM
    ),
}
# What lifts another deed, and which.
LIFTING: dict[DeedKind, tuple[DeedKind, Do]] = {
    DeedKind.RESTORE: (DeedKind.REMOVE, lambda g, p: states.restore(p, targets.this(g.post))),
    DeedKind.APPROVE: (DeedKind.HOLD, lambda g, p: states.approve(p, targets.branch(g.post))),
    DeedKind.UNLOCK: (DeedKind.LOCK, lambda g, p: threads.unlock(p, g.root.thread)),
    DeedKind.UNPIN: (DeedKind.PIN, lambda g, p: threads.unpin(p, g.root.thread)),
    DeedKind.UNSLOW: (DeedKind.SLOW, lambda g, p: threads.speed_up(p, g.root.thread)),
    DeedKind.UNSILENCE: (DeedKind.SILENCE, lambda g, p: members.unsilence(p, g.author)),
    DeedKind.UNSUSPEND: (DeedKind.BAN, lambda g, p: members.unsuspend(p, g.author)),
    DeedKind.UNBAN_ADDRESSES: (
        DeedKind.BAN_ADDRESSES,
        lambda g, p: addresses.unban_addresses(p, "192.0.2.0/24"),
    ),
}
# What another time is another deed: another warning, another end of a silence.
AGAIN = {
    DeedKind.WARN,
    DeedKind.SILENCE,
    DeedKind.SUSPEND,
    DeedKind.BAN_ADDRESSES,
}
ONCE = [kind for kind in DEEDS if kind not in AGAIN]


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_every_kind_of_deed_is_tried_here() -> None:
    # Ending sessions is an administrator's, and tried by its page (tests/web).
    tried = {*DEEDS, *LIFTING, DeedKind.UNDO, DeedKind.DISMISS, DeedKind.END_SESSIONS}
    assert tried == set(DeedKind)


@pytest.mark.parametrize("kind", DEEDS)
def test_a_deed_leaves_one_row_and_undoing_it_leaves_all_as_it_was(
    ground: Ground, kind: DeedKind
) -> None:
    moderator = asks(ground.moderator)
    before = ground.states()
    DEEDS[kind](ground, moderator)
    assert moderating.deeds() == [kind]
    if kind is not DeedKind.WARN:
        assert ground.states() != before
    check_whole(ground.board)
    deed = Deed.unscoped.select_related("board").get()
    assert deed.by_id == ground.moderator.pk
    undo(moderator, deed)
    assert ground.states() == before
    assert moderating.deeds() == [kind, "undo"]
    check_whole(ground.board)
    check_whole(ground.elsewhere)


@pytest.mark.parametrize("kind", LIFTING)
def test_lifting_a_deed_leaves_one_row(ground: Ground, kind: DeedKind) -> None:
    moderator = asks(ground.moderator)
    before = ground.states()
    lifted, lift = LIFTING[kind]
    DEEDS[lifted](ground, moderator)
    ground.post.refresh_from_db()
    lift(ground, moderator)
    assert moderating.deeds() == [lifted, kind]
    assert ground.states() == before
    check_whole(ground.board)


@pytest.mark.parametrize("kind", DEEDS)
@pytest.mark.parametrize("who", ["guest", "member", "author"])
def test_no_deed_is_anybody_elses(ground: Ground, kind: DeedKind, who: str) -> None:
    principals = {"guest": GUEST, "member": asks(make_member()), "author": asks(ground.author)}
    before = ground.states()
    with pytest.raises(Refused):
        DEEDS[kind](ground, principals[who])
    assert ground.states() == before
    assert moderating.deeds() == []


@pytest.mark.parametrize("kind", ONCE)
def test_what_is_done_already_is_not_done_again(ground: Ground, kind: DeedKind) -> None:
    moderator = asks(ground.moderator)
    DEEDS[kind](ground, moderator)
    with pytest.raises(Conflict):
        DEEDS[kind](ground, moderator)
    assert moderating.deeds() == [kind]


def test_an_undo_refuses_where_the_thread_was_changed_since(ground: Ground) -> None:
    moderator = asks(ground.moderator)
    deed = threads.lock(moderator, ground.root.thread)
    threads.unlock(moderator, ground.root.thread)
    with pytest.raises(Conflict):
        undo(moderator, deed)


def test_an_undo_refuses_where_the_member_was_judged_anew(ground: Ground) -> None:
    moderator = asks(ground.moderator)
    deed = members.suspend(moderator, ground.author, in_a_week(), SPAM)
    members.ban(moderator, ground.author, SPAM)
    with pytest.raises(Conflict):
        undo(moderator, deed)
    assert Member.objects.get(pk=ground.author.pk).suspended_until is not None


def test_a_moderator_of_one_board_moves_nothing_to_another(ground: Ground) -> None:
    moderator = moderating.moderator_of(ground.board)
    post = Post.unscoped.select_related("board", "thread").get(pk=ground.post.pk)
    with pytest.raises(Refused):
        grafts.move(asks(moderator), post, ground.elsewhere)
    assert Post.unscoped.get(pk=post.pk).board_id == ground.board.pk


@pytest.mark.parametrize("kind", [Kind.MEMBER, Kind.APPLICATION, Kind.MAIL])
def test_a_suspended_member_is_nobody_by_any_door(ground: Ground, kind: Kind) -> None:
    members.suspend(asks(ground.moderator), ground.author, in_a_week(), SPAM)
    fresh = Member.objects.get(pk=ground.author.pk)
    assert principal_for(fresh, kind=kind).member_id is None


def test_of_those_who_moderate_the_site_only_an_administrator_disposes(ground: Ground) -> None:
    colleague = moderating.site_moderator()
    with pytest.raises(Refused):
        members.ban(asks(ground.moderator), colleague, SPAM)
    members.ban(asks(make_member(is_administrator=True)), colleague, SPAM)
    assert moderating.deeds() == ["ban"]


@pytest.mark.parametrize("network", ["", "nonsense", "10.0.0.0/8", "2001::/16", "192.0.2.0/99"])
def test_no_nonsense_and_no_continent_is_banned(ground: Ground, network: str) -> None:
    with pytest.raises(BadInput):
        addresses.ban_addresses(asks(ground.moderator), network, in_a_week(), SPAM)
    assert not AddressBan.objects.exists()


def test_a_banned_range_writes_nothing(ground: Ground) -> None:
    addresses.ban_addresses(asks(ground.moderator), "192.0.2.7/24", in_a_week(), SPAM)
    assert principal_for(ground.author, address="192.0.2.99").is_silenced
    assert not principal_for(ground.author, address="192.0.3.99").is_silenced


def test_a_statement_says_what_article_17_asks_for(ground: Ground) -> None:
    moderator = asks(ground.moderator)
    moderating.hold(ground.post)
    states.remove(moderator, targets.this(ground.post), SPAM)
    statement = Statement.unscoped.select_related("deed").get()
    assert statement.deed.kind == DeedKind.REMOVE
    assert statement.quoted[0]["title"] == "Post"
    assert statement.was_found_by_rule
    assert (statement.deed.reason, statement.deed.rule) == (SPAM.reason, SPAM.rule)
    assert appeals.may_appeal(statement)


def test_an_appeal_that_is_dismissed_leaves_a_row_and_an_answer(ground: Ground) -> None:
    states.remove(asks(ground.moderator), targets.this(ground.post), SPAM)
    statement = Statement.unscoped.select_related("deed__post").get()
    case = appeals.appeal(GUEST, statement, "It was no spam")
    with pytest.raises(Conflict):
        appeals.appeal(GUEST, Statement.unscoped.select_related("deed").get(), "Again")
    appeals.decide(asks(moderating.site_moderator()), case, "It was", is_upheld=True)
    statement.refresh_from_db()
    assert (statement.was_upheld, statement.decision) == (True, "It was")
    assert moderating.deeds() == ["remove", "dismiss"]
    assert Post.unscoped.get(pk=ground.post.pk).state == State.REMOVED
    assert Member.objects.get(pk=ground.author.pk).unread_notices == 2
    with pytest.raises(Conflict):
        appeals.decide(asks(moderating.site_moderator()), case, "Again", is_upheld=False)


def test_who_is_alone_decides_about_their_own_deed(ground: Ground) -> None:
    states.remove(asks(ground.moderator), targets.this(ground.post), SPAM)
    case = appeals.appeal(GUEST, Statement.unscoped.select_related("deed__post").get(), "No")
    appeals.decide(asks(ground.moderator), case, "You are right", is_upheld=False)
    assert Post.unscoped.get(pk=ground.post.pk).state == State.VISIBLE


def test_rows_of_this_room_are_read_through_the_gate(ground: Ground) -> None:
    states.remove(asks(ground.moderator), targets.this(ground.post), SPAM)
    moderating.hold(ground.root)
    for model in (Case, Deed, Statement):
        assert gate.visible(asks(ground.moderator), model.objects.all()).exists()
    assert not gate.visible(GUEST, Case.objects.all()).exists()
    assert not gate.visible(GUEST, Statement.objects.all()).exists()
    assert gate.visible(asks(ground.author), Statement.objects.all()).count() == 1
    deed = Deed.unscoped.get()
    assert gate.shows(asks(ground.moderator), gate.Field.WHO, deed)
    assert not gate.shows(asks(ground.author), gate.Field.WHO, deed)


def test_a_private_boards_deeds_are_seen_by_none_but_its_readers() -> None:
    insider = make_member()
    board: Board = moderating.private_board(insider)
    post = make_thread(board, author=insider)
    states.remove(asks(moderating.site_moderator()), targets.this(post), SPAM)
    assert gate.visible(asks(insider), Deed.objects.all()).count() == 1
    assert not gate.visible(asks(make_member()), Deed.objects.all()).exists()
    assert not gate.visible(GUEST, Deed.objects.all()).exists()


def test_undoing_a_deed_on_its_own_answers_who_appealed_against_it(ground: Ground) -> None:
    principal = asks(ground.moderator)
    deed = states.remove(principal, targets.this(ground.post), SPAM).deed
    appeals.appeal(GUEST, Statement.unscoped.get(), "It was no advertisement.")
    undo(principal, deed, Why("You are right."))
    assert not Case.unscoped.filter(closed_at=None).exists()
    told = Statement.unscoped.get()
    assert (told.was_upheld, told.decision) == (False, "You are right.")
    assert told.decided_at is not None


def test_nobody_appeals_against_what_is_undone(ground: Ground) -> None:
    principal = asks(ground.moderator)
    deed = states.remove(principal, targets.this(ground.post), SPAM).deed
    undo(principal, deed)
    with pytest.raises(Conflict):
        appeals.appeal(GUEST, Statement.unscoped.get(), "It was no advertisement.")
    assert not Case.unscoped.exists()
