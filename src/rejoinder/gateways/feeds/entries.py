"""What a feed's document says, before it's written as Atom or JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class File:
    """Something attached to an entry."""

    url: str
    media_type: str
    octets: int
    title: str


@dataclass(frozen=True)
class Parent:
    """What an entry answers."""

    id: str
    url: str


@dataclass(frozen=True)
class Entry:
    """One post. Addresses are absolute."""

    id: str
    url: str
    title: str
    # Empty: the title says it all.
    html: str
    author: str
    # Empty: of nobody who has a page.
    author_url: str
    published: datetime
    updated: datetime
    parent: Parent | None
    # The feed of the post and all below it, and the direct responses to it.
    replies_url: str
    replies_count: int
    # The handle and the name of its board.
    board: tuple[str, str]
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Document:
    """One document of a feed, in one format. Addresses are absolute; empty: there's none."""

    id: str
    title: str
    subtitle: str
    language: str
    # The page that shows the same, and this document itself.
    page: str
    own: str
    # The document that is subscribed to, and the same in the other format.
    current: str
    other: str
    entries: tuple[Entry, ...]
    updated: datetime
    # RFC 5005 section 3: neighbouring pages.
    first: str = ""
    previous: str = ""
    next: str = ""
    # RFC 5005 section 4: documents that stay as they are.
    is_archive: bool = False
    previous_archive: str = ""
    next_archive: str = ""
    # RFC 5005 section 2: all that there is.
    is_complete: bool = False
    # Where changes are told (WebSub).
    hub: str = ""
    # What was in the feed and is no more (RFC 6721): ids, and when that was.
    deleted: tuple[tuple[str, datetime], ...] = ()
