"""A line: what a list shows of one post. Stubs keep nothing of the post's words or author."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from rejoinder.members.names import shown_name
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import Prepared, lists, numbers
from rejoinder.threads.models import STUBS, Post, PostText, State
from rejoinder.threads.references import all_with_names


@dataclass(frozen=True, slots=True)
class Line:
    """One title in a list, with what stands beside it."""

    id: int
    public_id: str
    thread_id: int
    board_id: int
    parent_id: int | None
    depth: int
    opens: str
    closes: str
    state: str
    title: str
    echoes_parent: bool
    first_line: str
    has_text: bool
    author_id: int | None
    author_name: str
    author_handle: str
    posted_at: datetime
    edited_at: datetime | None
    edits_count: int
    responses_count: int

    @property
    def is_stub(self) -> bool:
        """Tell whether others see only the post's place: held, removed, withdrawn, missing."""
        return self.state in STUBS

    @property
    def shows_words(self) -> bool:
        """Tell whether title and author are there: a stub's may be, for who may see them."""
        return not self.is_stub or bool(self.title)

    @property
    def is_title_only(self) -> bool:
        """Tell whether the title says it all (n/t)."""
        return not self.has_text and not self.is_stub


@dataclass(frozen=True, slots=True)
class TextOf:
    """A post's text as drawn, and how it was written (markdown, plain, flowed)."""

    html: str
    markup: str


# What is read of a post for its line.
COLUMNS = (
    "pk",
    "public_id",
    "thread_id",
    "board_id",
    "parent_id",
    "depth",
    "opens",
    "closes",
    "state",
    "title",
    "echoes_parent",
    "first_line",
    "has_text",
    "author_id",
    "author_name",
    "author__name",
    "author__handle_id",
    "posted_at",
    "edited_at",
    "edits_count",
    "responses_count",
)
# The name a post was signed with; its member's name and handle follow.
_NAME = COLUMNS.index("author_name")


def read_lines(posts: QuerySet[Post]) -> list[Line]:
    """Return a query's posts as lines, in its order: one query. Stubs are blanked here."""
    return lines_of(posts.values_list(*COLUMNS))


def lines_of(rows: Iterable[tuple[Any, ...]]) -> list[Line]:
    """Return rows of `COLUMNS` as lines. Stubs are blanked here."""
    return [_line(row) for row in rows]


def lines_by_id(principal: Principal, ids: Iterable[int | None]) -> dict[int, Line]:
    """Return the lines of the posts with these ids that a principal may see: one query for 512."""
    found: dict[int, Line] = {}
    for some in lists(list({pk for pk in ids if pk is not None})):
        rows = _by_id(len(some)).all(principal, *some)
        found.update((line.id, line) for line in lines_of(rows))
    return found


def lines_seen(ids: Sequence[int]) -> list[Line]:
    """Return the lines of posts that the gate was asked for, in no order: one query for 512."""
    found: list[Line] = []
    for some in lists(ids):
        found += lines_of(_seen(len(some)).all(*some))
    return found


def _visible(principal: Principal, *ids: int) -> QuerySet[Post, tuple[Any, ...]]:
    return gate.visible(principal, Post.objects.filter(pk__in=ids)).values_list(*COLUMNS)


@cache
def _by_id(length: int) -> ForPrincipal[tuple[Any, ...]]:
    return ForPrincipal(_visible, *numbers(length))


@cache
def _seen(length: int) -> Prepared[tuple[Any, ...]]:
    return Prepared(
        lambda *ids: Post.unscoped.filter(pk__in=ids).values_list(*COLUMNS), *numbers(length)
    )


@cache
def _texts(length: int) -> Prepared[tuple[Any, ...]]:
    return Prepared(
        lambda *ids: PostText.unscoped.filter(pk__in=ids).values_list("pk", "html", "markup"),
        *numbers(length),
    )


def line_of(principal: Principal, post: Post) -> Line:
    """Return the line of a post at hand; its author and author's handle were read before.

    Blank but for its place where the principal isn't shown its words.
    """
    line = _of_post(post)
    return line if gate.shows(principal, gate.Field.WORDS, post) else _blank(line)


def line_on_desk(post: Post) -> Line:
    """Return the line of a post that the gate lets a moderator decide about: with its words,
    also while it's held or removed, but for what its author took back. No query."""
    line = _of_post(post)
    return _blank(line) if post.state in (State.WITHDRAWN, State.MISSING) else line


def texts_of(principal: Principal, lines: Iterable[Line]) -> dict[int, TextOf]:
    """Return the texts of those lines that have one, by post id. None of stubs.

    One query for 512, and one if any of them names an author by reference.
    """
    ids = [line.id for line in lines if line.has_text and not line.is_stub]
    rows = [row for some in lists(ids) for row in _texts(len(some)).all(*some)]
    drawn = all_with_names(principal, {pk: html for pk, html, _markup in rows})
    return {pk: TextOf(drawn[pk], markup) for pk, _html, markup in rows}


def _of_post(post: Post) -> Line:
    author = post.author
    return _named(
        (
            *(getattr(post, name) for name in COLUMNS[: _NAME + 1]),
            author and author.name,
            author and author.handle_id,
            *(getattr(post, name) for name in COLUMNS[_NAME + 3 :]),
        )
    )


def _line(row: tuple[Any, ...]) -> Line:
    # In a list a stub shows nobody's words, not even their author's.
    line = _named(row)
    return _blank(line) if line.is_stub else line


def _named(row: tuple[Any, ...]) -> Line:
    signed, name, handle = row[_NAME : _NAME + 3]
    if name == "":
        # The account was deleted: its row has no name, and its handle leads nowhere.
        signed, handle = signed or shown_name(name), ""
    columns = (*row[:_NAME], signed or name or "", handle or "", *row[_NAME + 3 :])
    return Line(*columns)


def _blank(line: Line) -> Line:
    return replace(
        line,
        title="",
        echoes_parent=False,
        first_line="",
        has_text=False,
        author_id=None,
        author_name="",
        author_handle="",
        edited_at=None,
        edits_count=0,
    )
