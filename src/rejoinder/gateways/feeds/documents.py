"""Which posts stand in which of a feed's documents, and what each document says of them.

The document that is subscribed to has the newest posts, `after` and `before` have pages of them
(RFC 5005 section 3), and `archive` leads to documents that stay as they are (section 4). Where
one of those ends follows from the posts' own random names, not from counting: so what comes,
goes or moves changes the one that it's in, and no other, and none is found by reading through
those before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from rejoinder.boards.models import LETTERS, Board
from rejoinder.boards.site import site_label
from rejoinder.gateways.feeds.entries import Document, Entry, File, Parent
from rejoinder.gateways.feeds.sources import Feed
from rejoinder.gateways.feeds.written import with_whole_addresses
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.attached import attachments_of_many
from rejoinder.threads.lines import Line, lines_by_id, texts_of
from rejoinder.threads.models import State
from rejoinder.threads.paging import START, Cursor

# What a reader gets that asks for a feed, or one page of it.
USUAL = 50
# At most, where the end of an archive is further away; it's at each 27th post, on average.
MOST = 120
PARAMETERS = ("after", "before", "archive")


@dataclass(frozen=True)
class Asked:
    """What is asked for: where the documents are, without a query, and which of them."""

    # The scheme and host before all addresses.
    site: str
    # The paths of the feed in this format and in the other.
    path: str
    other_path: str
    query: Mapping[str, str]
    # Before the paths of other feeds; for who has a token, that is there.
    prefix: str = ""
    suffix: str = "atom"
    hub: str = ""


class Links(TypedDict, total=False):
    """What stands beside a document."""

    first: str
    previous: str
    next: str
    is_archive: bool
    previous_archive: str
    next_archive: str
    is_complete: bool


def post_id(public_id: str) -> str:
    """Return a post's id in all feeds, for ever (RFC 4151): no address is in it."""
    return id_of(f"post/{public_id}")


def id_of(name: str) -> str:
    """Return the id of a named thing of this installation, for ever."""
    return f"tag:{site_label()}.rejoinder,2026:{name}"


def document(principal: Principal, feed: Feed, asked: Asked) -> tuple[Document, list[Line]]:
    """Return what is asked for of a feed, and the posts in it. Raises Missing.

    Six queries, and those of the feed's own list.
    """
    if archive := asked.query.get("archive"):
        lines, links = _archive(feed, archive, asked)
    else:
        lines, links = _page(feed, asked)
    return document_of(principal, feed, asked, lines, links), lines


def document_of(
    principal: Principal, feed: Feed, asked: Asked, lines: list[Line], links: Links | None = None
) -> Document:
    """Return a document of these posts of a feed: six queries."""
    made = entries_of(principal, lines, asked)
    is_current = not asked.query
    return Document(
        id=id_of(feed.name),
        title=feed.title,
        subtitle=feed.subtitle,
        language=settings.LANGUAGE_CODE,
        page=asked.site + feed.page,
        own=asked.site + _with(asked.path, **dict(asked.query)),
        current=asked.site + asked.path,
        other=asked.site + asked.other_path if is_current else "",
        entries=tuple(made),
        updated=max((entry.updated for entry in made), default=feed.began),
        hub=asked.hub if is_current else "",
        **(links or {}),
    )


def entries_of(principal: Principal, lines: list[Line], asked: Asked) -> list[Entry]:
    """Return posts as entries: at most six queries."""
    texts = texts_of(principal, lines)
    parents = lines_by_id(principal, [line.parent_id for line in lines])
    files = attachments_of_many(principal, [line.id for line in lines])
    ids = {line.board_id for line in lines}
    boards = {b.pk: b for b in gate.visible(principal, Board.objects.filter(pk__in=ids))}
    return [
        Entry(
            id=post_id(line.public_id),
            url=asked.site + reverse("post", args=[line.public_id]),
            title=line.title,
            html=with_whole_addresses(texts[line.id].html, asked.site) if line.id in texts else "",
            author=line.author_name,
            author_url=_page_of_author(line, asked),
            published=line.posted_at,
            # No clock of an archive's may make it older than it is.
            updated=max(line.posted_at, line.edited_at or line.posted_at),
            parent=_parent(parents.get(line.parent_id or 0), asked),
            replies_url=f"{asked.site}{asked.prefix}/p/{line.public_id}/feed.{asked.suffix}",
            replies_count=line.responses_count,
            board=(boards[line.board_id].handle_id, boards[line.board_id].name),
            files=tuple(
                File(
                    asked.site + reverse("file", args=[file.public_id, file.file_name]),
                    file.media_type,
                    file.octets,
                    file.alt or file.file_name,
                )
                for file in files.get(line.id, ())
            ),
        )
        for line in lines
        # One that was moved out of sight a moment ago has no board here.
        if line.board_id in boards and line.state == State.VISIBLE
    ]


def _page(feed: Feed, asked: Asked) -> tuple[list[Line], Links]:
    after, before = asked.query.get("after", ""), asked.query.get("before", "")
    cursor = Cursor(after=after, before="" if after else before)
    if cursor != START:
        found = feed.posts(cursor, USUAL)
        return found.rows, {
            "first": asked.site + asked.path,
            "previous": _link(asked, found.earlier),
            "next": _link(asked, found.later),
        }
    found = feed.posts(START, MOST)
    ends = _end(found.rows)
    lines = found.rows[: max(USUAL, ends)]
    if len(lines) == len(found.rows) and found.later is None:
        return lines, {"is_complete": True}
    return lines, {
        "first": asked.site + asked.path,
        "next": _link(asked, Cursor(after=lines[-1].public_id)),
        "previous_archive": _archive_link(asked, found.rows[ends - 1]),
    }


def _archive(feed: Feed, newer: str, asked: Asked) -> tuple[list[Line], Links]:
    """Return the document of what is older than a post, down to the next end."""
    found = feed.posts(Cursor(after=newer), MOST)
    ends = _end(found.rows)
    lines = found.rows[:ends]
    has_older = ends < len(found.rows) or found.later is not None
    links: Links = {"is_archive": True}
    if lines and has_older:
        links["previous_archive"] = _archive_link(asked, lines[-1])
    # Without an end as near as this, the way is one: from the newest back.
    above = feed.posts(Cursor(before=newer), MOST).rows[::-1]
    if end := next((line for line in above if _is_end(line)), None):
        links["next_archive"] = _archive_link(asked, end)
    return lines, links


def _end(lines: list[Line]) -> int:
    """Return how many of these posts stand before the next end, with the one at it."""
    ends = (number for number, line in enumerate(lines, 1) if _is_end(line))
    return next(ends, len(lines))


def _is_end(line: Line) -> bool:
    return line.public_id.startswith(LETTERS[0])


def _parent(line: Line | None, asked: Asked) -> Parent | None:
    if line is None:
        return None
    return Parent(post_id(line.public_id), asked.site + reverse("post", args=[line.public_id]))


def _page_of_author(line: Line, asked: Asked) -> str:
    if not line.author_handle:
        return ""
    return asked.site + reverse("member", args=[line.author_handle])


def _link(asked: Asked, cursor: Cursor | None) -> str:
    if cursor is None:
        return ""
    return asked.site + (f"{asked.path}?{cursor.as_query()}" if cursor != START else asked.path)


def _archive_link(asked: Asked, line: Line) -> str:
    return asked.site + _with(asked.path, archive=line.public_id)


def _with(path: str, **query: str) -> str:
    if not query:
        return path
    said = QueryDict(mutable=True)
    said.update(query)
    return f"{path}?{said.urlencode()}"
