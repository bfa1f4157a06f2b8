"""Posts in the order of their times: of a thread, a board, a member. Stubs stand in none.

A stub keeps a place for what hangs on it; in the order of time nothing does.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line, read_lines
from rejoinder.threads.models import Post, State
from rejoinder.threads.paging import ByTime, Cursor, Slice, cut, gone

OLDEST_FIRST = ByTime()
NEWEST_FIRST = ByTime(newest_first=True)


def posts_by_time(
    principal: Principal,
    posts: QuerySet[Post],
    order: ByTime,
    cursor: Cursor,
    limit: int,
    *,
    within: timedelta | None = None,
) -> Slice[Line]:
    """Return a page of posts, already gated, by time: one query, and one for the cursor.

    Raises Missing if the cursor names no post that the principal sees.
    """
    place = place_of(principal, cursor)
    found = read_lines(order.rows(posts, cursor, place, limit, within=within))
    return cut(found, cursor, limit, lambda line: line.public_id)


def place_of(principal: Principal, cursor: Cursor) -> tuple[datetime, int] | None:
    """Return where the post that a cursor names stands by time; None if it names none.

    Raises Missing if there's no such post, or none that the principal sees: one that was
    withdrawn since sends the reader to the beginning, as a made-up name does.
    """
    if not cursor.post:
        return None
    named = gate.visible(principal, Post.objects.filter(public_id=cursor.post))
    place = named.values_list("posted_at", "pk").first()
    if place is None:
        raise gone()
    return place


def posts_of_board(
    principal: Principal,
    board: Board,
    cursor: Cursor,
    limit: int,
    within: timedelta | None = None,
) -> Slice[Line]:
    """Return a page of a board's visible posts, the newest first."""
    posts = visible_posts(principal, Q(board=board))
    return posts_by_time(principal, posts, NEWEST_FIRST, cursor, limit, within=within)


def posts_of_member(
    principal: Principal, member: Member, cursor: Cursor, limit: int
) -> Slice[Line]:
    """Return a page of a member's visible posts, the newest first."""
    posts = visible_posts(principal, Q(author=member))
    return posts_by_time(principal, posts, NEWEST_FIRST, cursor, limit)


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
