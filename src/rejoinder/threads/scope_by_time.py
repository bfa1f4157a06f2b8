"""A scope's visible posts by time, at a bounded cost.

A whole thread by time is one range of an index. A branch isn't: it's a range of labels. So a
small branch is sorted as a whole; of a large one the thread's posts are read by time and
those of other branches left out, so many a page at most. Such a page may be short; its
cursor then goes on where the reading stopped, and no post is left out.
"""

from __future__ import annotations

from rejoinder.policy.principals import Principal
from rejoinder.threads.by_time import Of, of_thread, place_of, posts_by_time, posts_of
from rejoinder.threads.lines import Line, lines_by_id
from rejoinder.threads.models import Post, State
from rejoinder.threads.paging import START, ByTime, Cursor, Slice
from rejoinder.threads.scopes import Scope

MOST_SORTED = 1000
MOST_READ = 5000


def scope_by_time(
    principal: Principal, scope: Scope, order: ByTime, cursor: Cursor, limit: int
) -> Slice[Line]:
    """Return a page of a scope's visible posts by time: at most four queries.

    Raises Missing if the cursor names no post.
    """
    if scope.is_whole:
        return posts_of(principal, Of(of_thread, scope.thread_id), order, cursor, limit)
    shown = scope.posts(principal).filter(state=State.VISIBLE).order_by("opens")
    ids = list(shown.values_list("pk", flat=True)[: MOST_SORTED + 1])
    if len(ids) <= MOST_SORTED:
        sorted_here = Post.unscoped.filter(pk__in=ids)
        return posts_by_time(principal, sorted_here, order, cursor, limit)
    return _read_through(principal, scope, order, cursor, limit)


def _read_through(
    principal: Principal, scope: Scope, order: ByTime, cursor: Cursor, limit: int
) -> Slice[Line]:
    posts = of_thread(principal, scope.thread_id)
    read = list(
        order.rows(posts, cursor, place_of(principal, cursor), MOST_READ).values_list(
            "pk", "public_id", "opens"
        )
    )
    found = [(pk, name) for pk, name, opens in read if scope.holds(scope.thread_id, opens)]
    stops_at = ""
    if len(found) > limit:
        found = found[:limit]
        stops_at = found[-1][1]
    elif len(read) > MOST_READ:
        stops_at = read[-1][1]
    lines = lines_by_id(principal, [pk for pk, _name in found])
    rows = [lines[pk] for pk, _name in found if pk in lines]
    return _sliced(rows, cursor, stops_at)


def _sliced(rows: list[Line], cursor: Cursor, stops_at: str) -> Slice[Line]:
    """Return a page that was read from a cursor on, and stopped after a post or at the end."""
    if cursor.before:
        rows.reverse()
        below = Cursor(after=rows[-1].public_id) if rows else START
        return Slice(rows, Cursor(before=stops_at) if stops_at else None, below)
    above = Cursor(before=rows[0].public_id if rows else cursor.post) if cursor != START else None
    return Slice(rows, above, Cursor(after=stops_at) if stops_at else None)
