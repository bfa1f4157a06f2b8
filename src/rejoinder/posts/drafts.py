"""What a door hands to a deed: a draft, or a post found in an archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.threads.models import Post

Markup = Literal["markdown", "plain", "flowed"]


@dataclass(frozen=True)
class FoundAttachment:
    """A file of a post to be; its bytes are already in the file store."""

    digest: str
    file_name: str
    media_type: str
    octets: int
    alt: str = ""
    # Of a picture that was drawn anew here; 0: it wasn't, and is no picture to readers.
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Draft:
    """A post to be: on a board, or in response to a parent."""

    title: str
    source: str = ""
    board: Board | None = None
    parent: Post | None = None
    markup: Markup = "markdown"
    came_by: str = "web"
    # The door's mark of this one submission: the same mark again gives the same post.
    submission: str = ""
    attachments: tuple[FoundAttachment, ...] = ()


@dataclass(frozen=True)
class FoundPost:
    """A post found in an archive, with the ids and the time it has there."""

    board: Board
    # Usable as a Message-ID; without angle brackets.
    message_id: str
    # Message-IDs of what it answers, the nearest last; empty: it starts a thread.
    ancestors: tuple[str, ...]
    author: Member
    author_name: str
    title: str
    source: str
    markup: Markup
    posted_at: datetime
    # The ids it had outside, where they couldn't be used.
    aliases: tuple[str, ...] = ()
    attachments: tuple[FoundAttachment, ...] = ()
    # The whole message as it was found.
    original: bytes = b""
    came_by: str = "import"
