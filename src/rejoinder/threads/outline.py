"""Outlines: a thread's or a branch's titles, depth first, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.expressions import RawSQL

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.limited import read_ids
from rejoinder.threads.lines import Line, read_lines
from rejoinder.threads.models import Post
from rejoinder.threads.paging import START, Cursor, Slice, cut, gone
from rejoinder.threads.scopes import Scope, whole

MOST_ANCESTORS = 5


def outline(principal: Principal, scope: Scope, cursor: Cursor, limit: int) -> Slice[Line]:
    """Return a page of a scope's lines, depth first: one query, and one for the cursor.

    Raises Missing if the cursor names no post of this scope that the principal sees.
    """
    label = _label(principal, scope, cursor)
    if cursor.before:
        posts = scope.posts(principal, before=label).order_by("-opens")
    else:
        posts = scope.posts(principal, after=label).order_by("opens")
    return cut(read_lines(posts[: limit + 1]), cursor, limit, lambda line: line.public_id)


def outline_around(principal: Principal, post: Post, limit: int) -> Slice[Line]:
    """Return the page of the thread's outline in which a post stands, a third down: two queries."""
    scope = whole(post.thread)
    above = max(limit // 3, 1)
    posts = scope.posts(principal, before=post.opens).order_by("-opens")
    before = read_lines(posts[: above + 1])
    head = list(reversed(before[:above]))
    after = read_lines(
        scope.posts(principal)
        .filter(opens__gte=post.opens)
        .order_by("opens")[: limit - len(head) + 1]
    )
    rows = head + after[: limit - len(head)]
    return Slice(
        rows,
        Cursor(before=rows[0].public_id) if len(before) > above else None,
        Cursor(after=rows[-1].public_id) if len(head) + len(after) > limit else None,
    )


def outlines(principal: Principal, parts: Sequence[Scope], limit: int) -> list[Slice[Line]]:
    """Return the first lines of each of several scopes, in their order: two queries.

    Each is a whole thread or a branch with its top.
    """
    if not parts:
        return []
    ids: list[int] = []
    for whole_ones in (True, False):
        form = [scope for scope in parts if scope.is_whole == whole_ones]
        ids += read_ids(
            lambda *values: Scope(*values).posts(principal).order_by("opens")[: limit + 1],
            [
                (scope.thread_id, scope.top_id)
                if whole_ones
                else (scope.thread_id, scope.top_id, scope.opens, scope.closes)
                for scope in form
            ],
        )
    lines = sorted(read_lines(Post.unscoped.filter(pk__in=ids)), key=lambda line: line.opens)
    found: list[list[Line]] = [[] for _scope in parts]
    for line in lines:
        for number in _holding(parts, line):
            found[number].append(line)
    return [cut(rows, START, limit, lambda line: line.public_id) for rows in found]


def ancestors(principal: Principal, line: Line | Post, limit: int = MOST_ANCESTORS) -> list[Line]:
    """Return what a post answers, and what that answers …, the nearest first: one query.

    At most `limit` of them: a page that begins in the middle shows where it is.
    """
    if line.parent_id is None or limit < 1:
        return []
    up = RawSQL(_UP, [line.parent_id, limit])  # noqa: S611
    lines = read_lines(gate.visible(principal, Post.objects.filter(pk__in=up)))
    return sorted(lines, key=lambda ancestor: -ancestor.depth)


# Both engines go up the line step by step; each step is a look-up by primary key.
_UP = """
    WITH RECURSIVE up(id, parent_id, steps) AS (
        SELECT id, parent_id, 1 FROM threads_post WHERE id = %s
        UNION ALL
        SELECT above.id, above.parent_id, up.steps + 1
        FROM up JOIN threads_post AS above ON above.id = up.parent_id
        WHERE up.steps < %s
    )
    SELECT id FROM up
"""


def _label(principal: Principal, scope: Scope, cursor: Cursor) -> str:
    if not cursor.post:
        return ""
    named = gate.visible(principal, Post.objects.filter(public_id=cursor.post))
    place = named.values_list("thread_id", "opens").first()
    if place is None or not scope.holds(*place):
        raise gone()
    return place[1]


def _holding(parts: Sequence[Scope], line: Line) -> list[int]:
    return [number for number, scope in enumerate(parts) if scope.holds(line.thread_id, line.opens)]
