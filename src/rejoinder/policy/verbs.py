"""What can be asked of the gate: verbs, done to things, and fields, shown of them."""

from __future__ import annotations

from enum import Enum


class Verb(Enum):
    """What a principal may do to a thing."""

    READ = "read"
    START_THREAD = "start a thread"
    RESPOND = "respond"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    REPORT = "report"
    # Let a held post appear.
    APPROVE = "approve"
    # Remove, hold, move, graft, lock, pin: whatever is done to others' posts and threads.
    MODERATE = "moderate"
    WARN = "warn"
    # Silence, suspend or ban a member.
    SANCTION = "sanction"
    ADMINISTER = "administer"
    IMPORT = "import"


class Field(Enum):
    """What of a thing may be shown to some of those who may read it."""

    # A post's title, text, author and attachments: of a stub there's only the place.
    WORDS = "words"
    # What a post said before, also where nobody had answered yet.
    EVERY_REVISION = "every revision"
    # Why a post is held or was removed.
    JUDGEMENT = "judgement"
    # A member's mail address.
    ADDRESS = "address"
    # Who belongs to a group.
    MEMBERS = "members"
    # Which moderator did a deed.
    WHO = "who"
