"""Where a post hangs: its place among its parent's responses, and moving a branch.

Every function here runs inside a transaction that has locked the threads concerned
(`locked`). Siblings stand in the order of (posted_at, id); so do their spans.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from rejoinder.errors import Conflict
from rejoinder.threads import labels
from rejoinder.threads.models import Post, Thread

BATCH = 500


def locked(thread_ids: Iterable[int]) -> dict[int, Thread]:
    """Return threads by id, locked until the transaction ends, in the order of their ids.

    The order is the same everywhere, so that two deeds can't wait for each other. SQLite
    needs no row locks: the transaction already holds the only write lock.
    """
    threads = Thread.objects.filter(pk__in=set(thread_ids)).order_by("pk")
    if connection.features.has_select_for_update:
        threads = threads.select_for_update()
    return {thread.pk: thread for thread in threads}


def span_under(parent: Post, posted_at: datetime, post_id: int | None = None) -> labels.Span:
    """Return a free span among a parent's responses, by time: two index look-ups.

    A new post (no id yet) comes after those of the same instant.
    """
    siblings = Post.objects.filter(parent=parent)
    if post_id is None:
        earlier = Q(posted_at__lte=posted_at)
        later = Q(posted_at__gt=posted_at)
    else:
        earlier = Q(posted_at__lt=posted_at) | Q(posted_at=posted_at, pk__lt=post_id)
        later = Q(posted_at__gt=posted_at) | Q(posted_at=posted_at, pk__gt=post_id)
    left = (
        siblings.filter(earlier).order_by("-posted_at", "-pk").values_list("closes", flat=True)
    ).first()
    right = (
        siblings.filter(later).order_by("posted_at", "pk").values_list("opens", flat=True)
    ).first()
    return labels.inside(left or parent.opens, right or parent.closes)


def is_in_branch(post: Post, of: Post) -> bool:
    """Tell whether a post is in another's branch, or is that other."""
    return post.thread_id == of.thread_id and of.opens <= post.opens <= of.closes


def branch(post: Post) -> QuerySet[Post]:
    """Return a post and all that hangs below it, in outline order."""
    return Post.objects.filter(
        thread_id=post.thread_id, opens__gte=post.opens, opens__lt=post.closes
    ).order_by("opens")


def rehang(post: Post, parent: Post | None, thread: Thread) -> None:
    """Hang a post, with its branch, under another parent, or as the root of a thread.

    Costs as much as the branch is large. Tallies are the caller's.
    Raises Conflict if the parent is in the branch itself.
    """
    if parent is not None and is_in_branch(parent, post):
        raise Conflict("A post can't hang below itself.")
    span = span_under(parent, post.posted_at, post.pk) if parent else labels.whole()
    moved = list(branch(post).only("pk", "depth"))
    deeper = (parent.depth + 1 if parent else 0) - post.depth
    spans = labels.spread_inside(span.opens, span.closes, [p.depth - post.depth for p in moved])
    for member, fresh in zip(moved, spans, strict=True):
        member.opens, member.closes = fresh.opens, fresh.closes
        member.depth += deeper
        member.thread_id, member.board_id = thread.pk, thread.board_id
    Post.objects.bulk_update(
        moved, ["opens", "closes", "depth", "thread", "board"], batch_size=BATCH
    )
    Post.objects.filter(pk=post.pk).update(parent=parent)
    post.refresh_from_db()


def relabel(thread: Thread) -> None:
    """Give every post of a thread a fresh, short span. Their order and depth stay."""
    posts = list(Post.objects.filter(thread=thread).order_by("opens").only("pk", "depth"))
    for post, span in zip(posts, labels.spread([p.depth for p in posts]), strict=True):
        post.opens, post.closes = span.opens, span.closes
    Post.objects.bulk_update(posts, ["opens", "closes"], batch_size=BATCH)


def is_long(post: Post) -> bool:
    """Tell whether a post's labels have grown so long that its thread wants relabelling."""
    return max(len(post.opens), len(post.closes)) > labels.TOO_LONG
