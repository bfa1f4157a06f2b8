"""Mends what `tallies` finds: counts again, and keeps the right counts."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from rejoinder.boards.models import Board
from rejoinder.events import noted
from rejoinder.operations.tallies import miscounted_posts, miscounted_threads
from rejoinder.threads import tallies
from rejoinder.threads.models import Numbering, Post, State, Thread

BATCH = 500


def recount() -> int:
    """Put every wrong count right, and return how many rows were wrong.

    One transaction; it holds up writers for as long as counting takes.
    """
    with transaction.atomic():
        mended = _responses() + _threads() + _boards()
        if mended:
            noted.note_everything()
        return mended


def _responses() -> int:
    # Found first and written then: no cursor is open on the rows that change.
    wrong = [Post(pk=post.pk, responses_count=post.counted) for post in miscounted_posts()]
    Post.unscoped.bulk_update(wrong, ["responses_count"], batch_size=BATCH)
    return len(wrong)


def _threads() -> int:
    wrong = list(miscounted_threads())
    for thread in wrong:
        Thread.unscoped.filter(pk=thread.pk).update(posts_count=thread.counted)
    return len(wrong)


def _boards() -> int:
    mended = 0
    for board in Board.unscoped.all():
        tally = tallies.tally_of(board.pk)
        number = Numbering.unscoped.filter(board=board).aggregate(n=Max("number"))["n"] or 0
        right = {
            "posts_count": Post.unscoped.filter(board=board, state=State.VISIBLE).count(),
            "threads_count": Thread.unscoped.filter(board=board, posts_count__gt=0).count(),
            "last_number": max(number, tally.last_number),
        }
        if any(getattr(tally, name) != value for name, value in right.items()):
            for name, value in right.items():
                setattr(tally, name, value)
            tally.save(update_fields=list(right))
            mended += 1
    return mended
