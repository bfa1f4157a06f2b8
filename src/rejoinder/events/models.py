"""The table of changes."""

from __future__ import annotations

from django.db import models


class Epoch(models.Model):
    """One row: a number drawn anew whenever something that is set changes (remembered.py)."""

    number = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.number)


class Change(models.Model):
    """Something that pages show is other than it was. With no column set: anything may be.

    With `seat` alone: nothing that pages show, but who sees what, or how (noted.py).

    Written by triggers alone. `id` grows in the order of commits on SQLite, which has one
    writer; on PostgreSQL `xid` tells what a reader hasn't seen (read.py).
    """

    thread_id = models.BigIntegerField(null=True)
    board_id = models.BigIntegerField(null=True)
    member_id = models.BigIntegerField(null=True)
    seat = models.CharField(max_length=40, db_default="")
    # PostgreSQL: pg_current_xact_id(); SQLite: 0.
    xid = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["xid"], name="events_by_xid")]

    def __str__(self) -> str:
        return f"change {self.pk}"
