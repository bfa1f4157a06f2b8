"""Boards and the site."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rejoinder.members.models import Handle

# No vowels, no look-alikes: labels and public ids spell no words and survive dictation.
LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def random_name(length: int) -> str:
    """Return a random name of so many letters (4.75 bits each)."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def new_label() -> str:
    """Return an installation's random label, which stands in its Message-IDs."""
    return random_name(10)


class Site(models.Model):
    """This installation: one row."""

    # Part of every id made here; never changes, also when the site moves.
    label = models.CharField(max_length=20, default=new_label, editable=False)
    title = models.CharField(_("title"), max_length=100, default="Rejoinder")
    welcome = models.TextField(_("welcome text"), blank=True)
    rules = models.TextField(_("rules"), blank=True)
    # The logo's digest in the file store and its media type; empty: no logo.
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)
    logo_media_type = models.CharField(max_length=40, blank=True, editable=False)

    def __str__(self) -> str:
        return self.title


class Board(models.Model):
    """A named place for discussion."""

    handle = models.OneToOneField(Handle, on_delete=models.PROTECT, related_name="board")
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    # A closed board is read, and not written to.
    is_closed = models.BooleanField(_("closed"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name
