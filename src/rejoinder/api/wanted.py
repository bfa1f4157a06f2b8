"""The shapes of what operations that write take. What isn't in a shape is refused, not ignored."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from rejoinder.reading.mark import MOST_POSTS
from rejoinder.text.source_text import MAX_TEXT_OCTETS

# A page of the desk, twice.
MOST_CASES = 100


class Wanted(Schema):
    """What a program sends: no field but these, and each of its type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class NewPost(Wanted):
    """A post to be."""

    title: str = Field(description="What the post says, in a line.")
    text: str = Field("", description="Markdown; empty: the title says it all (n/t).")


class KeptDraft(Wanted):
    """A draft to keep: its words, and one of the three things that it can be for."""

    title: str = Field("", max_length=2000)
    source: str = Field("", max_length=MAX_TEXT_OCTETS)
    board: str | None = Field(None, description="The handle of a board to start a thread on.")
    in_response_to: str | None = Field(None, description="The id of the post that is answered.")
    changes: str | None = Field(None, description="The id of the post that is changed.")
    version: int | None = Field(
        None, ge=0, le=2**31 - 1, description="The version it is made from; 0: there is none yet."
    )


class Edit(Wanted):
    """New words for a post; what is left out stays as it is."""

    title: str | None = None
    text: str | None = None
    edits_seen: int | None = Field(
        None,
        ge=0,
        description="The post's `edits` as read before; another number now is a conflict. Needed "
        "unless the header If-Match is sent.",
    )


class NewReport(Wanted):
    """What is wrong with a post."""

    reason: Literal["spam", "abuse", "illegal", "personal", "off-topic", "other"]
    words: str = Field("", description="More about it; needed with “other”.")


class Appeal(Wanted):
    """Why a decision is wrong."""

    words: str = Field(description="At most 4,000 characters.")


class Answer(Wanted):
    """The answer to an appeal."""

    is_upheld: bool = Field(description="The deed stands; false: it's undone.")
    words: str = Field(description="Why: whoever appealed reads it.")


class Marks(Wanted):
    """Posts to mark as read, or as new again."""

    posts: list[str] = Field(max_length=MOST_POSTS, description="Ids of posts.")
    is_read: bool = Field(True, description="False: mark them as new again.")


class CatchUp(Wanted):
    """What to mark as read all at once; nothing named: everything on all boards."""

    post: str = Field("", description="Of a branch: its top. Of a thread: its first post.")
    board: str = Field("", description="A board's handle.")
    before: datetime | None = Field(
        None, strict=False, description="Only what was posted before then."
    )


class Why(Wanted):
    """Why a moderator does something: its author reads it, and so does everybody in the log."""

    reason: str = Field("", description="In words; removing, holding, editing and warning need it.")
    rule: str = Field("", description="The rule of the site, or the law, that it rests on.")
    is_by_law: bool = Field(False, description="That is a law.")


class Decision(Why):
    """What to do with posts that wait on the desk."""

    deed: Literal["approve", "remove"]
    cases: list[str] = Field(
        min_length=1, max_length=MOST_CASES, description="Ids of cases of the desk."
    )


class PostDeed(Why):
    """What a moderator does to a post, its branch or its thread."""

    deed: Literal[
        "approve", "remove", "restore", "hold", "edit", "warn", "move", "split", "merge",
        "rehang", "lock", "unlock", "pin", "unpin", "slow", "unslow",
    ]  # fmt: skip
    scope: Literal["post", "branch", "member"] = Field(
        "post",
        description="Approve, remove, restore and hold: this post, its branch, or all that its "
        "author wrote.",
    )
    days: int | None = Field(
        None, ge=1, le=36500, description="With scope “member”: of the last so many days."
    )
    is_preview: bool = Field(
        False, description="With those four: tell what would fall, and do nothing."
    )
    board: str = Field("", description="Move: the handle of the board to move to.")
    parent: str = Field("", description="Merge, rehang: the id of the post to hang it below.")
    seconds: int = Field(600, ge=1, le=604800, description="Slow: between two posts of a member.")
    title: str | None = Field(None, description="Edit: left out, it stays.")
    text: str | None = Field(None, description="Edit: left out, it stays.")
    edits_seen: int = Field(0, ge=0, description="Edit: the post's `edits` as read before.")
    hides_before: bool = Field(False, description="Edit: readers don't see what it said before.")
