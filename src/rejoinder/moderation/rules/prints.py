"""Sketches of late posts, kept for a while, so that repeated text is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from django.db import models

from rejoinder.moderation.rules.sketches import MARKS, likeness, pack, unpack
from rejoinder.statements.insert import insert_values
from rejoinder.statements.prepared import MOMENT, Prepared
from rejoinder.threads.models import Post, State

# Of texts that share a mark, the latest so many are compared.
MOST_COMPARED = 100
# With one post in so many, at most so many that are past their time are thrown away: twice as
# many as are kept meanwhile.
SWEPT_EVERY, SWEPT_EACH = 16, 32


class TextPrint(models.Model):
    """A late post's sketch."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    sketch = models.BinaryField()

    def __str__(self) -> str:
        return f"print of {self.post_id}"


class PrintMark(models.Model):
    """One of the smallest hashes in a sketch: what it is looked up by."""

    print_of = models.ForeignKey(TextPrint, on_delete=models.CASCADE, related_name="marks")
    mark = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["mark", "at"], name="moderation_print_marks")
        ]

    def __str__(self) -> str:
        return str(self.mark)


@dataclass(frozen=True)
class Like:
    """A post whose text is like another."""

    post_id: int
    author_id: int | None
    board_id: int
    # From 0 to 1.
    likeness: float


class Prints(Protocol):
    """Where late posts' sketches are found."""

    def like(self, sketch: tuple[int, ...], since: datetime, apart_from: int | None) -> list[Like]:
        """Return posts since then that share much with a text, in no order."""


class KeptPrints:
    """The sketches kept in the database."""

    def like(self, sketch: tuple[int, ...], since: datetime, apart_from: int | None) -> list[Like]:
        """Return posts since then that share a mark with a text: two queries."""
        marks = PrintMark.objects.filter(mark__in=sketch[:MARKS], at__gte=since)
        latest = list(marks.order_by("-at").values_list("print_of", flat=True)[:MOST_COMPARED])
        prints = TextPrint.objects.filter(pk__in=set(latest)).exclude(pk=apart_from)
        rows = prints.exclude(post__state=State.WITHDRAWN).values_list(
            "pk", "post__author_id", "post__board_id", "sketch"
        )
        return [
            Like(pk, author_id, board_id, likeness(sketch, unpack(bytes(packed))))
            for pk, author_id, board_id, packed in rows
        ]


_OLD: Prepared[int] = Prepared(
    lambda until: TextPrint.objects.filter(at__lt=until).values_list("pk", flat=True)[:SWEPT_EACH],
    MOMENT,
)


def keep_print(post_id: int, sketch: tuple[int, ...], at: datetime, *, is_new: bool) -> None:
    """Keep a post's sketch, in its transaction: in place of the one it had, unless it's new."""
    if not is_new:
        TextPrint.objects.filter(pk=post_id).delete()
    if sketch:
        insert_values(TextPrint, {"post_id": post_id, "at": at, "sketch": pack(sketch)})
        marks = ({"print_of_id": post_id, "mark": mark, "at": at} for mark in sketch[:MARKS])
        insert_values(PrintMark, *marks)


def sweep(post_id: int, until: datetime) -> None:
    """Throw some sketches from before then away, with one post in so many."""
    if post_id % SWEPT_EVERY == 0 and (gone := _OLD.all(until)):
        TextPrint.objects.filter(pk__in=gone).delete()
