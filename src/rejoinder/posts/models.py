"""What a post leaves beside its row: earlier revisions, and attachments."""

from __future__ import annotations

import zlib
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from rejoinder.members.models import Member
from rejoinder.policy.guarded import Guarded
from rejoinder.threads.models import Post, new_public_id


class Revision(models.Model):
    """A post as it was before an edit."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="revisions")
    # 1 for the post as first written.
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    markup = models.CharField(max_length=10)
    # When and by whom it was replaced.
    replaced_at = models.DateTimeField(default=timezone.now)
    replaced_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    # Somebody had answered already: the change is shown to readers.
    is_public = models.BooleanField(default=False)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Revision]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["post", "number"], name="posts_revision_once")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} revision {self.number}"


class Original(models.Model):
    """A post as it came from outside, every octet of it, packed with zlib."""

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, related_name="original"
    )
    packed = models.BinaryField()

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Original]] = models.Manager()

    def __str__(self) -> str:
        return f"original of {self.post_id}"

    @property
    def octets(self) -> bytes:
        """Return the message unpacked."""
        return zlib.decompress(bytes(self.packed))


class Attachment(models.Model):
    """A file that came with a post. Its bytes are in the file store, under their digest."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    octets = models.PositiveBigIntegerField()
    # What a picture shows, in words, for who can't see it.
    alt = models.CharField(max_length=1000, blank=True)
    # Of pictures drawn here, so that a page keeps their room; 0: unknown.
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Attachment]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_picture(self) -> bool:
        """Tell whether it is shown as a picture: one that was drawn anew here."""
        return self.width > 0


class WaitingFile(models.Model):
    """A file that a member put to what they write, before it is posted."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    # The mark of the form, as that of its draft.
    mark = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, db_index=True)
    file_name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    octets = models.PositiveBigIntegerField()
    alt = models.CharField(max_length=1000, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    put_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["member", "mark"], name="posts_waiting_files")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_picture(self) -> bool:
        """Tell whether it is shown as a picture."""
        return self.width > 0
