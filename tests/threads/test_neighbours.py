"""What stands beside a post, how much hangs below it, and how it's found."""

from __future__ import annotations

import pytest

from rejoinder.errors import Missing
from rejoinder.policy.principals import GUEST
from rejoinder.threads import scopes
from rejoinder.threads.counts import Count, branch_counts
from rejoinder.threads.find import (
    post_by_message_id,
    post_by_number,
    post_by_public_id,
    thread_of_root,
)
from rejoinder.threads.models import Alias, Numbering, Post, State
from rejoinder.threads.neighbours import neighbours
from rejoinder.threads.outline import outline
from rejoinder.threads.paging import START
from tests.factories import make_board, make_member, make_response, make_thread
from tests.planting import EPOCH, chain, plant, star

pytestmark = pytest.mark.django_db


def test_a_post_in_the_middle_has_neighbours_on_all_sides() -> None:
    board, member = make_board(), make_member()
    before, posts, after = (
        plant(board, member, [None, 0, 1, 0], start=EPOCH.replace(day=day)) for day in (1, 2, 3)
    )
    beside = neighbours(GUEST, posts[2])
    assert beside.parent is not None
    assert beside.previous is not None
    assert beside.next is not None
    assert (beside.parent.id, beside.previous.id) == (posts[1].pk, posts[1].pk)
    assert beside.next.id == posts[3].pk
    assert str(beside.before) == "2"
    assert beside.previous_thread is not None
    assert beside.next_thread is not None
    assert beside.previous_thread.root.id == before[0].pk
    assert beside.next_thread.root.id == after[0].pk


def test_the_only_post_has_no_neighbours() -> None:
    beside = neighbours(GUEST, make_thread())
    assert (beside.parent, beside.previous, beside.next) == (None, None, None)
    assert (beside.previous_thread, beside.next_thread, beside.before) == (None, None, Count(0))


def test_the_posts_before_are_counted_to_99() -> None:
    posts = plant(make_board(), make_member(), chain(300))
    assert [str(neighbours(GUEST, posts[n]).before) for n in (99, 100, 250)] == ["99", "99+", "99+"]


def test_branches_are_counted_exactly_to_99() -> None:
    parents: list[int | None] = [None, *([0] * 3), *([1] * 99), *([2] * 100)]
    posts = plant(make_board(), make_member(), parents)
    lines = outline(GUEST, scopes.whole(posts[0].thread), START, 500).rows
    counts = branch_counts(GUEST, lines)
    assert [str(counts[posts[n].pk]) for n in range(4)] == ["99+", "99", "99+", "0"]
    Post.unscoped.filter(pk=posts[-1].pk).update(state=State.WITHDRAWN)
    assert str(branch_counts(GUEST, lines)[posts[2].pk]) == "99"


def test_a_post_is_found_by_each_of_its_names() -> None:
    post = make_response(make_thread())
    number = Numbering.unscoped.get(post=post).number
    Alias.unscoped.create(post=post, message_id="<odd id>")
    assert post_by_public_id(GUEST, post.public_id) == post
    assert post_by_number(GUEST, post.board, number) == post
    assert post_by_message_id(GUEST, post.message_id) == post
    assert post_by_message_id(GUEST, "<odd id>") == post
    assert thread_of_root(GUEST, post.parent.public_id) == post.thread


def test_what_is_not_drawn_and_what_is_not_there_look_the_same() -> None:
    post = make_thread()
    number = Numbering.unscoped.get(post=post).number
    Post.unscoped.filter(pk=post.pk).update(state=State.HELD)
    texts = set()
    for find in (
        lambda: post_by_public_id(GUEST, post.public_id),
        lambda: post_by_public_id(GUEST, "nothing"),
        lambda: post_by_number(GUEST, post.board, number),
        lambda: post_by_number(GUEST, post.board, 10**6),
        lambda: post_by_message_id(GUEST, post.message_id),
        lambda: thread_of_root(GUEST, "nothing"),
    ):
        with pytest.raises(Missing) as missing:
            find()
        texts.add(missing.value.message)
    assert len(texts) == 1


def test_a_large_star_has_the_right_neighbours_at_its_ends() -> None:
    posts = plant(make_board(), make_member(), star(500))
    first, last = neighbours(GUEST, posts[1]), neighbours(GUEST, posts[500])
    assert first.previous is not None
    assert first.previous.id == posts[0].pk
    assert last.next is None
    assert last.previous is not None
    assert last.previous.id == posts[499].pk
