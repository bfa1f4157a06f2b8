"""Counts and numbers, kept by the transaction that makes a post appear or disappear.

Locks: the thread's row is locked by the caller (`tree.locked`); the board's tally is
locked here, after it.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import F

from rejoinder.threads.models import BoardTally, Numbering, Post, State, Thread


def tally_of(board_id: int) -> BoardTally:
    """Return a board's tally, locked until the transaction ends; made if there's none."""
    BoardTally.objects.get_or_create(board_id=board_id)
    tallies = BoardTally.objects.filter(pk=board_id)
    if connection.features.has_select_for_update:
        tallies = tallies.select_for_update()
    return tallies.get()


def appear(post: Post, thread: Thread) -> None:
    """Count a post that has just become visible, and give it its number on its board."""
    thread.posts_count += 1
    if thread.last_post_id is None or post.posted_at >= thread.last_at:
        thread.last_at, thread.last_post = post.posted_at, post
    if post.parent_id is None:
        thread.started_at = post.posted_at
    thread.save(update_fields=["posts_count", "last_at", "last_post", "started_at"])
    tally = tally_of(post.board_id)
    tally.posts_count += 1
    tally.threads_count += thread.posts_count == 1
    if tally.last_at is None or post.posted_at >= tally.last_at:
        tally.last_at, tally.last_post = post.posted_at, post
    if not Numbering.objects.filter(post=post, board_id=post.board_id).exists():
        tally.last_number += 1
        Numbering.objects.create(board_id=post.board_id, number=tally.last_number, post=post)
    tally.save()


def disappear(post: Post, thread: Thread) -> None:
    """Count out a post that was visible and is so no longer. Its number stays a hole."""
    thread.posts_count -= 1
    _find_last(thread)
    tally = tally_of(post.board_id)
    tally.posts_count -= 1
    tally.threads_count -= thread.posts_count == 0
    if tally.last_post_id == post.pk:
        last = (
            Post.objects.filter(board_id=post.board_id, state=State.VISIBLE)
            .order_by("-posted_at", "-pk")
            .first()
        )
        tally.last_post, tally.last_at = last, last.posted_at if last else None
    tally.save()
    if post.responses_count == 0:
        fall_off(post)


def hang_on(post: Post) -> None:
    """Count a newly drawn post among its parent's responses.

    An empty place or stub that nothing hung on is drawn from then on, and so counts
    with its own parent, and so on upwards.
    """
    while post.parent_id is not None:
        Post.objects.filter(pk=post.parent_id).update(responses_count=F("responses_count") + 1)
        post = Post.objects.get(pk=post.parent_id)
        if post.state == State.VISIBLE or post.responses_count > 1:
            return


def fall_off(post: Post) -> None:
    """Count a post that's no longer drawn out of its parent's responses; `hang_on` undone."""
    while post.parent_id is not None:
        Post.objects.filter(pk=post.parent_id).update(responses_count=F("responses_count") - 1)
        post = Post.objects.get(pk=post.parent_id)
        if post.state == State.VISIBLE or post.responses_count > 0:
            return


def shift(count: int, source: Thread, target: Thread) -> None:
    """Move so many visible posts from one thread's tally to another's, on one board."""
    threads_before = bool(source.posts_count) + bool(target.posts_count)
    source.posts_count -= count
    target.posts_count += count
    for thread in (source, target):
        _find_last(thread)
    tally = tally_of(source.board_id)
    tally.threads_count += bool(source.posts_count) + bool(target.posts_count) - threads_before
    tally.save(update_fields=["threads_count"])


def _find_last(thread: Thread) -> None:
    last = (
        Post.objects.filter(thread=thread, state=State.VISIBLE)
        .order_by("-posted_at", "-pk")
        .first()
    )
    thread.last_post = last
    if last is not None:
        thread.last_at = last.posted_at
    thread.save(update_fields=["posts_count", "last_at", "last_post"])
