"""A member's read marks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from rejoinder.members.models import Member
from rejoinder.policy.guarded import Guarded
from rejoinder.statements.rows import Read


class ReadMarks(Read):
    """Which posts a member has read: one row, small enough to be read with every page."""

    member = models.OneToOneField(
        Member, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    # Goes up with each change: what was read of an earlier one is out of date.
    version = models.PositiveBigIntegerField(default=1)
    # The newest post's id when the member joined: what isn't newer counts as read.
    floor = models.PositiveBigIntegerField()
    # The ids of posts that are otherwise than the floor says, as a serialized BitMap64: above
    # it those that were read, up to it those that were marked unread. Last, so that SQLite
    # reads the rest without it.
    turned = models.BinaryField()
    # What only deeds ask for. Posts that the member marked as new by hand, and the version as of
    # the last time: a page from before marks none of them as read.
    kept_new = models.BinaryField(default=b"")
    kept_new_version = models.PositiveBigIntegerField(default=0)
    # What the last catch-up marked as read and nobody has read since, for its undo.
    caught_up = models.BinaryField(default=b"")
    caught_up_at = models.DateTimeField(null=True)
    # Articles that a newsreader fetches count as read.
    fetching_reads = models.BooleanField(default=False)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[ReadMarks]] = models.Manager()

    def __str__(self) -> str:
        return f"read marks of {self.member_id}"
