"""The moderation log: what everybody may know of it, and with names for moderators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from rejoinder.boards.models import Board
from rejoinder.errors import Refused
from rejoinder.moderation.models import Deed, DeedKind, DeedPost
from rejoinder.moderation.rights import in_care_of, moderates_something
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import number
from rejoinder.threads.lines import Line, line_on_desk, lines_by_id
from rejoinder.threads.models import Post, Thread
from rejoinder.threads.paging import ByTime, Cursor, Slice, cut, gone

NEWEST_FIRST = ByTime(field="at", newest_first=True)
AT_ONCE = 500
# What is said on the thread's or the post's own page.
NOTED = (
    DeedKind.MOVE,
    DeedKind.SPLIT,
    DeedKind.MERGE,
    DeedKind.REHANG,
    DeedKind.LOCK,
    DeedKind.SLOW,
)


@dataclass(frozen=True)
class Filter:
    """What of the log is asked for. Names of people only narrow the private one."""

    kind: str = ""
    # Handles.
    board: str = ""
    member: str = ""
    moderator: str = ""
    # A public id: what was done to one post.
    post: str = ""


@dataclass(frozen=True)
class Entry:
    """A line of the log, as far as one reader may see it."""

    deed: Deed
    # Where, if the reader sees that board.
    board: Board | None
    # How many posts it changed, on boards that the reader sees.
    posts_count: int
    # The post it was done to, if the reader sees it; to others than moderators a stub's line
    # has no title.
    line: Line | None
    # Of a graft: the boards, where the reader sees them.
    came_from: Board | None
    went_to: Board | None
    is_undone: bool


def public_log(principal: Principal, asked: Filter, cursor: Cursor, limit: int) -> Slice[Entry]:
    """Return a page of the public log, the newest first: six queries."""
    return _page(principal, _public(principal, asked), cursor, limit, is_private=False)


def private_log(principal: Principal, asked: Filter, cursor: Cursor, limit: int) -> Slice[Entry]:
    """Return a page of the log of the boards that a principal moderates. Raises Refused."""
    return _page(principal, _private(principal, asked), cursor, limit, is_private=True)


def every_entry(principal: Principal, asked: Filter, *, is_private: bool) -> Iterator[Entry]:
    """Yield all of a log, the oldest first, reading a part at a time. Raises Refused."""
    deeds = _private(principal, asked) if is_private else _public(principal, asked)
    return _every(principal, _related(deeds).order_by("at", "pk"), is_private=is_private)


def notes_on(principal: Principal, post: Post, thread: Thread) -> list[Entry]:
    """Return what is noted on a post's page: where it came from, that its thread is locked.

    One query where nothing was done, four otherwise; the latest first.
    """
    found = _ON_POST.all(principal, post.pk, thread.pk)
    return _entries(principal, found, is_private=False) if found else []


def _on_post(principal: Principal, post: int, thread: int) -> QuerySet[Deed]:
    on_it = Q(post=post, kind__in=NOTED) | Q(thread=thread, kind__in=[DeedKind.LOCK, DeedKind.SLOW])
    deeds = Deed.objects.filter(on_it, is_public=True, undone_by=None)
    return _related(gate.visible(principal, deeds)).order_by("-at", "-pk")[:5]


_ON_POST: ForPrincipal[Deed] = ForPrincipal(_on_post, number(1), number(2))


def _public(principal: Principal, asked: Filter) -> QuerySet[Deed]:
    deeds = gate.visible(principal, Deed.objects.filter(is_public=True))
    return _narrowed(principal, deeds, asked)


def _private(principal: Principal, asked: Filter) -> QuerySet[Deed]:
    if not moderates_something(principal):
        raise Refused("Only moderators see the log with names.")
    deeds = gate.visible(principal, Deed.objects.filter(in_care_of(principal)))
    if asked.member:
        deeds = deeds.filter(subject__handle=asked.member)
    if asked.moderator:
        deeds = deeds.filter(by__handle=asked.moderator)
    return _narrowed(principal, deeds, asked)


def _narrowed(principal: Principal, deeds: QuerySet[Deed], asked: Filter) -> QuerySet[Deed]:
    if asked.kind:
        deeds = deeds.filter(kind=asked.kind)
    if asked.post:
        reached = DeedPost.unscoped.filter(post__public_id=asked.post).values("deed")
        deeds = deeds.filter(Q(post__public_id=asked.post) | Q(pk__in=reached))
    if not asked.board:
        return deeds
    # Of a deed on two boards the reader may see one: the other's name must find nothing.
    named = gate.visible(principal, Board.objects.filter(handle=asked.board)).values("pk")
    return deeds.filter(Q(board__in=named) | Q(from_board__in=named))


def _page(
    principal: Principal, deeds: QuerySet[Deed], cursor: Cursor, limit: int, *, is_private: bool
) -> Slice[Entry]:
    found = list(NEWEST_FIRST.rows(_related(deeds), cursor, _place_of(principal, cursor), limit))
    # One object for each board: what is granted there is read once for it.
    boards = {deed.board_id: deed.board for deed in found}
    for deed in found:
        deed.board = boards[deed.board_id]
    page = cut(found, cursor, limit, lambda deed: deed.public_id)
    return Slice(_entries(principal, page.rows, is_private=is_private), page.earlier, page.later)


def _related(deeds: QuerySet[Deed]) -> QuerySet[Deed]:
    return deeds.select_related("board", "from_board", "by", "subject", "undone_by", "undoes")


def _every(principal: Principal, deeds: QuerySet[Deed], *, is_private: bool) -> Iterator[Entry]:
    some: list[Deed] = []
    for deed in deeds.iterator(chunk_size=AT_ONCE):
        some.append(deed)
        if len(some) == AT_ONCE:
            yield from _entries(principal, some, is_private=is_private)
            some = []
    yield from _entries(principal, some, is_private=is_private)


def _entries(principal: Principal, deeds: Sequence[Deed], *, is_private: bool) -> list[Entry]:
    reached = gate.visible(principal, DeedPost.objects.filter(deed__in=[d.pk for d in deeds]))
    counted = dict(reached.order_by().values_list("deed").annotate(n=Count("pk")))
    ids = [deed.post_id for deed in deeds if deed.post_id is not None]
    lines = _lines_for_moderators(principal, ids) if is_private else lines_by_id(principal, ids)
    handles = {deed.details[end]["board"] for deed in deeds for end in _ends(deed)}
    own = {deed.board_id for deed in deeds if deed.board_id is not None}
    named = Board.objects.filter(Q(handle__in=handles) | Q(pk__in=own))
    seen = gate.visible(principal, named) if handles or own else []
    boards = {board.handle_id: board for board in seen}
    return [
        Entry(
            deed,
            boards.get(deed.board.handle_id) if deed.board else None,
            counted.get(deed.pk, 0),
            lines.get(deed.post_id or 0),
            came_from=boards.get(deed.details["came_from"]["board"]) if _ends(deed) else None,
            went_to=boards.get(deed.details["went_to"]["board"]) if _ends(deed) else None,
            is_undone=hasattr(deed, "undone_by"),
        )
        for deed in deeds
    ]


def _lines_for_moderators(principal: Principal, ids: Sequence[int]) -> dict[int, Line]:
    """Return the lines of posts as those see them who moderate their boards: one query."""
    posts = gate.reachable(principal, Post.objects.filter(pk__in=ids)).select_related("author")
    return {post.pk: line_on_desk(post) for post in posts}


def _ends(deed: Deed) -> list[str]:
    return [end for end in ("came_from", "went_to") if end in deed.details]


def _place_of(principal: Principal, cursor: Cursor) -> tuple[datetime, int] | None:
    if not cursor.post:
        return None
    named = gate.visible(principal, Deed.objects.filter(public_id=cursor.post))
    place = named.values_list("at", "pk").first()
    if place is None:
        raise gone()
    return place
