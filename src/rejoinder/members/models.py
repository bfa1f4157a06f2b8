"""Members and handles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Handle(models.Model):
    """A permanent name in addresses. Members and boards share one space of them."""

    name = models.CharField(primary_key=True, max_length=40)

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    """Finds members by what they sign in with."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(name_key=username)


class Member(AbstractBaseUser):
    """A person with an account, or an author known from an imported archive.

    An author from an archive (`is_staged`) can't sign in until they claim the account by
    the address they wrote from, and holds no name of their own: `name_key` is null, so
    that nobody is kept from a name by an archive.
    """

    handle = models.OneToOneField(Handle, on_delete=models.PROTECT, related_name="member")
    name = models.CharField(_("name"), max_length=60)
    # Equal for names that look alike (text.names.look_key).
    name_key = models.CharField(max_length=240, unique=True, null=True, editable=False)
    email = models.EmailField(_("mail address"), blank=True, db_index=True)
    is_staged = models.BooleanField(default=False)
    # Of a staged member: who confirmed the address, and has its posts now.
    claimed_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="claims", editable=False
    )
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    # An IANA zone name; empty: the site's.
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    arrangement = models.CharField(max_length=20, blank=True)

    USERNAME_FIELD = "name_key"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[MemberManager] = MemberManager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["email"],
                condition=models.Q(is_staged=True) & ~models.Q(email=""),
                name="members_one_staged_member_per_address",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AdministratorLink(models.Model):
    """A one-time link by which somebody becomes administrator; its token's hash alone is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.expires_at}"
