"""What the API keeps: answers to writes, so that a write sent again isn't done again."""

from __future__ import annotations

from django.db import models

from rejoinder.members.models import Member


class KeptAnswer(models.Model):
    """The answer to one write under a member's idempotency key; `once` alone reads and writes it.

    Without a status the write is being done, or was when the server stopped.
    """

    # Made of the member and the key, with the installation's secret.
    key = models.CharField(max_length=64, primary_key=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    # A digest of method, address and body.
    asked = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    # The public id of the post that was answered with: it's drawn anew, as one sees it then.
    post = models.CharField(max_length=20, blank=True)
    # Of other answers.
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.key
