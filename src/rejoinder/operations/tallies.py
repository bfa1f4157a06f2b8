"""Checks of what is counted as posts come and go, against a count of what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from rejoinder.boards.models import Board
from rejoinder.operations.findings import Finding
from rejoinder.threads.models import BoardTally, Numbering, Post, State, Thread

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

TO_DO = "Report this as a fault, with what happened before; run rejoinder check --recount."


@dataclass(frozen=True)
class Miscounted:
    """A post whose count of responses is not what it has."""

    pk: int
    public_id: str
    kept: int
    counted: int


class Counted(TypedDict):
    """What a row is annotated with: the count as it should be."""

    counted: int


def boards() -> Iterator[Finding]:
    """Yield a finding for each board whose tally is wrong."""
    for board in Board.unscoped.order_by("pk"):
        tally = BoardTally.unscoped.filter(board=board).first() or BoardTally(board=board)
        posts = Post.unscoped.filter(board=board, state=State.VISIBLE).count()
        threads = Thread.unscoped.filter(board=board, posts_count__gt=0).count()
        number = Numbering.unscoped.filter(board=board).aggregate(n=Max("number"))["n"] or 0
        for kept, counted, of in (
            (tally.posts_count, posts, "posts"),
            (tally.threads_count, threads, "threads"),
        ):
            if kept != counted:
                yield Finding(f"Board {board.name} says {kept} {of} and has {counted}.", TO_DO)
        if tally.last_number < number:
            yield Finding(
                f"Board {board.name} would give number {tally.last_number + 1} again.", TO_DO
            )


def threads() -> Iterator[Finding]:
    """Yield a finding for each thread that counts its visible posts wrong."""
    for thread in miscounted_threads().iterator():
        yield Finding(
            f"Thread {thread.pk} says {thread.posts_count} posts and has {thread.counted}.", TO_DO
        )


def responses() -> Iterator[Finding]:
    """Yield a finding for each post that counts its responses wrong."""
    for post in miscounted_posts():
        yield Finding(
            f"Post {post.public_id} says {post.kept} responses and has {post.counted}.", TO_DO
        )


def miscounted_threads() -> QuerySet[WithAnnotations[Thread, Counted]]:
    """Return the threads whose `posts_count` is not their `counted`."""
    visible = Post.unscoped.filter(thread=OuterRef("pk"), state=State.VISIBLE)
    counts = visible.order_by().values("thread").annotate(n=Count("pk")).values("n")
    counted = Coalesce(Subquery(counts, output_field=IntegerField()), 0)
    return (
        Thread.unscoped.annotate(counted=counted).exclude(posts_count=F("counted")).order_by("pk")
    )


def miscounted_posts() -> Iterator[Miscounted]:
    """Yield each post whose `responses_count` is wrong, with the right one.

    What counts is a response that is drawn: visible, or a stub on which something drawn
    hangs. One pass in outline order with a stack: a post's branch is counted when the
    next post stands beside or above it.
    """
    rows = (
        Post.unscoped.order_by("thread_id", "opens")
        .values_list("thread_id", "depth", "pk", "public_id", "state", "responses_count")
        .iterator(chunk_size=5000)
    )
    branch: list[_Open] = []
    thread_id = None
    for its_thread, depth, pk, public_id, state, kept in rows:
        yield from _close(branch, 0 if its_thread != thread_id else depth)
        thread_id = its_thread
        branch.append(_Open(pk, public_id, state == State.VISIBLE, kept))
    yield from _close(branch, 0)


@dataclass
class _Open:
    pk: int
    public_id: str
    is_visible: bool
    kept: int
    counted: int = 0


def _close(branch: list[_Open], depth: int) -> Iterator[Miscounted]:
    """Take the posts from this depth on off the stack, each counted with its parent."""
    while len(branch) > depth:
        post = branch.pop()
        if branch and (post.is_visible or post.counted):
            branch[-1].counted += 1
        if post.kept != post.counted:
            yield Miscounted(post.pk, post.public_id, post.kept, post.counted)
