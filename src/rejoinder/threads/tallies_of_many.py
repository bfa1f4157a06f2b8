"""What `tallies` does for one post, for thousands at once: a few statements for all.

The posts' states are changed already, in the rows and in the objects given; their threads
are locked by the caller, the boards' tallies are locked here, in the order of their ids.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from rejoinder.threads import tallies
from rejoinder.threads.models import Numbering, Post, State, Thread
from rejoinder.threads.tree import in_batches


def appear(posts: Sequence[Post], threads: dict[int, Thread]) -> None:
    """Count and draw posts that have just become visible; number those that never were."""
    _count(posts, threads, 1)
    for board_id, some in sorted(_by_board(posts).items()):
        _number(board_id, some)


def disappear(posts: Sequence[Post], threads: dict[int, Thread]) -> None:
    """Count out posts that were visible and are so no longer. Their numbers stay holes."""
    _count(posts, threads, -1)


def _count(posts: Sequence[Post], threads: dict[int, Thread], step: int) -> None:
    _hang(posts, step)
    counts = Counter(post.thread_id for post in posts)
    shown_changed: Counter[int] = Counter()
    for thread_id, count in counts.items():
        thread = threads[thread_id]
        before = thread.posts_count
        thread.posts_count += step * count
        shown_changed[thread.board_id] += bool(thread.posts_count) - bool(before)
    _find_ends(counts, step)
    for board_id, some in sorted(_by_board(posts).items()):
        tally = tallies.tally_of(board_id)
        tally.posts_count += step * len(some)
        tally.threads_count += shown_changed[board_id]
        tallies.find_last(tally)
        tally.save()


def _hang(posts: Sequence[Post], step: int) -> None:
    """Count posts among their parents' responses, or out of them, and so on upwards.

    What's drawn changes in one direction only, so that each post changes at most once:
    going up, those come next whose first response has come, or whose last has gone, and
    that aren't visible themselves.
    """
    known = {post.pk: post for post in posts}
    changes: Counter[int] = Counter()
    # With responses it was drawn before and is drawn still, as a post or as a stub.
    turned = [post for post in posts if post.responses_count == 0]
    while turned:
        parent_ids = [post.parent_id for post in turned if post.parent_id is not None]
        _get_to_know(known, parent_ids)
        turned = []
        for parent_id in parent_ids:
            parent = known[parent_id]
            parent.responses_count += step
            changes[parent_id] += step
            # None is left, or the first one has come.
            at_turn = parent.responses_count == (1 if step > 0 else 0)
            if at_turn and parent.state != State.VISIBLE:
                turned.append(parent)
    for change, ids in _by_count(changes).items():
        for some in in_batches(ids):
            Post.unscoped.filter(pk__in=some).update(responses_count=F("responses_count") + change)


def _get_to_know(known: dict[int, Post], ids: Iterable[int]) -> None:
    unknown = sorted(set(ids) - known.keys())
    for some in in_batches(unknown):
        posts = Post.unscoped.filter(pk__in=some).only("parent", "state", "responses_count")
        known |= {post.pk: post for post in posts}


def _find_ends(counts: Counter[int], step: int) -> None:
    """Count threads' posts, and find again when each began and which of its posts is the last."""
    visible = Post.unscoped.filter(thread_id=OuterRef("pk"), state=State.VISIBLE)
    newest, earliest = visible.order_by("-posted_at", "-pk"), visible.order_by("posted_at", "pk")
    root = Post.unscoped.filter(pk=OuterRef("root_id")).exclude(state=State.MISSING)
    for count, ids in _by_count(counts).items():
        for some in in_batches(ids):
            Thread.unscoped.filter(pk__in=some).update(
                posts_count=F("posts_count") + step * count,
                last_post=_first(newest, "pk"),
                last_at=Coalesce(_first(newest, "posted_at"), F("last_at")),
                started_at=Coalesce(
                    _first(root, "posted_at"), _first(earliest, "posted_at"), F("started_at")
                ),
            )


def _first(posts: QuerySet[Post], field: str) -> Subquery:
    return Subquery(posts.values(field)[:1])


def _number(board_id: int, posts: Sequence[Post]) -> None:
    """Give posts that never appeared on their board the next numbers, by time."""
    tally = tallies.tally_of(board_id)
    had: set[int] = set()
    for some in in_batches([post.pk for post in posts]):
        numbered = Numbering.unscoped.filter(board_id=board_id, post_id__in=some)
        had.update(numbered.values_list("post_id", flat=True))
    new = [post for post in _parents_first(posts) if post.pk not in had]
    Numbering.unscoped.bulk_create(
        [
            Numbering(board_id=board_id, number=number, post=post)
            for number, post in enumerate(new, tally.last_number + 1)
        ],
        batch_size=500,
    )
    tally.last_number += len(new)
    tally.save(update_fields=["last_number"])


def _parents_first(posts: Sequence[Post]) -> list[Post]:
    """Return posts by time, but none before one that it answers, whatever their clocks said."""
    at: dict[int, datetime] = {}
    for post in sorted(posts, key=lambda post: post.depth):
        at[post.pk] = max(post.posted_at, at.get(post.parent_id or 0, post.posted_at))
    return sorted(posts, key=lambda post: (at[post.pk], post.depth, post.pk))


def _by_board(posts: Sequence[Post]) -> dict[int, list[Post]]:
    boards: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        boards[post.board_id].append(post)
    return boards


def _by_count(counts: Counter[int]) -> dict[int, list[int]]:
    """Return the ids of each count, in order."""
    ids: dict[int, list[int]] = defaultdict(list)
    for pk, count in sorted(counts.items()):
        ids[count].append(pk)
    return ids
