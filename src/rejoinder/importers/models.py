"""How far an import has come, so that a broken-off one goes on where it was."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from rejoinder.boards.models import Board


class Progress(models.Model):
    """An import under way; its row goes when it's done."""

    # Tells the archive from others, and from an earlier state of itself (frame.py).
    archive = models.CharField(max_length=64)
    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+")
    # How many of the archive's pieces are done with, kept or skipped.
    pieces_done = models.PositiveBigIntegerField(default=0)
    report = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["archive", "board"], name="importers_once_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.archive[:8]}: {self.pieces_done}"
