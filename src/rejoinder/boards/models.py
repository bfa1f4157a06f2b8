"""Boards and the site."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rejoinder.members.models import Group, Handle
from rejoinder.members.sign_up_terms import SignUp
from rejoinder.policy.guarded import Guarded
from rejoinder.statements.rows import Read

# No vowels, no look-alikes: labels and public ids spell no words and survive dictation.
LETTERS = "23456789bcdfghjkmnpqrstvwxz"


def random_name(length: int) -> str:
    """Return a random name of so many letters (4.75 bits each)."""
    # One number for all of them: each question to the system's source costs as much as the rest.
    number = secrets.randbelow(len(LETTERS) ** length)
    letters = []
    for _place in range(length):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


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
    sign_up = models.CharField(max_length=10, choices=SignUp.choices, default=SignUp.OPEN)
    # How much a browser computes at an open sign-up, in bits (limits.work); 0: nothing.
    sign_up_work = models.PositiveSmallIntegerField(default=0)
    guests_may_report = models.BooleanField(_("guests may report posts"), default=True)
    # The logo's digest in the file store and its media type; empty: no logo.
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)
    logo_media_type = models.CharField(max_length=40, blank=True, editable=False)

    def __str__(self) -> str:
        return self.title


class Board(Read):
    """A named place for discussion."""

    handle = models.OneToOneField(Handle, on_delete=models.PROTECT, related_name="board")
    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), blank=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    # A closed board is read, and not written to.
    is_closed = models.BooleanField(_("closed"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Board]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Ability(models.TextChoices):
    """What a board's rights are granted for. To start or respond, one must read too."""

    READ = "read", _("read")
    START = "start", _("start threads")
    RESPOND = "respond", _("respond")
    MODERATE = "moderate", _("moderate")


class Audience(models.TextChoices):
    """Whom a right is granted to."""

    EVERYONE = "e", _("everyone")
    MEMBERS = "m", _("all members")
    GROUP = "g", _("a group")


class Grant(Read):
    """One right on a board for one audience. What nobody granted, nobody may."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="grants")
    ability = models.CharField(max_length=10, choices=Ability.choices)
    audience = models.CharField(max_length=1, choices=Audience.choices)
    # A group with a right on a board isn't removed before somebody else has it.
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Grant]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["board", "ability", "audience", "group"],
                name="boards_grant_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=models.Q(audience="g", group__isnull=False)
                | models.Q(audience__in=["e", "m"], group__isnull=True),
                name="boards_grant_names_its_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ability} on {self.board_id} for {self.audience} {self.group_id or ''}"
