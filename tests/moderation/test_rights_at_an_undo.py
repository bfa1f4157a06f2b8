"""Who may undo a deed is asked where its posts are now, and of whom it befell as they are now."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rejoinder.boards.grants import private_to, put_rights
from rejoinder.errors import Conflict, Missing, Refused
from rejoinder.members.models import Member
from rejoinder.moderation import appeals, targets
from rejoinder.moderation.deeds import grafts, members, states, threads, words
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.models import Deed, Statement
from rejoinder.policy.principals import GUEST, Principal
from rejoinder.posts.edit import Change
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread
from tests.moderation.moderating import SPAM, asks, in_a_week, moderator_of, site_moderator

pytestmark = pytest.mark.django_db

DONE_TO_POST: list[Callable[[Principal, Post], object]] = [
    lambda by, post: states.remove(by, targets.this(post), SPAM),
    lambda by, post: words.edit(by, post, Change("New", "New words", 0), SPAM),
    lambda by, post: threads.lock(by, post.thread),
]


def _as_it_is(post: Post) -> tuple[object, ...]:
    now = Post.unscoped.select_related("thread", "text").get(pk=post.pk)
    return now.state, now.title, now.text.source, now.thread.is_locked, now.board_id


def _fresh(post: Post) -> Post:
    return Post.unscoped.select_related("board", "thread", "parent").get(pk=post.pk)


def _deed() -> Deed:
    return Deed.unscoped.select_related("board").get()


@pytest.mark.parametrize("do", DONE_TO_POST)
def test_what_was_moved_since_is_not_undone_by_a_moderator_of_the_former_board(
    do: Callable[[Principal, Post], object],
) -> None:
    post = make_thread()
    make_response(post)
    moderator = moderator_of(post.board)
    do(asks(moderator), _fresh(post))
    deed = _deed()
    grafts.move(asks(site_moderator()), _fresh(post), make_board())
    before = _as_it_is(post)
    with pytest.raises((Refused, Conflict)):
        undo(asks(moderator), deed)
    assert _as_it_is(post) == before


def test_of_many_posts_those_moved_since_stay_as_they_are() -> None:
    board = make_board()
    author = make_member()
    stays, goes = (make_thread(board, author=author) for _number in range(2))
    moderator = moderator_of(board)
    states.remove(asks(moderator), targets.all_by(author), SPAM)
    deed = _deed()
    grafts.move(asks(site_moderator()), _fresh(goes), make_board())
    undone = undo(asks(moderator), deed)
    assert (undone.put_back, undone.left) == (1, 1)
    assert _as_it_is(stays)[0] == State.VISIBLE
    assert _as_it_is(goes)[0] == State.REMOVED


def test_nothing_is_moved_back_to_a_board_that_one_does_not_moderate() -> None:
    post, elsewhere = make_thread(), make_board()
    grafts.move(asks(site_moderator()), _fresh(post), elsewhere)
    with pytest.raises(Refused):
        undo(asks(moderator_of(elsewhere)), _deed())
    assert _as_it_is(post)[-1] == elsewhere.pk


def test_nothing_is_moved_back_to_a_board_that_one_cannot_see() -> None:
    post = make_thread()
    elsewhere = make_board()
    grafts.move(asks(site_moderator()), _fresh(post), elsewhere)
    put_rights(post.board, private_to(frozenset()))
    moderator = moderator_of(elsewhere)
    with pytest.raises(Refused) as refused:
        undo(asks(moderator), _deed())
    assert post.board.name not in str(refused.value)


@pytest.mark.parametrize("do", [members.silence, members.suspend])
def test_a_moderator_does_not_lift_what_befell_them_or_a_colleague(
    do: Callable[[Principal, Member, object, object], Deed],
) -> None:
    moderator, colleague = site_moderator(), site_moderator()
    do(asks(make_administrator()), moderator, in_a_week(), SPAM)
    before = Member.objects.values("silenced_until", "suspended_until").get(pk=moderator.pk)
    for who in (moderator, colleague):
        with pytest.raises((Refused, Missing)):
            undo(asks(who), _deed())
    after = Member.objects.values("silenced_until", "suspended_until").get(pk=moderator.pk)
    assert after == before


def test_who_was_warned_does_not_undo_the_warning() -> None:
    post = make_thread(author=(moderator := site_moderator()))
    members.warn(asks(site_moderator()), moderator, SPAM, _fresh(post))
    with pytest.raises(Refused):
        undo(asks(moderator), _deed())


@pytest.mark.parametrize("is_upheld", [True, False])
def test_nobody_decides_about_their_own_appeal(is_upheld: bool) -> None:
    moderator = site_moderator()
    members.silence(asks(make_administrator()), moderator, in_a_week(), SPAM)
    case = appeals.appeal(GUEST, Statement.unscoped.select_related("deed__post").get(), "No")
    with pytest.raises(Refused):
        appeals.decide(asks(moderator), case, "I am right", is_upheld=is_upheld)
    assert Member.objects.get(pk=moderator.pk).silenced_until is not None


def make_administrator() -> Member:
    return make_member(is_administrator=True)
