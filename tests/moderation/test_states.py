"""Approve, remove, restore, hold, and their undoing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.errors import BadInput, Conflict, Missing, Refused
from rejoinder.members.models import Member
from rejoinder.moderation import targets
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import approve, change_posts, hold, remove, restore
from rejoinder.moderation.deeds.undo import undo
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, DeedPost, Statement
from rejoinder.moderation.report import report
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.models import State
from tests.factories import make_board, make_member, make_response, make_thread
from tests.moderation import moderating
from tests.moderation.moderating import SPAM, asks, moderator_of, state_of
from tests.planting import check_whole

pytestmark = pytest.mark.django_db


def test_a_removed_post_is_a_stub_and_its_author_has_a_statement() -> None:
    post = make_thread(title="Buy now")
    moderator = moderator_of(post.board)
    outcome = remove(asks(moderator), targets.this(post), SPAM)
    assert state_of(post) == State.REMOVED
    statement = Statement.unscoped.get()
    assert statement.member_id == post.author_id
    assert statement.quoted == [{"title": "Buy now", "public_id": post.public_id}]
    assert (statement.was_reported, statement.was_found_by_rule) == (False, False)
    assert outcome.deed.reason == SPAM.reason
    assert outcome.deed.by_id == moderator.pk
    assert Member.objects.get(pk=post.author_id).unread_notices == 1
    check_whole(post.board)


def test_removing_asks_for_a_reason() -> None:
    post = make_thread()
    with pytest.raises(BadInput):
        remove(asks(moderator_of(post.board)), targets.this(post), Why("  "))
    assert state_of(post) == State.VISIBLE
    assert moderating.deeds() == []


@pytest.mark.parametrize("kind", [DeedKind.REMOVE, DeedKind.HOLD])
def test_a_member_can_do_none_of_it_to_a_post_they_see(kind: DeedKind) -> None:
    post = make_thread()
    with pytest.raises(Refused):
        change_posts(asks(make_member()), kind, targets.this(post), SPAM)
    assert state_of(post) == State.VISIBLE


def test_what_stands_on_a_board_one_cannot_read_is_missing() -> None:
    insider = make_member()
    post = make_thread(moderating.private_board(insider), author=insider)
    with pytest.raises(Missing):
        remove(asks(moderator_of(make_board())), targets.this(post), SPAM)


def test_the_second_moderator_hears_that_it_is_done_and_nothing_is_counted_twice() -> None:
    post = make_thread()
    one, two = moderator_of(post.board), moderating.site_moderator()
    remove(asks(one), targets.this(post), SPAM)
    with pytest.raises(Conflict):
        remove(asks(two), targets.this(post), SPAM)
    assert moderating.deeds() == ["remove"]
    assert Statement.unscoped.count() == 1


def test_approving_a_held_post_shows_it_and_closes_its_case() -> None:
    post = make_thread()
    case = moderating.hold(post)
    moderator = moderator_of(post.board)
    approve(asks(moderator), targets.this(post))
    case.refresh_from_db()
    assert state_of(post) == State.VISIBLE
    assert case.closed_by_id == moderator.pk
    assert case.verdict is not None
    assert case.verdict.kind == DeedKind.APPROVE
    check_whole(post.board)


def test_a_reported_post_that_is_approved_stands_as_it_did() -> None:
    post = make_thread()
    reporter = make_member()
    report(asks(reporter), post, "spam")
    outcome = approve(asks(moderator_of(post.board)), targets.this(post))
    assert (outcome.changed, outcome.let_stand) == (0, 1)
    assert state_of(post) == State.VISIBLE
    assert not Case.unscoped.filter(closed_at=None).exists()
    assert Member.objects.get(pk=reporter.pk).unread_notices == 1


def test_there_is_nothing_to_approve_about_a_post_that_is_not_on_the_desk() -> None:
    post = make_thread()
    Case.unscoped.all().delete()
    with pytest.raises(Conflict):
        approve(asks(moderator_of(post.board)), targets.this(post))


def test_a_trusted_member_approves_what_was_never_shown_but_not_what_a_moderator_held() -> None:
    seen, unseen = make_thread(), make_thread()
    hold(asks(moderator_of(seen.board)), targets.this(seen), SPAM)
    moderating.never_shown(unseen)
    somebody = moderating.trusted()
    seen.refresh_from_db()
    with pytest.raises((Missing, Refused)):
        approve(asks(somebody), targets.this(seen))
    outcome = approve(asks(somebody), targets.this(unseen))
    assert outcome.deed.role == "trusted"
    assert state_of(unseen) == State.VISIBLE
    assert state_of(seen) == State.HELD


def test_holding_a_post_lays_it_on_the_desk() -> None:
    post = make_thread()
    hold(asks(moderator_of(post.board)), targets.this(post), SPAM)
    assert state_of(post) == State.HELD
    assert Case.unscoped.get(closed_at=None).kind == CaseKind.HELD


def test_a_branch_falls_whole_and_comes_back_whole() -> None:
    root = make_thread()
    moderator = asks(moderator_of(root.board))
    top = make_response(root)
    below = make_response(top)
    withdrawn = make_response(top)
    withdraw(asks(withdrawn.author), withdrawn)
    outcome = remove(moderator, targets.branch(top), SPAM)
    assert [state_of(post) for post in (root, top, below, withdrawn)] == ["v", "r", "r", "w"]
    assert outcome.changed == 2
    check_whole(root.board)
    undone = undo(moderator, outcome.deed)
    assert [state_of(post) for post in (root, top, below, withdrawn)] == ["v", "v", "v", "w"]
    assert (undone.put_back, undone.left) == (2, 0)
    check_whole(root.board)


def test_all_that_a_member_wrote_falls_where_one_moderates_and_nowhere_else() -> None:
    spammer = make_member()
    here, there = make_thread(author=spammer), make_thread(author=spammer)
    moderator = asks(moderator_of(here.board))
    falling = targets.falling(moderator, targets.all_by(spammer), frozenset({State.VISIBLE}))
    assert (falling.count, falling.left_out) == (1, 1)
    assert falling.boards == [(here.board, 1)]
    remove(moderator, targets.all_by(spammer), SPAM)
    assert (state_of(here), state_of(there)) == (State.REMOVED, State.VISIBLE)
    assert Statement.unscoped.count() == 1


def test_the_preview_says_nothing_of_posts_on_boards_that_one_cannot_read() -> None:
    insider = make_member()
    make_thread(moderating.private_board(insider), author=insider)
    here = make_thread(author=insider)
    moderator = asks(moderator_of(here.board))
    falling = targets.falling(moderator, targets.all_by(insider), frozenset({State.VISIBLE}))
    assert (falling.count, falling.left_out) == (1, 0)


def test_of_all_that_a_member_wrote_only_the_latest_days_fall_if_asked() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from rejoinder.threads.models import Post

    spammer = make_member()
    old, new = make_thread(author=spammer), make_thread(author=spammer)
    Post.unscoped.filter(pk=old.pk).update(posted_at=timezone.now() - timedelta(days=10))
    remove(asks(moderating.site_moderator()), targets.all_by(spammer, days=7), SPAM)
    assert (state_of(old), state_of(new)) == (State.VISIBLE, State.REMOVED)


def test_a_deed_over_two_boards_is_one_row_and_one_statement() -> None:
    spammer = make_member()
    make_thread(author=spammer)
    make_thread(author=spammer)
    remove(asks(moderating.site_moderator()), targets.all_by(spammer), SPAM)
    deed = Deed.unscoped.get()
    assert deed.board is None
    assert DeedPost.unscoped.filter(deed=deed).count() == 2
    assert Statement.unscoped.get().posts_count == 2


def test_an_undo_leaves_alone_what_somebody_changed_since() -> None:
    spammer = make_member()
    one, two, three = (make_thread(author=spammer) for _ in range(3))
    moderator = asks(moderating.site_moderator())
    deed = remove(moderator, targets.all_by(spammer), SPAM).deed
    other = asks(moderating.site_moderator())
    restore(other, targets.this(one))
    restore(other, targets.this(two))
    remove(other, targets.this(two), SPAM)
    undone = undo(moderator, deed)
    assert (undone.put_back, undone.left) == (1, 2)
    assert [state_of(post) for post in (one, two, three)] == ["v", "r", "v"]


def test_an_undone_deed_in_between_does_not_stand_in_the_way() -> None:
    post = make_thread()
    moderator = asks(moderator_of(post.board))
    first = remove(moderator, targets.this(post), SPAM).deed
    second = restore(moderator, targets.this(post)).deed
    undo(moderator, second)
    assert state_of(post) == State.REMOVED
    assert undo(moderator, first).put_back == 1
    assert state_of(post) == State.VISIBLE


def test_nothing_is_undone_twice() -> None:
    post = make_thread()
    moderator = asks(moderator_of(post.board))
    deed = remove(moderator, targets.this(post), SPAM).deed
    undo(moderator, deed)
    with pytest.raises(Conflict):
        undo(moderator, deed)
    assert moderating.deeds() == ["remove", "undo"]


def test_undoing_an_approval_lays_the_post_on_the_desk_again() -> None:
    post = make_thread()
    Case.unscoped.all().delete()
    moderating.hold(post)
    moderator = asks(moderator_of(post.board))
    deed = approve(moderator, targets.this(post)).deed
    undo(moderator, deed)
    assert state_of(post) == State.HELD
    assert [case.kind for case in Case.unscoped.filter(closed_at=None)] == ["held"]


def test_undoing_a_removal_reopens_what_was_reported_and_tells_the_author() -> None:
    post = make_thread()
    report(asks(make_member()), post, "spam")
    moderator = asks(moderator_of(post.board))
    deed = remove(moderator, targets.this(post), SPAM).deed
    assert Statement.unscoped.get().was_reported
    undo(moderator, deed)
    assert Case.unscoped.filter(closed_at=None, kind="reported").count() == 1
    assert Member.objects.get(pk=post.author_id).unread_notices == 2


def test_a_moderator_of_another_board_can_undo_nothing_of_it() -> None:
    post = make_thread()
    deed = remove(asks(moderator_of(post.board)), targets.this(post), SPAM).deed
    with pytest.raises(Refused):
        undo(asks(moderator_of(make_board())), deed)
    assert state_of(post) == State.REMOVED


def test_undoing_an_approval_gives_the_post_its_old_place_on_the_desk() -> None:
    posts = [make_thread(), make_thread()]
    Case.unscoped.all().delete()
    first, _second = (moderating.hold(post) for post in posts)
    moderator = asks(moderating.site_moderator())
    undo(moderator, approve(moderator, targets.this(posts[0])).deed)
    assert Case.unscoped.filter(closed_at=None).order_by("opened_at").first() == first
    assert Case.unscoped.count() == 2


def test_letting_many_stand_takes_as_many_queries_as_letting_few_stand() -> None:
    moderator = asks(moderating.site_moderator())
    costs = []
    for count in (2, 20):
        board = make_board()
        posts = [make_thread(board) for _ in range(count)]
        for post in posts:
            report(asks(make_member()), post, "spam")
        with CaptureQueriesContext(connection) as queries:
            outcome = approve(moderator, targets.chosen(posts))
        assert outcome.let_stand == count
        told = [q for q in queries if "unread_notices" not in q["sql"]]
        costs.append(len(told))
    assert costs[0] == costs[1]
