"""The tables of what is remembered for a while: attempts, codes that were used."""

from __future__ import annotations

from django.db import models


class Attempts(models.Model):
    """When somebody last did what one limit counts; `limits.take` alone reads and writes it.

    Who it was can't be read from it: the key is made with the installation's secret, since
    what is typed as a name is sometimes a password.
    """

    key = models.CharField(max_length=80, primary_key=True)
    # Microseconds since 1970, the oldest first; at most as many as the limit allows.
    times = models.JSONField(default=list)
    # From then on it counts for nothing.
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key


class Mark(models.Model):
    """Something remembered until it expires; written by Django's database cache.

    Its columns are those of `django.core.cache.backends.db`. It is a table and not
    memory, so that several workers share one count, and a code is used once on all.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "limits_mark"

    def __str__(self) -> str:
        return self.cache_key
