"""Mends what `tallies` finds: counts again, and keeps the right counts."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from rejoinder.boards.models import Board
from rejoinder.operations.tallies import miscounted_posts, miscounted_threads
from rejoinder.threads import tallies
from rejoinder.threads.models import Numbering, Post, State, Thread


def recount() -> int:
    """Put every wrong count right, and return how many rows were wrong.

    One transaction; it holds up writers for as long as counting takes.
    """
    with transaction.atomic():
        return _responses() + _threads() + _boards()


def _responses() -> int:
    # A stub that is no longer drawn, or is again, changes its parent's count too: the
    # deepest level first, until nothing is wrong.
    mended = 0
    while wrong := miscounted_posts().first():
        for post in miscounted_posts().filter(depth=wrong.depth):
            Post.objects.filter(pk=post.pk).update(responses_count=post.counted)
            mended += 1
    return mended


def _threads() -> int:
    wrong = list(miscounted_threads())
    for thread in wrong:
        Thread.objects.filter(pk=thread.pk).update(posts_count=thread.counted)
    return len(wrong)


def _boards() -> int:
    mended = 0
    for board in Board.objects.all():
        tally = tallies.tally_of(board.pk)
        number = Numbering.objects.filter(board=board).aggregate(n=Max("number"))["n"] or 0
        right = {
            "posts_count": Post.objects.filter(board=board, state=State.VISIBLE).count(),
            "threads_count": Thread.objects.filter(board=board, posts_count__gt=0).count(),
            "last_number": max(number, tally.last_number),
        }
        if any(getattr(tally, name) != value for name, value in right.items()):
            for name, value in right.items():
                setattr(tally, name, value)
            tally.save(update_fields=list(right))
            mended += 1
    return mended
