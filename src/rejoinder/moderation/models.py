"""The desk's cases, the log of deeds, and what authors and reporters are told."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rejoinder.boards.models import Board, random_name
from rejoinder.members.models import Member
from rejoinder.moderation.firings import Firing
from rejoinder.moderation.rules.prints import PrintMark, TextPrint
from rejoinder.moderation.rules.settings import RuleSettings
from rejoinder.policy.guarded import Guarded
from rejoinder.threads.models import Post, State, Thread

# Models of the room that stand beside what reads them.
BESIDE = (Firing, RuleSettings, TextPrint, PrintMark)

# A ban has no end that anybody waits for; this one fits every zone and engine.
FOR_EVER = datetime(9000, 1, 1, tzinfo=UTC)

new_name = partial(random_name, 12)
# 133 bits: whoever knows it may open what it names, also without an account.
new_token = partial(random_name, 28)


class CaseKind(models.TextChoices):
    """Why something lies on the desk."""

    REPORTED = "reported", _("reported")
    HELD = "held", _("held")
    FIRST = "first", _("first post of a new member")
    APPEAL = "appeal", _("appeal")


class Case(models.Model):
    """Something on the desk that a moderator decides; closed, it's history."""

    public_id = models.CharField(max_length=12, unique=True, default=new_name)
    kind = models.CharField(max_length=10, choices=CaseKind.choices)
    # What it is about; null for an appeal against what befell a member, not a post.
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="cases")
    # Of an appeal: what it's against.
    statement = models.OneToOneField(
        "Statement", on_delete=models.CASCADE, null=True, related_name="case"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    # The deed that decided it.
    verdict = models.ForeignKey("Deed", on_delete=models.PROTECT, null=True, related_name="cases")

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Case]] = models.Manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["opened_at", "id"],
                name="moderation_open_cases",
                condition=models.Q(closed_at=None),
            )
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["post", "kind"],
                condition=models.Q(closed_at=None) & ~models.Q(kind="appeal"),
                name="moderation_one_open_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class ReportReason(models.TextChoices):
    """What is wrong with a post, as whoever reports it says."""

    SPAM = "spam", _("Spam or advertising")
    ABUSE = "abuse", _("Insults, threats or hate")
    ILLEGAL = "illegal", _("Illegal content")
    PERSONAL = "personal", _("Somebody’s personal data")
    OFF_TOPIC = "off-topic", _("On the wrong board, or off its topic")
    OTHER = "other", _("Something else")


class Report(models.Model):
    """What somebody said is wrong with a post; several join one case."""

    # By which a guest finds the answer.
    token = models.CharField(max_length=28, unique=True, default=new_token)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    # Null: a guest.
    by = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="+")
    # A guest's, forgotten with the answer.
    address = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=10, choices=ReportReason.choices)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Report]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["case", "by"], name="moderation_reported_once")
        ]

    def __str__(self) -> str:
        return f"{self.reason} in {self.case_id}"


class DeedKind(models.TextChoices):
    """What moderators do; every deed leaves one row of its kind in the log."""

    APPROVE = "approve", _("approved")
    REMOVE = "remove", _("removed")
    RESTORE = "restore", _("restored")
    HOLD = "hold", _("held")
    EDIT = "edit", _("edited")
    MOVE = "move", _("moved to another board")
    SPLIT = "split", _("split off as a thread of its own")
    MERGE = "merge", _("merged into another thread")
    REHANG = "rehang", _("hung below another post")
    LOCK = "lock", _("locked")
    UNLOCK = "unlock", _("unlocked")
    PIN = "pin", _("pinned")
    UNPIN = "unpin", _("unpinned")
    SLOW = "slow", _("slowed down")
    UNSLOW = "unslow", _("no longer slowed down")
    WARN = "warn", _("warned")
    SILENCE = "silence", _("silenced")
    UNSILENCE = "unsilence", _("no longer silenced")
    SUSPEND = "suspend", _("suspended")
    UNSUSPEND = "unsuspend", _("no longer suspended")
    BAN = "ban", _("banned")
    BAN_ADDRESSES = "ban-addresses", _("addresses banned")
    UNBAN_ADDRESSES = "unban-addresses", _("addresses no longer banned")
    END_SESSIONS = "end-sessions", _("sessions ended")
    DISMISS = "dismiss", _("appeal dismissed")
    UNDO = "undo", _("undone")


class Role(models.TextChoices):
    """As what somebody acted; all that the public log says about who."""

    MODERATOR = "moderator", _("a moderator")
    ADMINISTRATOR = "administrator", _("an administrator")
    TRUSTED = "trusted", _("a trusted member")
    SYSTEM = "system", _("the server itself")


class Scope(models.TextChoices):
    """How far a deed on posts reaches."""

    POST = "post", _("this post alone")
    BRANCH = "branch", _("this post and all that hangs below it")
    MEMBER = "member", _("all that its author wrote")
    CHOSEN = "chosen", _("the chosen posts")


class Deed(models.Model):
    """What was done, by whom and why: a row of the log. Never changed afterwards."""

    public_id = models.CharField(max_length=12, unique=True, default=new_name)
    kind = models.CharField(max_length=20, choices=DeedKind.choices)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    # Where: null if it reaches over several boards (see `posts`), or concerns the whole site.
    board = models.ForeignKey(Board, on_delete=models.PROTECT, null=True, related_name="+")
    # Of a graft from another board: that one. It stands in the logs of both.
    from_board = models.ForeignKey(Board, on_delete=models.PROTECT, null=True, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.SET_NULL, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="deeds")
    # Whom it befell: the author, or who was warned or suspended.
    subject = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.POST)
    reason = models.TextField(blank=True)
    # The rule of the site, or the law.
    rule = models.CharField(max_length=300, blank=True)
    is_by_law = models.BooleanField(default=False)
    # What undoing needs: former values, a graft.
    details = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )
    is_public = models.BooleanField(default=True)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Deed]] = models.Manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at", "id"], name="moderation_log_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class DeedPost(models.Model):
    """A post whose state a deed changed, and how it changed."""

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(max_length=1, choices=State.choices)
    after = models.CharField(max_length=1, choices=State.choices)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[DeedPost]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["deed", "post"], name="moderation_post_once_per_deed")
        ]

    def __str__(self) -> str:
        return f"{self.post_id}: {self.before} to {self.after}"


class Statement(models.Model):
    """What a member is told of a deed that befell them: what, why, and how to appeal.

    What the Digital Services Act of the EU asks for (Art. 17(3)) stands here and in the deed.
    """

    # Opens the page, also for somebody suspended, without signing in.
    token = models.CharField(max_length=28, unique=True, default=new_token)
    deed = models.ForeignKey(Deed, on_delete=models.PROTECT, related_name="statements")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    # How many of the member's posts it befell, and of the first ones title and public id.
    posts_count = models.PositiveIntegerField(default=0)
    quoted = models.JSONField(default=list)
    # Until when; null: for good, or nothing that lasts.
    until = models.DateTimeField(null=True)
    # Whether somebody had reported it, and whether a program had found it or decided.
    was_reported = models.BooleanField(default=False)
    was_found_by_rule = models.BooleanField(default=False)
    appealed_at = models.DateTimeField(null=True)
    appeal = models.TextField(blank=True)
    # The answer to the appeal.
    decided_at = models.DateTimeField(null=True)
    was_upheld = models.BooleanField(null=True)
    decision = models.TextField(blank=True)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Statement]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["deed", "member"], name="moderation_stated_once")
        ]

    def __str__(self) -> str:
        return f"to {self.member_id} on {self.deed_id}"


class Notice(models.Model):
    """A line on a member's page of notices: a statement, an appeal's answer, a report's."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    report = models.ForeignKey(Report, on_delete=models.CASCADE, null=True, related_name="notices")
    is_read = models.BooleanField(default=False)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Notice]] = models.Manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["member", "at", "id"], name="moderation_notices")
        ]

    def __str__(self) -> str:
        return f"to {self.member_id}"


class ReasonTemplate(models.Model):
    """A reason that moderators choose instead of writing it each time."""

    label = models.CharField(_("name"), max_length=80, unique=True)
    text = models.TextField(_("what the author is told"))
    rule = models.CharField(_("rule"), max_length=300, blank=True)
    is_by_law = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.label
