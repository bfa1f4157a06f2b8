"""The shapes of what the API answers. Each field says what it is; ids are public ones."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

Id = Annotated[str, Field(description="A post's id: twelve letters that never change.")]
Handle = Annotated[str, Field(description="A permanent name in addresses.")]
State = Literal["visible", "held", "removed", "withdrawn", "missing"]
Markup = Literal["markdown", "plain", "flowed"]


class Problem(Schema):
    """What was wrong and what to do now (RFC 9457)."""

    type: str = Field(description="Where this kind of problem is described.")
    title: str
    status: int
    code: str = Field(description="The kind of problem, for programs.")
    detail: str = Field(description="What was wrong and what to do now, for people.")
    errors: list[dict[str, str]] = Field(
        default=[], description="Of a bad shape: `where` it is, and `what` is wrong there."
    )


class Page(Schema):
    """A page of a list; the header Link has the addresses of those beside it."""

    next: str | None = Field(description="The cursor of the page below; null: there's none.")
    previous: str | None = Field(
        description="The cursor of the page above; empty: the beginning, null: there's none."
    )


class Author(Schema):
    """Who wrote a post."""

    name: str = Field(description="As signed; of a deleted account, words for that.")
    handle: str | None = Field(description="Null where the account was deleted.")


class SiteShape(Schema):
    """This installation."""

    title: str
    language: str
    sign_up: str = Field(description="How one becomes a member.")
    rules: str = Field(description="The rules as written (Markdown); may be empty.")
    version: str = Field(description="Rejoinder's.")


class BoardShape(Schema):
    """A board, as far as who asks may see it."""

    handle: Handle
    name: str
    description: str = Field(description="As written (Markdown); may be empty.")
    is_closed: bool = Field(description="It can be read, and not written to.")
    posts: int = Field(description="Visible posts.")
    threads: int = Field(description="Threads with something visible in them.")
    last_at: datetime | None = Field(description="When it was last added to.")
    may_start: bool = Field(description="Whether who asks may start a thread here.")


class BoardList(Schema):
    """All boards that who asks may see, in their order."""

    boards: list[BoardShape]


class PostLine(Schema):
    """A post as lists show it. Of a stub (not visible) there's only its place."""

    id: Id
    thread: Id = Field(description="The id of the post that starts its thread.")
    board: Handle
    parent: Id | None = Field(description="What it responds to; null: it starts its thread.")
    depth: int = Field(description="0 for what starts a thread, 1 for responses to that …")
    state: State
    title: str
    author: Author | None
    posted_at: datetime
    edited_at: datetime | None
    edits: int = Field(description="How often it was edited; sent with an edit.")
    responses: int = Field(description="Direct responses.")
    has_text: bool = Field(description="False: its title says it all (n/t).")
    first_line: str = Field(description="The text's own first words.")
    is_new: bool | None = Field(description="Unread by the member who asks; null for guests.")


class Text(Schema):
    """What a post says."""

    markup: Markup = Field(description="How it was written.")
    source: str = Field(
        description="As written; of mail, addresses are masked for all but its author."
    )
    html: str = Field(description="As drawn: sanitised, safe to show.")


class FileShape(Schema):
    """A file that came with a post."""

    id: str = Field(description="By which it can be fetched.")
    name: str
    media_type: str
    octets: int
    alt: str = Field(description="What a picture shows, in its author's words; may be empty.")
    address: str = Field(description="Its path on this site.")


class MayDo(Schema):
    """What who asks may do with a post."""

    respond: bool
    edit: bool
    withdraw: bool
    report: bool
    moderate: bool


class PostShape(PostLine):
    """A post, whole."""

    message_id: str | None = Field(description="Its Message-ID, without angle brackets.")
    address: str = Field(description="Its page's path on this site.")
    text: Text | None = Field(description="Null: there's none, or it isn't shown to who asks.")
    files: list[FileShape]
    may: MayDo


class PostPage(Page):
    """A page of posts."""

    posts: list[PostLine]


class PostWithText(PostLine):
    """A post in a list that was asked for with texts."""

    html: str | None = Field(description="The text as drawn; null: not asked for, or not there.")


class TreePage(Page):
    """A page of a thread's posts, depth first: each stands below what it responds to."""

    posts: list[PostWithText]


class ThreadShape(Schema):
    """A thread."""

    id: Id = Field(description="The id of the post that starts it.")
    board: Handle
    title: str = Field(description="Its first post's; if that's a stub, of the first visible one.")
    started_at: datetime
    last_at: datetime
    posts: int = Field(description="Visible posts, the first among them.")
    is_locked: bool = Field(description="It can be read, and not answered.")
    is_pinned: bool
    slow_seconds: int = Field(description="Between two posts of one member; 0: no slow mode.")


class ThreadLine(ThreadShape):
    """A thread in a list."""

    first: PostLine
    last: PostLine


class ThreadPage(Page):
    """A page of a board's threads."""

    threads: list[ThreadLine]


class Version(Schema):
    """What a post said from one edit to the next."""

    number: int
    since: datetime
    title: str
    markup: Markup
    source: str


class Versions(Schema):
    """What a post said and says, the oldest first, as far as who asks may see it."""

    versions: list[Version]


class MemberShape(Schema):
    """A member, or an author known from an archive."""

    handle: Handle
    name: str
    is_staged: bool = Field(description="An archive's author, who never came here.")
    joined_at: datetime | None = Field(description="Null for an archive's author.")
    address: str = Field(description="Their page's path on this site.")


class Caller(Schema):
    """Who asks."""

    kind: Literal["guest", "application password"]
    handle: str | None
    name: str | None
    scopes: list[Literal["read", "post", "moderate"]]
    is_silenced: bool = Field(description="May read, and write nothing.")


class ReportShape(Schema):
    """A report that was taken."""

    address: str = Field(description="The private path on this site where its answer will stand.")


class DeedShape(Schema):
    """What a moderator did: a row of the log."""

    id: str = Field(description="By which it can be undone.")
    kind: str
    at: datetime
    board: Handle | None = Field(description="Null: it reaches over several, or the whole site.")
    reason: str
    rule: str
    is_by_law: bool


class Done(Schema):
    """What a deed came to."""

    deed: DeedShape | None = Field(description="Null: it was a preview.")
    changed: int = Field(description="Posts that have another state now, or would have.")
    let_stand: int = Field(description="Posts that were looked at and stand as they did.")
    passed_over: int = Field(
        description="Posts left out: somebody else was first, or it isn't one's own to decide."
    )
    first: list[PostLine] = Field(default=[], description="Of a preview: the latest that fall.")


class Undone(Schema):
    """What undoing a deed came to."""

    deed: DeedShape
    put_back: int = Field(description="Posts that are as before.")
    left: int = Field(description="Posts that somebody has changed since, and that stay so.")


class ReportOnDesk(Schema):
    """What somebody said is wrong."""

    at: datetime
    reason: str
    words: str


class Finding(Schema):
    """Why a rule laid a post on the desk."""

    at: datetime
    rule: str
    words: str


class CaseShape(Schema):
    """Something that waits for a decision."""

    id: str
    kind: Literal["reported", "held", "first", "appeal"]
    opened_at: datetime
    post: PostLine | None = Field(description="Null: an appeal against what befell a member.")
    html: str = Field(description="What the post says, as drawn; empty where it's long.")
    beginning: str = Field(description="How a long text begins, as written.")
    reports: list[ReportOnDesk]
    findings: list[Finding]


class CasePage(Page):
    """A page of the desk, the oldest case first."""

    cases: list[CaseShape]


class LogEntry(DeedShape):
    """A line of the log, as far as who asks may see it."""

    role: str = Field(description="As what somebody did it: never who.")
    posts: int = Field(description="How many it changed, on boards that who asks sees.")
    post: Id | None = Field(description="The post it was done to, if who asks sees that.")
    is_undone: bool


class LogPage(Page):
    """A page of the public log, the newest deed first."""

    entries: list[LogEntry]


class PrivateLogEntry(LogEntry):
    """A line of the log, with names."""

    by: str | None = Field(description="The handle of who did it; null: the system.")
    member: str | None = Field(description="The handle of whom it befell.")


class PrivateLogPage(Page):
    """A page of the log with names, the newest deed first."""

    entries: list[PrivateLogEntry]


class DeskCounts(Schema):
    """How many cases wait."""

    reported: int
    held: int
    first: int
    appeal: int


class ReasonShape(Schema):
    """A reason that moderators choose instead of writing it."""

    label: str
    reason: str
    rule: str
    is_by_law: bool


class ReasonList(Schema):
    """What moderators choose from."""

    reasons: list[ReasonShape]
    rules: list[str] = Field(description="The headings and entries of the site's rules.")
