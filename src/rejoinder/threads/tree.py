"""Where a post hangs: its place among its parent's responses, and moving a branch.

Every function here that writes runs inside a transaction that has locked the threads
concerned (`locked`). Siblings stand in the order of (posted_at, id); so do their spans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache

from django.db import connection, transaction
from django.db.models import QuerySet

from rejoinder.errors import Conflict, Missing, Unavailable
from rejoinder.statements.prepared import NUMBER, Prepared
from rejoinder.statements.run import run
from rejoinder.threads import labels
from rejoinder.threads.models import Post, Thread
from rejoinder.threads.paging import earlier_than, later_than

MOST_TRIES = 10
# Ids in one statement: SQLite takes 32,766 values, and long lists are slow to parse.
BATCH = 1000


def locked(thread_ids: Iterable[int]) -> dict[int, Thread]:
    """Return threads by id, locked until the transaction ends, in the order of their ids.

    The order is the same everywhere, so that two deeds can't wait for each other. SQLite
    needs no row locks: the transaction already holds the only write lock.
    """
    found: dict[int, Thread] = {}
    for some in in_batches(sorted(set(thread_ids))):
        threads = Thread.unscoped.filter(pk__in=some).order_by("pk")
        if connection.features.has_select_for_update:
            # A key's lock is enough against other writers here, and lets rows that refer
            # to the thread be added meanwhile.
            threads = threads.select_for_update(no_key=True)
        found |= {thread.pk: thread for thread in threads}
    return found


def locked_with(
    *post_ids: int, related: tuple[str, ...] = ("thread", "board")
) -> tuple[dict[int, Thread], list[Post]]:
    """Return the locked threads of some posts, and the posts as they are under that lock.

    A post may have been moved to another thread, or its labels spread anew, before the
    lock was had: so it's read after, and where its thread is another by then, once more.
    Raises Missing if a post is gone.
    """
    if not connection.features.has_select_for_update:
        # Nothing can have changed: the transaction holds the only write lock.
        posts = _in_full(post_ids, related)
        return {post.thread_id: post.thread for post in posts}, posts
    return _read_under_lock(post_ids, lambda: _in_full(post_ids, related))


def locked_with_many(post_ids: Sequence[int]) -> tuple[dict[int, Thread], list[Post]]:
    """Return the locked threads of many posts, and of the posts what their states concern.

    As `locked_with`, in a few queries for a thousand posts; those that are gone are left out.
    """
    return _read_under_lock(post_ids, lambda: _in_short(post_ids))


def _read_under_lock(
    post_ids: Sequence[int], read: Callable[[], list[Post]]
) -> tuple[dict[int, Thread], list[Post]]:
    thread_ids = _threads_of(post_ids)
    for _try in range(MOST_TRIES):
        # To wait for another thread while holding this one would break the order of locks;
        # going back to the savepoint lets go of it.
        mark = transaction.savepoint()
        threads = locked(thread_ids)
        posts = read()
        thread_ids = {post.thread_id for post in posts}
        if thread_ids <= threads.keys():
            transaction.savepoint_commit(mark)
            return threads, posts
        transaction.savepoint_rollback(mark)
    raise Unavailable("The thread is being moved about just now. Try again in a moment.")


def _in_full(post_ids: Sequence[int], related: tuple[str, ...]) -> list[Post]:
    """Return posts with what deeds need of them, in that order. Raises Missing if one is gone."""
    if len(post_ids) == 1:
        return [_one_in_full(post_ids[0], related)]
    posts = Post.unscoped.select_related(*related).in_bulk(post_ids)
    if len(posts) < len(set(post_ids)):
        raise Missing("The post isn't there any more.")
    return [posts[pk] for pk in post_ids]


@cache
def _with(related: tuple[str, ...]) -> Prepared[Post]:
    return Prepared(lambda pk: Post.unscoped.select_related(*related).filter(pk=pk), NUMBER)


def _one_in_full(post_id: int, related: tuple[str, ...]) -> Post:
    post = _with(related).first(post_id)
    if post is None:
        raise Missing("The post isn't there any more.")
    return post


_IN_SHORT = ("thread", "board", "parent", "depth", "state", "responses_count", "posted_at")


def _in_short(post_ids: Sequence[int]) -> list[Post]:
    found: list[Post] = []
    for some in in_batches(post_ids):
        found += Post.unscoped.filter(pk__in=some).only(*_IN_SHORT).order_by("pk")
    return found


# Of a parent's responses, where the last one up to a moment ends, and the first one after begins.
_BESIDE = """
    SELECT
        (SELECT closes FROM threads_post WHERE parent_id = %s AND posted_at <= %s
            ORDER BY posted_at DESC, id DESC LIMIT 1),
        (SELECT opens FROM threads_post WHERE parent_id = %s AND posted_at > %s
            ORDER BY posted_at, id LIMIT 1)
"""


def span_under(parent: Post, posted_at: datetime, post_id: int | None = None) -> labels.Span:
    """Return a free span among a parent's responses, by time: two index look-ups.

    A new post (no id yet) comes after those of the same instant.
    """
    if post_id is None:
        at = connection.ops.adapt_datetimefield_value(posted_at)
        before, after = run(_BESIDE, [parent.pk, at, parent.pk, at])[0]
        return labels.inside(before or parent.opens, after or parent.closes)
    siblings = Post.unscoped.filter(parent=parent)
    earlier = earlier_than(siblings, "posted_at", (posted_at, post_id)).exclude(pk=post_id)
    later = later_than(siblings, "posted_at", (posted_at, post_id)).exclude(pk=post_id)
    left = earlier.order_by("-posted_at", "-pk").values_list("closes", flat=True).first()
    right = later.order_by("posted_at", "pk").values_list("opens", flat=True).first()
    return labels.inside(left or parent.opens, right or parent.closes)


def left_of(parent_id: int | None, posted_at: datetime, post_id: int) -> int | None:
    """Return the id of the response that stands before a place among a parent's; None: first."""
    siblings = Post.unscoped.filter(parent_id=parent_id)
    earlier = earlier_than(siblings, "posted_at", (posted_at, post_id)).exclude(pk=post_id)
    return earlier.order_by("-posted_at", "-pk").values_list("pk", flat=True).first()


def is_in_branch(post: Post, of: Post) -> bool:
    """Tell whether a post is in another's branch, or is that other."""
    return post.thread_id == of.thread_id and of.opens <= post.opens <= of.closes


def branch(post: Post) -> QuerySet[Post]:
    """Return a post and all that hangs below it, drawn or not, in outline order."""
    return Post.unscoped.filter(
        thread_id=post.thread_id,
        # Both: so the index on (thread, is_drawn, opens) finds the branch in two ranges.
        is_drawn__in=[False, True],
        opens__gte=post.opens,
        opens__lt=post.closes,
    ).order_by("opens")


def rehang(post: Post, parent: Post | None, thread: Thread) -> None:
    """Hang a post, with its branch, under another parent, or as the root of a thread.

    Costs as much as the branch is large. Tallies are the caller's.
    Raises Conflict if the parent is in the branch itself.
    """
    if parent is not None and is_in_branch(parent, post):
        raise Conflict("A post can't hang below itself.")
    span = span_under(parent, post.posted_at, post.pk) if parent else labels.whole()
    moved = list(branch(post).values_list("pk", "depth"))
    deeper = (parent.depth + 1 if parent else 0) - post.depth
    below = labels.spread_inside(
        span.opens, span.closes, [depth - post.depth - 1 for _pk, depth in moved[1:]]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE threads_post SET opens = %s, closes = %s, depth = %s, "
            "thread_id = %s, board_id = %s WHERE id = %s",
            [
                (fresh.opens, fresh.closes, depth + deeper, thread.pk, thread.board_id, pk)
                for (pk, depth), fresh in zip(moved, [span, *below], strict=True)
            ],
        )
    Post.unscoped.filter(pk=post.pk).update(parent=parent)
    post.refresh_from_db()


def spread_below(top: Post) -> None:
    """Give all that hangs below a post fresh, short spans. Their order and depth stay."""
    below = list(branch(top).values_list("pk", "depth")[1:])
    spans = labels.spread_inside(
        top.opens, top.closes, [depth - top.depth - 1 for _pk, depth in below]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE threads_post SET opens = %s, closes = %s WHERE id = %s",
            [(span.opens, span.closes, pk) for (pk, _), span in zip(below, spans, strict=True)],
        )


def relabel(thread: Thread) -> None:
    """Give every post of a thread a fresh, short span. Their order and depth stay."""
    assert thread.root_id is not None
    spread_below(Post.unscoped.get(pk=thread.root_id))


def length(post: Post) -> int:
    """Return how long a post's labels are, in characters."""
    return max(len(post.opens), len(post.closes))


def in_batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids in batches that one statement takes."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _threads_of(post_ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for some in in_batches(post_ids):
        found.update(Post.unscoped.filter(pk__in=some).values_list("thread_id", flat=True))
    return found
