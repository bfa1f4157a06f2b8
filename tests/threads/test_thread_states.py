"""Locked, pinned and slow threads: set, undone, and over when their time is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rejoinder.errors import BadInput, Conflict, Missing
from rejoinder.policy.principals import GUEST
from rejoinder.posts import graft
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads import lock, pin, slow, thread_state
from rejoinder.threads.models import Post, Thread
from rejoinder.threads.thread_state import ThreadState, state_of
from tests.factories import make_board, make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def fresh(root: Post) -> Thread:
    return Thread.unscoped.get(root=root)


def test_each_deed_returns_what_the_thread_was_and_sets_nothing_else() -> None:
    thread = make_thread().thread
    until = timezone.now() + HOUR
    assert lock.lock(thread) == ThreadState()
    assert pin.pin(thread, until) == ThreadState(is_locked=True)
    before = slow.slow_down(thread, 90)
    assert before == ThreadState(is_locked=True, is_pinned=True, pinned_until=until)
    now = state_of(Thread.unscoped.get())
    assert now == ThreadState(True, True, until, 90, None)
    assert now == state_of(thread)
    lock.unlock(thread)
    pin.unpin(thread)
    assert slow.speed_up(thread) == ThreadState(slow_seconds=90)
    assert state_of(Thread.unscoped.get()) == ThreadState()


def test_a_state_is_the_same_after_a_log_kept_it() -> None:
    state = ThreadState(True, True, timezone.now(), 90, None)
    assert ThreadState.from_json(state.as_json()) == state


def test_a_stale_thread_at_hand_undoes_nothing_that_another_moderator_set() -> None:
    root = make_thread()
    stale = fresh(root)
    lock.lock(root.thread)
    pin.pin(stale)
    assert state_of(fresh(root)).is_locked
    assert stale.is_locked


def test_a_thread_that_was_merged_is_missing() -> None:
    root, other = make_thread(), make_thread()
    thread = fresh(other)
    graft.merge(other, root)
    with pytest.raises(Missing):
        thread_state.change(thread, is_locked=True)


def test_pinned_threads_are_listed_until_their_time_is_over() -> None:
    board = make_board()
    roots = [make_thread(board) for _n in range(4)]
    pin.pin(roots[0].thread)
    pin.pin(roots[1].thread, timezone.now() + HOUR)
    pin.pin(roots[2].thread, timezone.now() - HOUR)
    lines = pin.pinned_threads(GUEST, board)
    assert [line.root.id for line in lines] == [roots[1].pk, roots[0].pk]
    assert all(line.state.is_pinned_now for line in lines)


def test_a_pinned_thread_with_nothing_visible_is_not_listed() -> None:
    root = make_thread()
    pin.pin(root.thread)
    assert root.author
    withdraw(principal_of(root.author), root)
    assert pin.pinned_threads(GUEST, root.board) == []


def test_a_board_has_ten_pinned_threads_at_most() -> None:
    board, author = make_board(), make_member()
    roots = [make_thread(board, author=author) for _n in range(pin.MOST_PINNED + 1)]
    for root in roots[:-1]:
        pin.pin(root.thread)
    with pytest.raises(Conflict, match="Unpin"):
        pin.pin(roots[-1].thread)
    # One that's pinned already may get another time.
    pin.pin(roots[0].thread, timezone.now() - HOUR)
    pin.pin(roots[-1].thread)


def test_slow_mode_says_when_a_member_may_post_again() -> None:
    root = make_thread()
    member, other = make_member(), make_member()
    post = make_response(root, author=member)
    thread = root.thread
    assert slow.open_again_at(thread, member.pk) is None
    slow.slow_down(thread, 600)
    assert slow.open_again_at(thread, member.pk) == post.posted_at + timedelta(seconds=600)
    assert slow.open_again_at(thread, other.pk) is None
    assert slow.open_again_at(make_thread().thread, member.pk) is None


def test_taking_a_post_back_does_not_shorten_the_wait() -> None:
    root, member = make_thread(), make_member()
    slow.slow_down(root.thread, 600)
    withdraw(principal_of(member), make_response(root, author=member))
    assert slow.open_again_at(root.thread, member.pk) is not None


def test_slow_mode_ends_at_its_time() -> None:
    root, member = make_thread(), make_member()
    make_response(root, author=member)
    slow.slow_down(root.thread, 600, timezone.now() - HOUR)
    assert slow.open_again_at(root.thread, member.pk) is None
    Post.unscoped.filter(author=member).update(posted_at=timezone.now() - HOUR)
    slow.slow_down(root.thread, 600)
    assert slow.open_again_at(root.thread, member.pk) is None


@pytest.mark.parametrize("seconds", [0, -1, slow.MOST_SECONDS + 1])
def test_slow_mode_takes_a_second_to_a_week(seconds: int) -> None:
    with pytest.raises(BadInput):
        slow.slow_down(make_thread().thread, seconds)
