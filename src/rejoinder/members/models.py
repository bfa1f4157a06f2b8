"""Members and handles."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rejoinder.members.names import shown_name
from rejoinder.policy.guarded import Guarded
from rejoinder.policy.principals import Standing
from rejoinder.statements.rows import Read


class Handle(models.Model):
    """A permanent name in addresses. Members and boards share one space of them."""

    name = models.CharField(primary_key=True, max_length=40)

    def __str__(self) -> str:
        return self.name


class MemberManager(BaseUserManager["Member"]):
    """Finds members by what they sign in with."""

    def get_by_natural_key(self, username: str | None) -> Member:
        return self.get(name_key=username)


class Member(Read, AbstractBaseUser):
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
    standing = models.PositiveSmallIntegerField(
        choices=[(standing.value, standing.name.lower()) for standing in Standing],
        default=Standing.NEW,
    )
    # An administrator set it: it no longer changes with use.
    standing_is_set = models.BooleanField(default=False)
    # Goes up when whoever else is let in must be shut out: sessions and application
    # passwords of an earlier one are over.
    access_generation = models.PositiveIntegerField(default=0, editable=False)
    # Goes up when sessions alone must end; application passwords go on.
    session_generation = models.PositiveIntegerField(default=0, editable=False)
    # Has asked for an account; no administrator has said yes (then never `is_active`).
    is_awaiting = models.BooleanField(default=False)
    invited_by = models.ForeignKey(
        "Invite", on_delete=models.SET_NULL, null=True, related_name="members", editable=False
    )
    # Until then the member may read, and write nothing; or may not even sign in.
    silenced_until = models.DateTimeField(null=True)
    suspended_until = models.DateTimeField(null=True)
    # Has rows in Ignore: who ignores nobody costs no query.
    ignores_somebody = models.BooleanField(default=False, editable=False)
    # When the account was deleted: the row has no name, address or old handle any more.
    erased_at = models.DateTimeField(null=True, editable=False)
    # On their page of notices; the page header shows it.
    unread_notices = models.PositiveIntegerField(default=0, editable=False)

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
            ),
            models.CheckConstraint(
                condition=models.Q(is_awaiting=False) | models.Q(is_active=False),
                name="members_awaiting_is_not_active",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """The name that pages call them by: also of one who deleted the account."""
        return shown_name(self.name)

    def set_password(self, raw_password: str | None) -> None:
        """Set another password; whoever was let in by the old one is shut out once it's saved."""
        super().set_password(raw_password)
        self.access_generation += 1

    def check_password(self, raw_password: str | None) -> bool:
        """Tell whether this is the password; may keep it anew, as a better hash of the same."""
        generation = self.access_generation
        is_right = super().check_password(raw_password)
        self.access_generation = generation
        return is_right

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        let_in = f"{self.password}:{self.access_generation}:{self.session_generation}"
        return salted_hmac("rejoinder.session", let_in, secret, algorithm="sha256").hexdigest()


class Ignore(models.Model):
    """A member whose posts are folded for another member."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="ignores")
    ignored = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["member", "ignored"], name="members_ignored_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} ignores {self.ignored_id}"


class Departed(models.Model):
    """What a deleted account leaves behind: keyed digests of its handle and addresses.

    So that nobody else gets the handle, and an archive read again doesn't make an author of
    the address again. Without the installation's secret they tell nothing.
    """

    digest = models.CharField(max_length=64, unique=True)
    # The nameless row that stands for the posts' author.
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.digest[:8]


class AdministratorLink(models.Model):
    """A one-time link by which somebody becomes administrator; its token's hash alone is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"until {self.expires_at}"


class Invite(models.Model):
    """A link by which somebody may sign up; its token's hash alone is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    # For whom, or for what; whoever keeps the site reads it.
    note = models.CharField(max_length=100, blank=True)
    uses_left = models.PositiveIntegerField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Invite]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.note or f"of {self.made_at}"

    @property
    def is_good(self) -> bool:
        """Whether somebody can still sign up by it."""
        is_late = self.expires_at <= timezone.now()
        return self.revoked_at is None and not is_late and self.uses_left > 0


class ApplicationPassword(models.Model):
    """A password for one of a member's programs, good for what its scopes name.

    Only its hash is kept: it has 133 random bits, so a quick hash is as good as a slow one.
    """

    member = models.ForeignKey(
        Member, on_delete=models.CASCADE, related_name="application_passwords"
    )
    name = models.CharField(max_length=60)
    secret_hash = models.CharField(max_length=64, unique=True)
    # Names of policy.scopes.Scope.
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    # The network alone (CIDR), not the address.
    last_used_from = models.CharField(max_length=50, blank=True)
    # The member's `access_generation` when it was made.
    generation = models.PositiveIntegerField()

    objects = Guarded()
    unscoped: ClassVar[models.Manager[ApplicationPassword]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class Group(Read):
    """Members who have a right together, such as a board's moderators."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    description = models.TextField(_("description"), blank=True)
    moderates_everywhere = models.BooleanField(_("moderates every board"), default=False)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Group]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(Read):
    """A member in a group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="memberships")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(default=timezone.now)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Membership]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["group", "member"], name="members_in_a_group_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.group_id}"


class AddressBan(models.Model):
    """A range of addresses from which nothing is written and nobody signs up for a while."""

    # CIDR: "192.0.2.0/24", "2001:db8::/48".
    network = models.CharField(max_length=50, unique=True)
    until = models.DateTimeField(db_index=True)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.network


class SecondStepOf(models.TextChoices):
    """Of whom a second step is asked before they act in their office."""

    NOBODY = "nobody", _("Nobody")
    ADMINISTRATORS = "administrators", _("Administrators")
    MODERATORS = "moderators", _("Administrators and moderators")


class OfficeTerms(models.Model):
    """What is asked of those who run or moderate the site; at most one row."""

    second_step_of = models.CharField(
        max_length=20, choices=SecondStepOf.choices, default=SecondStepOf.NOBODY
    )

    def __str__(self) -> str:
        return f"second step of {self.second_step_of}"


class StandingTerms(models.Model):
    """What it takes to have a standing, and what it allows; one row for each."""

    standing = models.PositiveSmallIntegerField(primary_key=True)
    # Since the member joined, and visible posts by them.
    days = models.PositiveIntegerField(default=0)
    posts = models.PositiveIntegerField(default=0)
    # May let others' held posts appear.
    may_approve = models.BooleanField(default=False)
    # Links in a post; null: any number.
    most_links = models.PositiveIntegerField(null=True)
    # How long after posting an author may still edit; null: always.
    edits_for_hours = models.PositiveIntegerField(null=True)

    def __str__(self) -> str:
        return Standing(self.standing).name.lower()
