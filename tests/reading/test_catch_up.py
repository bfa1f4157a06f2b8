from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from rejoinder.errors import Missing, Refused
from rejoinder.members.models import Member
from rejoinder.policy.principals import GUEST
from rejoinder.posts import graft
from rejoinder.posts.states import change_state
from rejoinder.reading import options
from rejoinder.reading.catch_up import Seen, catch_up, last_of, undo
from rejoinder.reading.mark import mark_fetched, mark_read, mark_unread
from rejoinder.reading.marks import marks_of
from rejoinder.threads.models import BoardTally, Post, State, Thread
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

pytestmark = pytest.mark.django_db


def new_to(member: Member) -> set[int]:
    """Return which of all posts are new to a member."""
    return set(marks_of(member.pk).new_among(Post.unscoped.values_list("pk", flat=True)))


def now(post: Post) -> Post:
    """Return a post as it is by now."""
    return Post.unscoped.select_related("board", "thread", "parent", "author").get(pk=post.pk)


def test_a_branch_a_thread_a_board_and_all_are_caught_up_with() -> None:
    member = make_member()
    principal = principal_of(member)
    root = make_thread()
    branch = make_response(root)
    below, beside = make_response(branch), make_response(root)
    neighbour, elsewhere = make_thread(root.board), make_thread()
    assert catch_up(principal, now(branch)) == 2
    assert new_to(member) == {root.pk, beside.pk, neighbour.pk, elsewhere.pk}
    assert catch_up(principal, now(root)) == 2
    assert new_to(member) == {neighbour.pk, elsewhere.pk}
    assert catch_up(principal, root.board) == 1
    assert new_to(member) == {elsewhere.pk}
    assert catch_up(principal, None) == 1
    assert new_to(member) == set()
    assert not marks_of(member.pk).is_new(below.pk)


def test_only_what_was_posted_before_a_day_is_caught_up_with() -> None:
    member, now_ = make_member(), timezone.now()
    old, young = make_thread(), make_thread()
    Post.unscoped.filter(pk=old.pk).update(posted_at=now_ - timedelta(days=9))
    assert catch_up(principal_of(member), None, now_ - timedelta(days=3)) == 1
    assert new_to(member) == {young.pk}


def test_the_last_catch_up_is_undone_and_only_what_it_marked() -> None:
    earlier = make_thread()
    member = make_member()
    principal = principal_of(member)
    read, unread, later = make_thread(), make_thread(), make_thread()
    mark_unread(principal, [earlier.pk])
    mark_read(principal, [read.pk])
    assert catch_up(principal, None) == 3
    found = last_of(principal)
    assert found is not None
    assert found.posts_count == 3
    # Read since on its page; so it stays.
    mark_read(principal, [later.pk])
    assert undo(principal) == 2
    assert new_to(member) == {earlier.pk, unread.pk}
    assert last_of(principal) is None
    assert undo(principal) == 0


def test_a_catch_up_that_marks_nothing_leaves_the_last_ones_undo() -> None:
    principal = principal_of(make_member())
    post = make_thread()
    catch_up(principal, None)
    assert catch_up(principal, now(post)) == 0
    assert undo(principal) == 1


def test_what_came_after_the_page_was_made_stays_new_also_if_approved_late() -> None:
    member = make_member()
    principal = principal_of(member)
    root = make_thread()
    held = make_held(root)
    shown = make_response(root)
    seen = Seen(posts_count=Thread.unscoped.get(pk=root.thread_id).posts_count)
    number = BoardTally.unscoped.get(board=root.board).last_number
    late = make_response(root)
    change_state(now(held), State.VISIBLE)
    assert catch_up(principal, now(root), seen=seen) == 2
    assert new_to(member) == {held.pk, late.pk}
    assert not marks_of(member.pk).is_new(shown.pk)
    assert catch_up(principal, root.board, seen=Seen(number=number)) == 0
    assert catch_up(principal, root.board, seen=Seen(number=number + 2)) == 2


def test_what_is_hidden_from_the_member_stays_new() -> None:
    member = make_member()
    root = make_thread()
    withdrawn, held = hide(make_response(root), State.WITHDRAWN), make_held(root)
    insider = make_member()
    private = make_thread(make_private_board(make_group("", insider)), author=insider)
    assert catch_up(principal_of(member), None) == 1
    assert {withdrawn.pk, held.pk, private.pk} == new_to(member)
    with pytest.raises(Missing):
        catch_up(principal_of(member), private.board)
    with pytest.raises(Missing):
        catch_up(principal_of(member), private)
    with pytest.raises(Refused):
        catch_up(GUEST, None)


def test_a_post_held_as_a_member_joined_is_new_once_it_is_approved() -> None:
    held = make_held(make_thread())
    later = make_member()
    change_state(now(held), State.VISIBLE)
    assert new_to(later) == {held.pk}


def test_a_held_post_is_new_after_a_catch_up_that_it_missed() -> None:
    member = make_member()
    held = make_held(make_thread())
    catch_up(principal_of(member), None)
    assert held.pk in new_to(member)
    change_state(now(held), State.VISIBLE)
    assert new_to(member) == {held.pk}


def test_what_is_withdrawn_and_shown_again_is_as_it_was() -> None:
    member = make_member()
    read, unread = make_thread(), make_thread()
    mark_read(principal_of(member), [read.pk])
    for post in (read, unread):
        change_state(now(post), State.REMOVED)
        change_state(now(post), State.VISIBLE)
    assert new_to(member) == {unread.pk}


def test_grafts_and_moves_change_nothing_of_what_is_read() -> None:
    member = make_member()
    root = make_thread()
    branch = make_response(root)
    below = make_response(branch)
    other, board = make_thread(), make_board()
    mark_read(principal_of(member), [branch.pk])
    for deed in (
        lambda: graft.split(now(branch)),
        lambda: graft.move(now(branch), board),
        lambda: graft.merge(now(branch), now(other)),
    ):
        deed()
        assert new_to(member) == {root.pk, below.pk, other.pk}
    assert catch_up(principal_of(member), now(other)) == 2
    assert undo(principal_of(member)) == 2
    assert new_to(member) == {root.pk, below.pk, other.pk}


def test_an_undo_finds_its_posts_wherever_they_were_moved() -> None:
    member = make_member()
    root = make_thread()
    branch = make_response(root)
    catch_up(principal_of(member), now(root))
    graft.split(now(branch))
    assert undo(principal_of(member)) == 2
    assert new_to(member) == {root.pk, branch.pk}


def test_an_older_page_does_not_read_what_was_marked_as_new_since() -> None:
    member = make_member()
    principal = principal_of(member)
    post, other = make_thread(), make_thread()
    mark_read(principal, [post.pk])
    older = marks_of(member.pk).version
    mark_unread(principal, [post.pk])
    mark_read(principal, [post.pk, other.pk], older)
    assert new_to(member) == {post.pk}
    assert catch_up(principal, None, seen=Seen(version=older)) == 0
    mark_read(principal, [post.pk], marks_of(member.pk).version)
    assert new_to(member) == set()


def test_what_a_newsreader_fetches_is_read_only_for_who_asks_for_it() -> None:
    member, post = make_member(), make_thread()
    mark_fetched(principal_of(member), [post.pk])
    assert new_to(member) == {post.pk}
    options.set_fetching_reads(member.pk, reads=True)
    mark_fetched(principal_of(member), [post.pk])
    assert new_to(member) == set()
    mark_fetched(GUEST, [post.pk])
