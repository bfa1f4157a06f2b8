"""Posts in the order of their times: of a thread, a board, a member. Stubs stand in none.

A stub keeps a place for what hangs on it; in the order of time nothing does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.statements.prepared import MOMENT, NUMBER, TEXT, number
from rejoinder.threads.lines import COLUMNS, Line, lines_of, read_lines
from rejoinder.threads.models import Post, State
from rejoinder.threads.paging import START, ByTime, Cursor, Slice, cut, gone

# Returns posts of something that a principal may see, by its id.
Which = Callable[[Principal, int], "QuerySet[Post]"]


@dataclass(frozen=True)
class Of:
    """A list of posts: which, and of what."""

    which: Which
    pk: int


OLDEST_FIRST = ByTime()
NEWEST_FIRST = ByTime(newest_first=True)


def posts_by_time(
    principal: Principal, posts: QuerySet[Post], order: ByTime, cursor: Cursor, limit: int
) -> Slice[Line]:
    """Return a page of posts, already gated, by time: one query, and one for the cursor.

    Raises Missing if the cursor names no post that the principal sees.
    """
    place = place_of(principal, cursor)
    found = read_lines(order.rows(posts, cursor, place, limit))
    return cut(found, cursor, limit, lambda line: line.public_id)


def posts_of(
    principal: Principal,
    of: Of,
    order: ByTime,
    cursor: Cursor,
    limit: int,
    *,
    within: timedelta | None = None,
) -> Slice[Line]:
    """Return a page of the posts of a thread, board or member, or of a post's responses, by
    time, as `posts_by_time` does; its usual pages by statements that are written once."""
    place = place_of(principal, cursor)
    if within is None and cursor.on is None:
        page = _page(of.which, order, bool(cursor.before), place is not None, limit)
        found = lines_of(page.all(principal, of.pk, *(place or _NO_PLACE)))
    else:
        posts = of.which(principal, of.pk)
        found = read_lines(order.rows(posts, cursor, place, limit, within=within))
    return cut(found, cursor, limit, lambda line: line.public_id)


_NO_PLACE = (MOMENT, 0)


# As many as there are lists, orders and sizes of pages.
@cache
def _page(
    which: Which, order: ByTime, goes_up: bool, has_place: bool, limit: int
) -> ForPrincipal[tuple[Any, ...]]:
    cursor = Cursor(before=TEXT) if goes_up else START
    return ForPrincipal(
        lambda principal, pk, *place: order.rows(
            which(principal, pk), cursor, place if has_place else None, limit
        ).values_list(*COLUMNS),
        NUMBER,
        MOMENT,
        number(1),
    )


def place_of(principal: Principal, cursor: Cursor) -> tuple[datetime, int] | None:
    """Return where the post that a cursor names stands by time; None if it names none.

    Raises Missing if there's no such post, or none that the principal sees: one that was
    withdrawn since sends the reader to the beginning, as a made-up name does.
    """
    if not cursor.post:
        return None
    place = _PLACE.first(principal, cursor.post)
    if place is None:
        raise gone()
    return place


_PLACE: ForPrincipal[tuple[datetime, int]] = ForPrincipal(
    lambda principal, id_: gate.visible(principal, Post.objects.filter(public_id=id_)).values_list(
        "posted_at", "pk"
    ),
    TEXT,
)


def of_thread(principal: Principal, pk: int) -> QuerySet[Post]:
    """Return a thread's posts that a principal may see and that aren't stubs."""
    return visible_posts(principal, Q(thread_id=pk))


def of_board(principal: Principal, pk: int) -> QuerySet[Post]:
    """Return a board's posts that a principal may see and that aren't stubs."""
    return visible_posts(principal, Q(board_id=pk))


def of_member(principal: Principal, pk: int) -> QuerySet[Post]:
    """Return a member's posts that a principal may see and that aren't stubs."""
    return visible_posts(principal, Q(author_id=pk))


def responses_to(principal: Principal, pk: int) -> QuerySet[Post]:
    """Return what a principal may see of a post's direct responses; stubs, too."""
    return gate.visible(principal, Post.objects.filter(parent_id=pk))


def posts_of_board(
    principal: Principal,
    board: Board,
    cursor: Cursor,
    limit: int,
    within: timedelta | None = None,
) -> Slice[Line]:
    """Return a page of a board's visible posts, the newest first."""
    of = Of(of_board, board.pk)
    return posts_of(principal, of, NEWEST_FIRST, cursor, limit, within=within)


def posts_of_site(principal: Principal, cursor: Cursor, limit: int) -> Slice[Line]:
    """Return a page of all visible posts that a principal may read, the newest first."""
    return posts_by_time(principal, visible_posts(principal, Q()), NEWEST_FIRST, cursor, limit)


def posts_of_member(
    principal: Principal, member: Member, cursor: Cursor, limit: int
) -> Slice[Line]:
    """Return a page of a member's visible posts, the newest first."""
    return posts_of(principal, Of(of_member, member.pk), NEWEST_FIRST, cursor, limit)


def posts_named(principal: Principal, names: list[str]) -> list[Line]:
    """Return those of these posts that a principal may see and that aren't stubs, newest first."""
    return read_lines(
        visible_posts(principal, Q(public_id__in=names)).order_by("-posted_at", "-pk")
    )


def waiting_posts(principal: Principal, most: int) -> list[Post]:
    """Return the latest of a member's own posts that are held, with their boards: one query."""
    if not principal.is_member:
        return []
    own = Post.objects.filter(author=principal.member_id, state=State.HELD)
    posts = gate.reachable(principal, own).select_related("board")
    return list(posts.order_by("-posted_at", "-pk")[:most])


def visible_posts(principal: Principal, which: Q) -> QuerySet[Post]:
    """Return those posts that a principal may see and that aren't stubs."""
    return gate.visible(principal, Post.objects.filter(which, state=State.VISIBLE))
