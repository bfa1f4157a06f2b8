"""Counts and numbers, kept by the transaction that makes a post appear or disappear.

Locks: the thread's row is locked by the caller (`tree.locked`); the board's tally is
locked here, after it.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import F, QuerySet

from rejoinder.statements.insert import insert_values
from rejoinder.statements.run import run
from rejoinder.threads.models import BoardTally, Numbering, Post, State, Thread


def tally_of(board_id: int) -> BoardTally:
    """Return a board's tally, locked until the transaction ends; made if there's none."""
    tallies = BoardTally.unscoped.filter(pk=board_id)
    if connection.features.has_select_for_update:
        tallies = tallies.select_for_update()
    tally = tallies.first()
    if tally is None:
        BoardTally.unscoped.get_or_create(board_id=board_id)
        tally = tallies.get()
    return tally


def appear(post: Post, thread: Thread, *, is_new: bool = False) -> None:
    """Count a post that has just become visible, and give it its number on its board.

    One that was visible there before keeps the number it had; a new one has none.
    """
    thread.posts_count += 1
    if _is_newest(post, thread):
        thread.last_at, thread.last_post = post.posted_at, post
    if _begins(post, thread):
        thread.started_at = post.posted_at
    is_unnumbered = (
        is_new or not Numbering.unscoped.filter(post=post, board_id=post.board_id).exists()
    )
    number = _count_in(post, begins_thread=thread.posts_count == 1, is_unnumbered=is_unnumbered)
    # Under the tally's lock: a thread that appears is noted for those beside it, and of two
    # that appear at once one must see the other (changes.py).
    _save_tally(thread)
    if is_unnumbered:
        given = {"board_id": post.board_id, "number": number, "post_id": post.pk}
        insert_values(Numbering, given)


_SAVE_TALLY = """
    UPDATE threads_thread SET posts_count = %s, last_at = %s, last_post_id = %s, started_at = %s
    WHERE id = %s
"""


def _save_tally(thread: Thread) -> None:
    """Save what a thread counts, and its ends."""
    adapted = connection.ops.adapt_datetimefield_value
    last_at, started_at = adapted(thread.last_at), adapted(thread.started_at)
    values = (thread.posts_count, last_at, thread.last_post_id, started_at, thread.pk)
    run(_SAVE_TALLY, values)


# One statement, which also takes the row's lock: every post of a board waits here.
_COUNT_IN = """
    UPDATE threads_boardtally SET
        posts_count = posts_count + 1,
        threads_count = threads_count + %s,
        last_number = last_number + %s,
        last_post_id = CASE
            WHEN last_at IS NULL OR last_at < %s OR (last_at = %s AND last_post_id <= %s) THEN %s
            ELSE last_post_id END,
        last_at = CASE WHEN last_at IS NULL OR last_at < %s THEN %s ELSE last_at END
    WHERE board_id = %s RETURNING last_number
"""


def _count_in(post: Post, *, begins_thread: bool, is_unnumbered: bool) -> int:
    """Count a post in its board's tally and return the board's last number after it."""
    at = connection.ops.adapt_datetimefield_value(post.posted_at)
    counts = (int(begins_thread), int(is_unnumbered))
    values = (*counts, at, at, post.pk, post.pk, at, at, post.board_id)
    rows = run(_COUNT_IN, values)
    if not rows:
        BoardTally.unscoped.get_or_create(board_id=post.board_id)
        rows = run(_COUNT_IN, values)
    return int(rows[0][0])


def disappear(post: Post, thread: Thread) -> None:
    """Count out a post that was visible and is so no longer. Its number stays a hole."""
    thread.posts_count -= 1
    find_ends(thread)
    tally = tally_of(post.board_id)
    tally.posts_count -= 1
    tally.threads_count -= thread.posts_count == 0
    if tally.last_post_id == post.pk:
        find_last(tally)
    tally.save()
    if post.responses_count == 0:
        fall_off(post)


_ONE_MORE = "UPDATE threads_post SET responses_count = responses_count + 1 WHERE id = %s"


def hang_on(post: Post) -> None:
    """Count a newly drawn post among its parent's responses.

    An empty place or stub that nothing hung on is drawn from then on, and so counts
    with its own parent, and so on upwards.
    """
    while (parent := post.parent) is not None:
        run(_ONE_MORE, [parent.pk])
        if parent.is_drawn:
            return
        parent.refresh_from_db(fields=["is_drawn"])
        if not parent.is_drawn:
            return
        post = parent


def fall_off(post: Post) -> None:
    """Count a post that's no longer drawn out of its parent's responses; `hang_on` undone."""
    while post.parent_id is not None:
        parent = Post.unscoped.only("parent_id", "is_drawn").get(pk=post.parent_id)
        Post.unscoped.filter(pk=parent.pk).update(responses_count=F("responses_count") - 1)
        if not parent.is_drawn:
            return
        parent.refresh_from_db(fields=["is_drawn"])
        if parent.is_drawn:
            return
        post = parent


def shift(count: int, source: Thread, target: Thread, from_board: int) -> None:
    """Count so many visible posts over from one thread to another, that were just moved.

    The threads may be one and the same, which went from board to board as a whole.
    `from_board` is where the posts were; the target stands where they are. Locks the
    boards' tallies in the order of their ids.
    """
    if source.pk == target.pk:
        left, entered = -bool(count), int(bool(count))
    else:
        left, entered = -bool(source.posts_count), -bool(target.posts_count)
        source.posts_count -= count
        target.posts_count += count
        for thread in (source, target):
            find_ends(thread)
        left += bool(source.posts_count)
        entered += bool(target.posts_count)
    if from_board == target.board_id:
        _add(from_board, threads=left + entered)
        return
    changes = {from_board: (-count, left), target.board_id: (count, entered)}
    for board_id in sorted(changes):
        posts, threads = changes[board_id]
        _add(board_id, posts=posts, threads=threads)


def _add(board_id: int, *, posts: int = 0, threads: int = 0) -> None:
    tally = tally_of(board_id)
    tally.posts_count += posts
    tally.threads_count += threads
    find_last(tally)
    tally.save()


def find_last(tally: BoardTally) -> None:
    """Find again which post of a board is the newest. Saves nothing."""
    last = _newest(Post.unscoped.filter(board_id=tally.pk))
    tally.last_post, tally.last_at = last, last.posted_at if last else None


# In outline order: a parent's number comes before its responses'.
_NUMBER = """
    INSERT INTO threads_numbering (board_id, number, post_id)
    SELECT %(board)s, %(last)s + ROW_NUMBER() OVER (ORDER BY opens), id FROM threads_post
    WHERE thread_id = %(thread)s AND opens >= %(opens)s AND opens < %(closes)s
        AND state = %(visible)s AND NOT EXISTS (
            SELECT 1 FROM threads_numbering AS had
            WHERE had.post_id = threads_post.id AND had.board_id = %(board)s)
"""


def number_branch(top: Post) -> None:
    """Give the visible posts of a branch numbers on their board; those that had some keep them.

    One statement. Locks the board's tally.
    """
    tally = tally_of(top.board_id)
    values = {
        "board": top.board_id,
        "last": tally.last_number,
        "thread": top.thread_id,
        "opens": top.opens,
        "closes": top.closes,
        "visible": State.VISIBLE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, values)
        tally.last_number += cursor.rowcount
    tally.save(update_fields=["last_number"])


def find_ends(thread: Thread) -> None:
    """Find again when a thread began and which of its posts is the last; save its tally.

    It began with its root; where that's missing, with the earliest post that is here.
    """
    posts = Post.unscoped.filter(thread=thread)
    thread.last_post = last = _newest(posts)
    if last is not None:
        thread.last_at = last.posted_at
    root = Post.unscoped.filter(pk=thread.root_id or 0).exclude(state=State.MISSING)
    first = root.first() or _visible(posts).order_by("posted_at", "pk").first()
    if first is not None:
        thread.started_at = first.posted_at
    _save_tally(thread)


def _begins(post: Post, thread: Thread) -> bool:
    if post.parent_id is None:
        return True
    may_begin = thread.posts_count == 1 or post.posted_at < thread.started_at
    return may_begin and Post.unscoped.filter(pk=thread.root_id or 0, state=State.MISSING).exists()


def _is_newest(post: Post, of: Thread | BoardTally) -> bool:
    if of.last_post_id is None or of.last_at is None:
        return True
    return (post.posted_at, post.pk) >= (of.last_at, of.last_post_id)


def _newest(posts: QuerySet[Post]) -> Post | None:
    return _visible(posts).order_by("-posted_at", "-pk").first()


def _visible(posts: QuerySet[Post]) -> QuerySet[Post]:
    return posts.filter(state=State.VISIBLE)
