"""Labels stay short, also where posts are put between posts again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rejoinder.members.models import Member
from rejoinder.posts import keep
from rejoinder.threads import labels, rebalance
from rejoinder.threads.models import Post, Thread
from tests.factories import make_board, make_member
from tests.planting import chain, check_order, plant

pytestmark = pytest.mark.django_db


def respond(parent: Post, posted_at: datetime, author: Member) -> Post:
    """Hang a post as the deeds do, without its tallies."""
    parent.refresh_from_db(fields=["opens", "closes"])
    post = keep.new_post(
        thread=parent.thread, parent=parent, posted_at=posted_at, author=author, message_id="x"
    )
    post.message_id = post.public_id
    post.save(force_insert=True)
    rebalance.keep_short(post)
    return post


def zigzag(root: Post, author: Member, posts: int) -> None:
    """Hang posts so that labels grow fastest: two to the left of the last, then one below it.

    Of all patterns of up to six steps this is the worst: two characters for three posts.
    """
    post = root
    for turn in range(posts // 3):
        at = root.posted_at + timedelta(days=turn + 1)
        respond(post, at + timedelta(minutes=2), author)
        respond(post, at + timedelta(minutes=1), author)
        post = respond(post, at, author)


def longest() -> int:
    return max(
        max(len(opens), len(closes))
        for opens, closes in Post.unscoped.values_list("opens", "closes")
    )


def test_the_worst_zigzag_never_comes_near_what_an_index_takes() -> None:
    board, author = make_board(), make_member()
    root = plant(board, author, [None])[0]
    zigzag(root, author, 2_000)
    check_order(board)
    # PostgreSQL takes 2,704 bytes in all. Nobody has tidied yet.
    assert longest() <= rebalance.LAST_RESORT + 20
    rebalance.tidy()
    assert longest() <= labels.TOO_LONG
    check_order(board)


def test_siblings_put_between_siblings_keep_short_labels() -> None:
    board, author = make_board(), make_member()
    root = plant(board, author, [None])[0]
    for _round in range(8):
        early, late = root.posted_at, root.posted_at + timedelta(days=30_000)
        for turn in range(50):
            middle = early + (late - early) / 2
            respond(root, middle, author)
            early, late = (middle, late) if turn % 2 else (early, middle)
    assert longest() <= labels.TOO_LONG
    check_order(board)


def test_a_large_branch_waits_to_be_tidied_and_is_read_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(labels, "TOO_LONG", 240)
    monkeypatch.setattr(rebalance, "MOST_AT_ONCE", 5)
    board, author = make_board(), make_member()
    root = plant(board, author, chain(10))[0]
    zigzag(root, author, 600)
    assert labels.TOO_LONG < longest() <= rebalance.LAST_RESORT + 20
    assert list(Thread.unscoped.filter(wants_relabel=True)) == [root.thread]
    order = list(Post.unscoped.filter(thread=root.thread).order_by("opens").values_list("pk"))
    assert rebalance.tidy() == 1
    assert longest() < 20
    assert rebalance.tidy() == 0
    assert (
        list(Post.unscoped.filter(thread=root.thread).order_by("opens").values_list("pk")) == order
    )
    check_order(board)


def test_the_last_resort_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "TOO_LONG", 240)
    monkeypatch.setattr(rebalance, "MOST_AT_ONCE", 5)
    monkeypatch.setattr(rebalance, "LAST_RESORT", 300)
    board, author = make_board(), make_member()
    root = plant(board, author, [None])[0]
    zigzag(root, author, 600)
    assert longest() <= 320
    check_order(board)
