"""The table of what is remembered for a while: attempts, codes that were used."""

from __future__ import annotations

from django.db import models


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
