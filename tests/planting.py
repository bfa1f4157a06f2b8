"""Plants threads of any shape and size at once, and checks that a board's trees are whole."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.threads import labels
from rejoinder.threads.models import (
    STUBS,
    BoardTally,
    Numbering,
    Post,
    PostText,
    State,
    Thread,
    new_public_id,
)

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def chain(length: int) -> list[int | None]:
    """Return the parents of a chain: each post answers the one before."""
    return [None, *range(length - 1)]


def star(responses: int) -> list[int | None]:
    """Return the parents of a star: all posts answer the first."""
    return [None, *([0] * responses)]


def bush(size: int, seed: int = 1) -> list[int | None]:
    """Return the parents of a thread as people make them: mostly answers to late posts."""
    chance = random.Random(seed)
    return [None, *(max(0, n - int(chance.expovariate(0.2))) for n in range(size - 1))]


def plant(
    board: Board,
    author: Member,
    parents: Sequence[int | None],
    *,
    start: datetime = EPOCH,
    every: timedelta = timedelta(minutes=1),
    texts: bool = False,
) -> list[Post]:
    """Keep a thread and return its posts as planted, a parent before its responses.

    `parents` gives for each post the index of its parent, an earlier one; None for the root.
    """
    order, depths = _outline_of(parents)
    spans = dict(zip(order, labels.spread([depths[n] for n in order]), strict=True))
    counts = [0] * len(parents)
    for parent in parents[1:]:
        counts[parent] += 1
    times = [start + n * every for n in range(len(parents))]
    thread = Thread.unscoped.create(board=board, started_at=start, last_at=times[-1])
    first_id = (Post.unscoped.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    posts = []
    for n, parent in enumerate(parents):
        public_id = new_public_id()
        posts.append(
            Post(
                pk=first_id + n,
                public_id=public_id,
                message_id=f"{public_id}@planted.example",
                thread=thread,
                board=board,
                parent_id=None if parent is None else first_id + parent,
                opens=spans[n].opens,
                closes=spans[n].closes,
                depth=depths[n],
                author=author,
                title=f"Post {n}",
                first_line="words" if texts else "",
                has_text=texts,
                posted_at=times[n],
                responses_count=counts[n],
            )
        )
    Post.unscoped.bulk_create(posts, batch_size=500)
    if texts:
        PostText.unscoped.bulk_create(
            [PostText(post=post, html="<p>words</p>") for post in posts], batch_size=500
        )
    _move_serial_on()
    thread.root, thread.last_post, thread.posts_count = posts[0], posts[-1], len(posts)
    thread.save()
    _count_in(board, posts)
    return posts


def _outline_of(parents: Sequence[int | None]) -> tuple[list[int], list[int]]:
    responses = defaultdict(list)
    depths = [0] * len(parents)
    for n, parent in enumerate(parents):
        if parent is not None:
            responses[parent].append(n)
            depths[n] = depths[parent] + 1
    order, todo = [], [0]
    while todo:
        n = todo.pop()
        order.append(n)
        todo += reversed(responses[n])
    return order, depths


def _move_serial_on() -> None:
    from django.core.management.color import no_style
    from django.db import connection

    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [Post]):
            cursor.execute(sql)


def _count_in(board: Board, posts: Sequence[Post]) -> None:
    tally, _is_new = BoardTally.unscoped.get_or_create(board=board)
    Numbering.unscoped.bulk_create(
        [
            Numbering(board=board, number=tally.last_number + n, post=post)
            for n, post in enumerate(posts, 1)
        ],
        batch_size=500,
    )
    tally.last_number += len(posts)
    tally.posts_count += len(posts)
    tally.threads_count += 1
    if tally.last_at is None or tally.last_at <= posts[-1].posted_at:
        tally.last_post, tally.last_at = posts[-1], posts[-1].posted_at
    tally.save()


def check_whole(board: Board) -> None:
    """Assert that everything kept about a board's trees follows from parents, times and states."""
    posts = {post.pk: post for post in Post.unscoped.filter(board=board)}
    responses = _responses(posts)
    drawn = _drawn(posts, responses)
    threads = {thread.pk: thread for thread in Thread.unscoped.filter(board=board)}
    assert {root.thread_id for root in responses[None]} == set(threads)
    assert len(responses[None]) == len(threads)
    for thread in threads.values():
        _check_order(thread, posts, responses)
        _check_thread(thread, posts)
    for post in posts.values():
        assert post.is_drawn == (post.pk in drawn)
        assert post.responses_count == sum(r.pk in drawn for r in responses[post.pk])
    _check_tally(board, posts, threads)


def check_order(board: Board) -> None:
    """Assert that labels, depths and threads follow from who answers whom and when."""
    posts = {post.pk: post for post in Post.unscoped.filter(board=board)}
    for thread in Thread.unscoped.filter(board=board):
        _check_order(thread, posts, _responses(posts))


def _responses(posts: dict[int, Post]) -> dict[int | None, list[Post]]:
    responses: dict[int | None, list[Post]] = defaultdict(list)
    for post in sorted(posts.values(), key=lambda post: (post.posted_at, post.pk)):
        responses[post.parent_id].append(post)
    return responses


def _drawn(posts: dict[int, Post], responses: dict[int | None, list[Post]]) -> set[int]:
    drawn: set[int] = set()
    for post in sorted(posts.values(), key=lambda post: -post.depth):
        hangs = any(response.pk in drawn for response in responses[post.pk])
        if post.state == State.VISIBLE or (post.state in STUBS and hangs):
            drawn.add(post.pk)
    return drawn


def _check_order(
    thread: Thread, posts: dict[int, Post], responses: dict[int | None, list[Post]]
) -> None:
    root = posts[thread.root_id]
    assert (root.thread_id, root.parent_id, root.depth) == (thread.pk, None, 0)
    walked, todo = [], [root]
    while todo:
        post = todo.pop()
        walked.append(post)
        todo += reversed(responses[post.pk])
        for response in responses[post.pk]:
            assert response.depth == post.depth + 1
            assert response.thread_id == thread.pk
            assert post.opens < response.opens < response.closes < post.closes
        for left, right in zip(responses[post.pk], responses[post.pk][1:], strict=False):
            assert left.closes < right.opens
    kept = sorted((p for p in posts.values() if p.thread_id == thread.pk), key=lambda p: p.opens)
    assert [post.pk for post in kept] == [post.pk for post in walked]


def _check_thread(thread: Thread, posts: dict[int, Post]) -> None:
    root = posts[thread.root_id]
    visible = [
        post
        for post in posts.values()
        if post.thread_id == thread.pk and post.state == State.VISIBLE
    ]
    assert thread.posts_count == len(visible)
    assert thread.is_shown == bool(visible)
    if visible:
        by_time = sorted(visible, key=lambda post: (post.posted_at, post.pk))
        assert (thread.last_post_id, thread.last_at) == (by_time[-1].pk, by_time[-1].posted_at)
        first = by_time[0] if root.state == State.MISSING else root
        assert thread.started_at == first.posted_at


def _check_tally(board: Board, posts: dict[int, Post], threads: dict[int, Thread]) -> None:
    visible = [post for post in posts.values() if post.state == State.VISIBLE]
    numbers = list(Numbering.unscoped.filter(board=board).values_list("number", "post_id"))
    tally = BoardTally.unscoped.filter(board=board).first() or BoardTally(board=board)
    assert tally.posts_count == len(visible)
    assert tally.threads_count == sum(thread.posts_count > 0 for thread in threads.values())
    assert sorted(number for number, _post in numbers) == list(range(1, tally.last_number + 1))
    assert {post.pk for post in visible} <= {post_id for _number, post_id in numbers}
    if visible:
        last = max(visible, key=lambda post: (post.posted_at, post.pk))
        assert (tally.last_post_id, tally.last_at) == (last.pk, last.posted_at)
