"""Outlines: a thread's or a branch's titles, depth first, page by page."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.expressions import RawSQL

from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.lines import Line, lines_seen, read_lines
from rejoinder.threads.models import Post
from rejoinder.threads.paging import START, Cursor, Slice, cut, gone
from rejoinder.threads.ranges import ids_in_each, lines_in
from rejoinder.threads.scopes import Range, Scope, whole

MOST_ANCESTORS = 5


def outline(principal: Principal, scope: Scope, cursor: Cursor, limit: int) -> Slice[Line]:
    """Return a page of a scope's lines, depth first: one query, and one for the cursor.

    Raises Missing if the cursor names no post of this scope that the principal sees.
    """
    label = _label(principal, scope, cursor)
    if cursor.before:
        found = lines_in(principal, scope.range(before=label), "-opens", limit + 1)
    else:
        found = lines_in(principal, scope.range(after=label), "opens", limit + 1)
    return cut(found, cursor, limit, lambda line: line.public_id)


def outline_around(principal: Principal, post: Post, limit: int) -> Slice[Line]:
    """Return the page of the thread's outline in which a post stands, a third down: two queries."""
    scope = whole(post.thread)
    above = max(limit // 3, 1)
    before = lines_in(principal, scope.range(before=post.opens), "-opens", above + 1)
    head = list(reversed(before[:above]))
    from_here = Range(scope.thread_id, post.opens, with_lower=True)
    # As many as when it is the first: one statement will do for all.
    after = lines_in(principal, from_here, "opens", limit + 1)[: limit - len(head) + 1]
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
    ids = ids_in_each(principal, [scope.range() for scope in parts], limit + 1)
    lines = sorted(lines_seen(ids), key=lambda line: line.opens)
    found: list[list[Line]] = [[] for _scope in parts]
    of_thread: dict[int, list[int]] = {}
    for number, scope in enumerate(parts):
        of_thread.setdefault(scope.thread_id, []).append(number)
    for line in lines:
        for number in of_thread[line.thread_id]:
            if parts[number].holds(line.thread_id, line.opens):
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


def ancestors_of_each(
    principal: Principal, lines: Sequence[Line], limit: int = MOST_ANCESTORS
) -> list[Line]:
    """Return what these lines answer, and what that answers …, each once: a query for 500.

    At most `limit` above each, and none of the lines themselves.
    """
    here = {line.id for line in lines}
    parents = sorted({line.parent_id for line in lines if line.parent_id} - here)
    found: dict[int, Line] = {}
    for at in range(0, len(parents), _EACH):
        some = parents[at : at + _EACH]
        places = ", ".join(["%s"] * len(some))
        up = RawSQL(_UP.replace("= %s\n", f"IN ({places})\n"), [*some, limit])  # noqa: S611
        rows = read_lines(gate.visible(principal, Post.objects.filter(pk__in=up)))
        found.update((line.id, line) for line in rows if line.id not in here)
    return list(found.values())


_EACH = 500
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
