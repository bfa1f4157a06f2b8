"""A member's read marks, and their drafts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.policy.guarded import Guarded
from rejoinder.statements.rows import Read
from rejoinder.threads.models import Post


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


class KeptDraft(models.Model):
    """What a member wrote and hasn't posted. It stays when what it was for goes."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    # The form's mark: what is posted under it is posted once.
    mark = models.CharField(max_length=60)
    # What it is for: one of these, or none any more.
    board = models.ForeignKey(Board, on_delete=models.SET_NULL, null=True, related_name="+")
    answered = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    edited = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    title = models.TextField(blank=True)
    source = models.TextField(blank=True)
    # How many edits the post had when its change was begun.
    edits_seen = models.PositiveIntegerField(default=0)
    # Goes up each time: a device that has an earlier one learns of it.
    version = models.PositiveIntegerField(default=1)
    kept_at = models.DateTimeField()

    objects: ClassVar[models.Manager[KeptDraft]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["member", "mark"], name="reading_draft_once")
        ]

    def __str__(self) -> str:
        return f"draft {self.mark}"
