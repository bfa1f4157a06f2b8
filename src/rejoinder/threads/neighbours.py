"""What stands beside a post: before and after it in its thread, and its thread's neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.counts import MOST_COUNTED, Count
from rejoinder.threads.limited import ids_in, sizes_of
from rejoinder.threads.lines import Line, read_lines
from rejoinder.threads.models import Post, Thread
from rejoinder.threads.paging import earlier_than, later_than
from rejoinder.threads.scopes import whole
from rejoinder.threads.thread_lines import ThreadLine, read_threads


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A post's ways out. None: there's nothing that way."""

    parent: Line | None
    # In outline order.
    previous: Line | None
    next: Line | None
    # How many of the thread's drawn posts stand before it in outline order.
    before: Count
    # On its board, by start.
    previous_thread: ThreadLine | None
    next_thread: ThreadLine | None


def neighbours(principal: Principal, post: Post) -> Neighbours:
    """Return what stands beside a post: four queries, five if a thread's root is a stub."""
    scope = whole(post.thread)
    above = scope.posts(principal, before=post.opens)
    under = scope.posts(principal, after=post.opens)
    parents = gate.visible(principal, Post.objects.filter(pk__in=[post.parent_id or 0]))
    beside = ids_in([above.order_by("-opens")[:1], under.order_by("opens")[:1], parents])
    lines = read_lines(Post.unscoped.filter(pk__in=beside))
    previous_thread, next_thread = _threads_beside(principal, post.thread)
    return Neighbours(
        parent=next((line for line in lines if line.id == post.parent_id), None),
        previous=max(
            (line for line in lines if line.opens < post.opens),
            key=lambda line: line.opens,
            default=None,
        ),
        next=next((line for line in lines if line.opens > post.opens), None),
        before=Count(sizes_of([above.order_by("-opens")[: MOST_COUNTED + 1]])[0]),
        previous_thread=previous_thread,
        next_thread=next_thread,
    )


def _threads_beside(
    principal: Principal, thread: Thread
) -> tuple[ThreadLine | None, ThreadLine | None]:
    threads = gate.visible(principal, Thread.objects.filter(board_id=thread.board_id))
    place = (thread.started_at, thread.pk)
    earlier = earlier_than(threads, "started_at", place).order_by("-started_at", "-pk")[:1]
    later = later_than(threads, "started_at", place).order_by("started_at", "pk")[:1]
    beside = ids_in([earlier, later])
    found = read_threads(principal, Thread.unscoped.filter(pk__in=beside))
    return (
        next((line for line in found if (line.started_at, line.id) < place), None),
        next((line for line in found if (line.started_at, line.id) > place), None),
    )
