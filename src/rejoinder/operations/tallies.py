"""Checks of what is counted as posts come and go, against a count of what is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from rejoinder.boards.models import Board
from rejoinder.operations.findings import Finding
from rejoinder.threads.models import BoardTally, Numbering, Post, State, Thread

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

TO_DO = "Report this as a fault, with what happened before; run rejoinder check --recount."


class Counted(TypedDict):
    """What a row is annotated with: the count as it should be."""

    counted: int


def boards() -> Iterator[Finding]:
    """Yield a finding for each board whose tally is wrong."""
    for board in Board.objects.order_by("pk"):
        tally = BoardTally.objects.filter(board=board).first() or BoardTally(board=board)
        posts = Post.objects.filter(board=board, state=State.VISIBLE).count()
        threads = Thread.objects.filter(board=board, posts_count__gt=0).count()
        number = Numbering.objects.filter(board=board).aggregate(n=Max("number"))["n"] or 0
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
    for post in miscounted_posts().iterator():
        yield Finding(
            f"Post {post.public_id} says {post.responses_count} responses and has {post.counted}.",
            TO_DO,
        )


def miscounted_threads() -> QuerySet[WithAnnotations[Thread, Counted]]:
    """Return the threads whose `posts_count` is not their `counted`."""
    visible = Post.objects.filter(thread=OuterRef("pk"), state=State.VISIBLE)
    counted = _counted(visible, "thread")
    return Thread.objects.annotate(counted=counted).exclude(posts_count=F("counted")).order_by("pk")


def miscounted_posts() -> QuerySet[WithAnnotations[Post, Counted]]:
    """Return the posts whose `responses_count` is not their `counted`, the deepest first.

    What counts is a response that is drawn: visible, or a stub that something hangs on.
    """
    drawn = Post.objects.filter(
        Q(state=State.VISIBLE) | Q(responses_count__gt=0), parent=OuterRef("pk")
    )
    wrong = Post.objects.annotate(counted=_counted(drawn, "parent"))
    return wrong.exclude(responses_count=F("counted")).order_by("-depth", "pk")


def _counted(posts: QuerySet[Post], by: str) -> Coalesce:
    counts = posts.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counts, output_field=IntegerField()), 0)
