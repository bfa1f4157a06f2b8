"""The rows of threads and posts, their numbers on boards, and the tallies kept with them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone

from rejoinder.boards.models import Board, random_name
from rejoinder.members.models import Member
from rejoinder.policy.guarded import Guarded
from rejoinder.statements.rows import Read
from rejoinder.threads.fields import BytewiseField


def new_public_id() -> str:
    """Return a random name for a post's address: 57 bits, so that none is met twice."""
    return random_name(12)


class State(models.TextChoices):
    """What became of a post. Only a visible one has a number on its board."""

    VISIBLE = "v", "visible"
    HELD = "h", "held"
    REMOVED = "r", "removed by a moderator"
    WITHDRAWN = "w", "withdrawn by its author"
    # A place in the tree whose post isn't here: its Message-ID is Awaited.
    MISSING = "m", "missing"


# What isn't shown is drawn as a stub while answers hang on it, and not at all otherwise.
STUBS = (State.HELD, State.REMOVED, State.WITHDRAWN, State.MISSING)


class Thread(Read):
    """A post that answers nothing, and all that hangs below it."""

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="threads")
    # The root; null only inside the transaction that makes the thread.
    root = models.OneToOneField(
        "Post", on_delete=models.PROTECT, null=True, related_name="thread_rooted_here"
    )
    # When the thread began and was last added to, by its visible posts' own times.
    started_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_post = models.ForeignKey(
        "Post", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Visible posts in it, the root among them.
    posts_count = models.PositiveIntegerField(default=0)
    # A thread with nothing visible stands in no list.
    is_shown = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(posts_count__gt=0), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    is_locked = models.BooleanField(default=False)
    # Shown above its board's list, until a time if one is given (threads/pin.py).
    is_pinned = models.BooleanField(default=False)
    pinned_until = models.DateTimeField(null=True)
    # Slow mode: each member posts here at most once in so many seconds; 0: as they like.
    slow_seconds = models.PositiveIntegerField(default=0)
    slow_until = models.DateTimeField(null=True)
    # Some labels have grown long; `rebalance.tidy` makes them short again.
    wants_relabel = models.BooleanField(default=False)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Thread]] = models.Manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["id"],
                name="threads_to_relabel",
                condition=models.Q(wants_relabel=True),
            ),
            # With a column more than `threads_by_start` has: SQLite would take that one
            # instead, and read through the board's threads.
            models.Index(
                fields=["board", "is_shown", "is_pinned", "started_at", "id"],
                name="threads_pinned",
                condition=models.Q(is_pinned=True),
            ),
            models.Index(fields=["board", "is_shown", "started_at", "id"], name="threads_by_start"),
            models.Index(
                fields=["board", "is_shown", "last_at", "id"], name="threads_by_last_post"
            ),
        ]

    def __str__(self) -> str:
        return f"thread {self.pk}"


class Post(Read):
    """One titled contribution, or the empty place of a missing one. Its text is a row apart.

    `id` is the site-wide serial. `opens` and `closes` are the post's span in its thread:
    every post of its branch has both of its own labels between them (threads/labels.py).
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id)
    message_id = models.CharField(max_length=250, unique=True)
    thread = models.ForeignKey(
        Thread, on_delete=models.PROTECT, related_name="posts", db_index=False
    )
    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", db_index=False)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="responses", db_index=False
    )
    opens = BytewiseField()
    closes = BytewiseField()
    depth = models.PositiveIntegerField()
    state = models.CharField(max_length=1, choices=State.choices, default=State.VISIBLE)
    # Null for a missing post.
    author = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # The name an imported post was signed with; empty: the member's own.
    author_name = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200, blank=True)
    # The title only repeats the parent's ("Re: …"): drawn dimmed, with `first_line` beside.
    echoes_parent = models.BooleanField(default=False)
    # The post's own first words, for outlines; empty where there's no text (n/t).
    first_line = models.CharField(max_length=200, blank=True)
    has_text = models.BooleanField(default=False)
    posted_at = models.DateTimeField(default=timezone.now)
    # When this site got it; differs from posted_at in imports.
    added_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    edits_count = models.PositiveIntegerField(default=0)
    # Direct responses that are drawn: visible ones, and stubs that something hangs on.
    responses_count = models.PositiveIntegerField(default=0)
    # Visible, or a stub that something drawn hangs on. The engine keeps it, so it can't be
    # wrong; it stands in indexes, so that lists don't read past what isn't drawn.
    is_drawn = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(state=State.VISIBLE) | models.Q(state__in=STUBS, responses_count__gt=0),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # The door it came by ("web", "import"), and that door's mark against double submits.
    came_by = models.CharField(max_length=20, default="web")
    submission = models.CharField(max_length=80, unique=True, null=True)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Post]] = models.Manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["thread", "is_drawn", "opens"], name="posts_in_outline_order"),
            models.Index(
                fields=["thread", "state", "posted_at", "id"], name="posts_of_thread_by_time"
            ),
            models.Index(fields=["parent", "posted_at", "id"], name="posts_by_parent"),
            models.Index(
                fields=["board", "state", "posted_at", "id"], name="posts_of_board_by_time"
            ),
            # For the feed of the whole site.
            models.Index(fields=["state", "posted_at", "id"], name="posts_by_time"),
            models.Index(fields=["author", "state", "posted_at", "id"], name="posts_of_author"),
        ]

    def __str__(self) -> str:
        return self.title or f"<{self.message_id}>"


class PostText(Read):
    """A post's text as written and as drawn, apart from the row that outlines read."""

    post = models.OneToOneField(
        Post, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )
    source = models.TextField(blank=True)
    # "markdown", or "plain" / "flowed" for what came as mail or news.
    markup = models.CharField(max_length=10, default="markdown")
    html = models.TextField(blank=True)

    objects = Guarded()
    unscoped: ClassVar[models.Manager[PostText]] = models.Manager()

    def __str__(self) -> str:
        return self.source[:50]


class Numbering(models.Model):
    """A post's number on a board: given once, never used again, also when it moves."""

    board = models.ForeignKey(Board, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveBigIntegerField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="numberings")

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Numbering]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["board", "number"], name="threads_number_once"),
            models.UniqueConstraint(fields=["post", "board"], name="threads_post_numbered_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Alias(models.Model):
    """Another Message-ID of a post: an unusable one from outside, or one it superseded."""

    message_id = models.CharField(max_length=998, unique=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="aliases")

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Alias]] = models.Manager()

    def __str__(self) -> str:
        return self.message_id


class Awaited(models.Model):
    """The Message-ID that the empty place of a missing post waits for, on its board.

    Kept apart from `Post.message_id`, so that a place on one board never takes in a
    post of another, which other people may read.
    """

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="+", db_index=False)
    message_id = models.CharField(max_length=998)
    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="awaited")

    objects = Guarded()
    unscoped: ClassVar[models.Manager[Awaited]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["board", "message_id"], name="threads_awaited_once_per_board"
            )
        ]

    def __str__(self) -> str:
        return self.message_id


class BoardTally(Read):
    """What a board counts, kept by the transactions that add to it."""

    board = models.OneToOneField(
        Board, on_delete=models.CASCADE, primary_key=True, related_name="tally"
    )
    last_number = models.PositiveBigIntegerField(default=0)
    posts_count = models.PositiveIntegerField(default=0)
    threads_count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    last_post = models.ForeignKey(
        Post, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )

    objects = Guarded()
    unscoped: ClassVar[models.Manager[BoardTally]] = models.Manager()

    def __str__(self) -> str:
        return f"tally of {self.board_id}"
