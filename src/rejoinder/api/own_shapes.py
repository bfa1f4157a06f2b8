"""The shapes of what is a member's own: notices, reports, statements, whom they ignore."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field

from rejoinder.api import shapes


class Named(Schema):
    """A member, by name."""

    handle: shapes.Handle
    name: str


class IgnoredList(Schema):
    """Whom one ignores, by name."""

    members: list[Named]


Mark = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{16,60}$", description="Chosen at random.")]


class DraftKept(Schema):
    """Which version of a draft is kept now."""

    version: int


class DraftShape(Schema):
    """A draft."""

    mark: str = Field(description="Its name, chosen by who began it.")
    version: int
    kept_at: datetime
    title: str
    source: str
    board: str | None = Field(description="Null: it's for something else, or that is gone.")
    in_response_to: str | None
    changes: str | None


class DraftList(Schema):
    """One's drafts, the newest first."""

    drafts: list[DraftShape]


class WaitingList(Schema):
    """One's own posts that a moderator looks at first, the newest first."""

    posts: list[shapes.PostLine]


class ReportTold(Schema):
    """A report, and what became of it."""

    token: str = Field(description="Opens it again; private.")
    at: datetime
    reason: str
    words: str
    answered_at: datetime | None = Field(description="Null: it waits.")
    verdict: str = Field(
        description="The deed that answered it; empty while it waits, or where the author has "
        "taken the post back."
    )
    post: shapes.PostLine | None = Field(description="Null: one doesn't see it (any more).")


class ReportPage(shapes.Page):
    """A page of one's own reports, the newest first."""

    reports: list[ReportTold]


class Quoted(Schema):
    """A post that a statement is about."""

    id: shapes.Id
    title: str


class StatementShape(Schema):
    """What a moderator did to somebody's posts or account, and why."""

    token: str = Field(description="Opens it again, and appeals against it; private.")
    at: datetime
    kind: str = Field(description="The deed.")
    reason: str
    rule: str
    is_by_law: bool
    posts: int = Field(description="How many posts it befell.")
    quoted: list[Quoted] = Field(description="The first of them.")
    until: datetime | None = Field(description="Null: for good, or nothing that lasts.")
    was_reported: bool
    was_found_by_rule: bool
    is_undone: bool
    may_appeal: bool = Field(description="Once, within six months, while it isn't undone.")
    appealed_at: datetime | None
    appeal: str
    decided_at: datetime | None = Field(description="When the appeal was answered.")
    was_upheld: bool | None
    decision: str


class AppealShape(Schema):
    """An appeal, and what it's against."""

    id: str = Field(description="Its case's.")
    statement: StatementShape
    may_decide: bool = Field(description="False: the deed is one's own; another decides.")


class NoticeShape(Schema):
    """A line among a member's notices: a statement or an answered report."""

    at: datetime
    is_read: bool
    statement: StatementShape | None
    report: ReportTold | None


class NoticeList(Schema):
    """One's latest notices, the newest first."""

    unread: int
    notices: list[NoticeShape]


class Drawn(Schema):
    """Words as they would be posted."""

    title: str
    html: str


class ThreadNews(Schema):
    """What is new in a thread."""

    thread: shapes.Id
    title: str
    new: int = Field(description="How many of its posts are new.")
    posts: list[shapes.PostLine] = Field(description="The first forty of them, depth first.")


class NewPage(shapes.Page):
    """A page of threads with something new."""

    posts: int = Field(description="How many posts are new in all, as far as is_all says.")
    is_all: bool = Field(description="False: there are older ones, told once these are read.")
    threads: list[ThreadNews]


class NextNew(Schema):
    """The next new post."""

    post: shapes.PostLine | None = Field(description="Null: nothing else is new.")


class CaughtUp(Schema):
    """What became of a catch-up, or of undoing it."""

    posts: int = Field(description="How many posts were new before, or are new again.")
