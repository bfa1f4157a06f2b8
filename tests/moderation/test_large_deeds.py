"""Deeds larger than a transaction: done in parts, and still one deed, one statement, one undo."""

from __future__ import annotations

from typing import Any

import pytest

from rejoinder.errors import Conflict
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import states
from rejoinder.moderation.deeds import undo as undoing
from rejoinder.moderation.deeds.undo import may_undo, undo
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedPost, Notice, Statement
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.moderation.moderating import SPAM, moderator_of, site_moderator

pytestmark = pytest.mark.django_db

SIZE = 3


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "AT_ONCE", SIZE)
    monkeypatch.setattr(undoing, "AT_ONCE", SIZE)


def states_of(posts: list[Post]) -> set[str]:
    return set(Post.unscoped.filter(pk__in=[p.pk for p in posts]).values_list("state", flat=True))


def test_all_of_a_members_posts_fall_to_one_deed_however_many() -> None:
    spammer, here, there = make_member(), make_board(), make_board()
    posts = [make_thread(here, author=spammer) for _n in range(4)]
    posts += [make_thread(there, author=spammer) for _n in range(4)]
    by = principal_of(site_moderator())
    outcome = states.remove(by, targets.all_by(spammer), SPAM)
    assert (outcome.changed, outcome.passed_over) == (8, 0)
    assert states_of(posts) == {State.REMOVED}
    deed = Deed.unscoped.get()
    assert DeedPost.unscoped.filter(deed=deed).count() == 8
    assert deed.board is None, "the first part knew of one board only"
    [statement] = Statement.unscoped.all()
    assert statement.posts_count == len(statement.quoted) == 8
    assert Notice.unscoped.filter(member=spammer).count() == 1
    undone = undo(by, deed)
    assert (undone.put_back, undone.left) == (8, 0)
    assert states_of(posts) == {State.VISIBLE}
    assert DeedPost.unscoped.filter(deed=undone.deed).count() == 8


def test_a_branch_falls_whole_and_each_author_is_told_once() -> None:
    board = make_board()
    by = principal_of(moderator_of(board))
    ann, bob = make_member(), make_member()
    top = make_thread(board, author=ann)
    posts = [top]
    for number in range(9):
        posts.append(make_response(posts[-1], author=ann if number < 5 else bob))
    states.remove(by, targets.branch(top), SPAM)
    assert states_of(posts) == {State.REMOVED}
    counted = dict(Statement.unscoped.values_list("member", "posts_count"))
    assert counted == {ann.pk: 6, bob.pk: 4}
    assert Deed.unscoped.get().subject is None


def test_an_undo_that_broke_off_is_taken_up_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    spammer, board = make_member(), make_board()
    posts = [make_thread(board, author=spammer) for _n in range(8)]
    by = principal_of(moderator_of(board))
    deed = states.remove(by, targets.all_by(spammer), SPAM).deed
    with monkeypatch.context() as broken:
        broken.setattr(undoing, "go_on", lambda _principal, undone: undone)
        undo(by, deed)
    assert states_of(posts) == {State.REMOVED, State.VISIBLE}
    deed = Deed.unscoped.select_related("undone_by", "board").get(pk=deed.pk)
    assert may_undo(by, deed), "the log offers it again"
    undone = undo(by, deed)
    assert undone.put_back == 5
    assert states_of(posts) == {State.VISIBLE}
    deed = Deed.unscoped.select_related("undone_by", "board").get(pk=deed.pk)
    assert not may_undo(by, deed)
    with pytest.raises(Conflict):
        undo(by, deed)


def test_a_deed_that_broke_off_goes_on_when_it_is_done_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spammer, board = make_member(), make_board()
    posts = [make_thread(board, author=spammer) for _n in range(8)]
    by = principal_of(moderator_of(board))
    done, real = [], states._do_part

    def breaking(*args: Any, **kwargs: Any) -> Any:
        if len(done) == 1:
            raise KeyboardInterrupt
        done.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(states, "_do_part", breaking)
    with pytest.raises(KeyboardInterrupt):
        states.remove(by, targets.all_by(spammer), SPAM)
    monkeypatch.setattr(states, "_do_part", real)
    assert states_of(posts) == {State.REMOVED, State.VISIBLE}, "what was done stands"
    assert states.remove(by, targets.all_by(spammer), SPAM).changed == 5
    assert states_of(posts) == {State.REMOVED}


def test_undoing_lays_the_cases_of_every_part_on_the_desk_again() -> None:
    spammer, board = make_member(), make_board()
    posts = [make_thread(board, author=spammer) for _n in range(8)]
    for post in posts:
        Case.unscoped.create(kind=CaseKind.REPORTED, post=post)
    by = principal_of(moderator_of(board))
    deed = states.remove(by, targets.all_by(spammer), SPAM).deed
    assert not Case.unscoped.filter(closed_at=None).exists()
    undo(by, deed)
    assert Case.unscoped.filter(closed_at=None).count() == 8


def test_what_was_changed_since_stays_in_every_part() -> None:
    spammer, board = make_member(), make_board()
    posts = [make_thread(board, author=spammer) for _n in range(8)]
    by = principal_of(moderator_of(board))
    deed = states.remove(by, targets.all_by(spammer), SPAM).deed
    for post in posts[:4]:
        states.restore(by, targets.this(post))
        states.hold(by, targets.this(post), SPAM)
    undone = undo(by, deed)
    assert (undone.put_back, undone.left) == (4, 4)
    assert states_of(posts[:4]) == {State.HELD}
    assert states_of(posts[4:]) == {State.VISIBLE}
