"""What a list costs follows the page: so many queries, each a short range of an index.

The queries of every list are explained by the engine itself, on a board of some size:
SQLite must search by an index and sort nothing; PostgreSQL must not have read many more
rows than it gives.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST
from rejoinder.posts.models import Attachment, Revision
from rejoinder.threads import scopes
from rejoinder.threads.arrangements.registry import ARRANGEMENTS
from rejoinder.threads.board_arrangements import registry as of_boards
from rejoinder.threads.by_time import posts_of_member
from rejoinder.threads.counts import branch_counts
from rejoinder.threads.find import post_by_public_id
from rejoinder.threads.folded import folded_responses
from rejoinder.threads.front import front
from rejoinder.threads.lines import texts_of
from rejoinder.threads.models import Post, PostText
from rejoinder.threads.neighbours import neighbours
from rejoinder.threads.outline import ancestors, outline, outline_around
from rejoinder.threads.paging import START, Cursor
from rejoinder.threads.pin import pinned_threads
from tests.factories import make_board, make_member
from tests.planting import bush, plant

pytestmark = pytest.mark.django_db

PAGE = 20
LARGE = 8_000


class Grown:
    """A board of short threads and one long one."""

    def __init__(self, size: int, threads: int) -> None:
        self.board: Board = make_board()
        self.member: Member = make_member()
        for n in range(threads):
            plant(self.board, self.member, bush(20, seed=n), texts=True)
        self.posts = plant(self.board, self.member, bush(size), texts=True)
        self.root = self.posts[0]
        self.scope = scopes.whole(self.root.thread)
        order = sorted(self.posts, key=lambda post: post.opens)
        self.middle = order[size // 2]
        # A branch that is neither tiny nor nearly the whole.
        self.branch = next(post for post in order if size / 4 > _size(order, post) > 40)


def _size(order: list[Post], top: Post) -> int:
    return sum(top.opens <= post.opens < top.closes for post in order[: len(order)])


def _lists() -> dict[str, Callable[[Grown], Any]]:
    lists: dict[str, Callable[[Grown], Any]] = {
        "neighbours": lambda g: neighbours(GUEST, g.middle),
        "ancestors": lambda g: ancestors(GUEST, g.middle),
        "around": lambda g: outline_around(GUEST, g.middle, PAGE),
        "counts": lambda g: branch_counts(GUEST, outline(GUEST, g.scope, START, PAGE).rows),
        "texts": lambda g: texts_of(GUEST, outline(GUEST, g.scope, START, PAGE).rows),
        "folded": lambda g: folded_responses(GUEST, g.root, START, PAGE, 5),
        "front": lambda g: front(GUEST),
        "member": lambda g: posts_of_member(GUEST, g.member, START, PAGE),
        "post": lambda g: post_by_public_id(GUEST, g.middle.public_id),
        "pinned": lambda g: pinned_threads(GUEST, g.board),
        **{
            f"{model.__name__} of a post": lambda g, model=model: list(
                gate.reachable(GUEST, model.objects.filter(post=g.middle).order_by())
            )
            for model in (PostText, Attachment, Revision)
        },
    }
    for name, way in ARRANGEMENTS.items():
        for cursor in ("start", "after", "before"):
            lists[f"{name} {cursor}"] = lambda g, way=way, cursor=cursor: way.page(
                GUEST, g.scope, _cursor(cursor, g.middle), PAGE
            )
    for name in ("outline", "direct"):
        lists[f"{name} of a branch"] = lambda g, name=name: ARRANGEMENTS[name].page(
            GUEST, scopes.branch(g.branch), START, PAGE
        )
    for name, laid_out in of_boards.ARRANGEMENTS.items():
        for cursor in ("start", "after", "before"):
            lists[f"board {name} {cursor}"] = lambda g, way=laid_out, cursor=cursor: way.page(
                GUEST, g.board, _cursor(cursor, g.root), PAGE, None
            )
    return lists


def _cursor(kind: str, post: Post) -> Cursor:
    return START if kind == "start" else Cursor(**{kind: post.public_id})


LISTS = _lists()


@pytest.fixture(scope="module")
def grown(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Grown, Grown]]:
    """A small board and a large one, planted once for this module and taken away again."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        small, large = Grown(200, threads=25), Grown(LARGE, threads=200)
        if connection.vendor == "postgresql":
            # As autovacuum would. Nobody analyzes SQLite: there a site has no statistics.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        yield small, large
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", list(LISTS))
def test_a_list_takes_the_same_few_queries_whatever_the_size(
    name: str, grown: tuple[Grown, Grown]
) -> None:
    counts = []
    for board in grown:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            LISTS[name](board)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 6


@pytest.mark.parametrize("name", list(LISTS))
def test_no_list_reads_through_or_sorts_a_thread_or_board(
    name: str, grown: tuple[Grown, Grown]
) -> None:
    with CaptureQueriesContext(connection) as queries:
        LISTS[name](grown[1])
    assert queries.captured_queries
    for query in [query["sql"] for query in queries.captured_queries]:
        if connection.vendor == "sqlite":
            _check_sqlite_plan(query)
        else:
            _check_postgresql_plan(query)


def _check_sqlite_plan(query: str) -> None:
    with connection.cursor() as cursor:
        # executescript-like: the query's own text holds percent signs of no parameter.
        cursor.execute(f"EXPLAIN QUERY PLAN {query}", None)
        plan = [row[3] for row in cursor.fetchall()]
    for step in plan:
        assert not _is_scan_of_posts(step, query), "\n".join([*plan, query])
        # The boards themselves are few, and all shown.
        if 'FROM "boards_board"' not in query:
            assert "TEMP B-TREE" not in step, (plan, query)


def _is_scan_of_posts(step: str, query: str) -> bool:
    """Tell whether a step reads all of posts, texts or threads, whatever they're called there."""
    found = re.match(r"SCAN (\w+)", step)
    if not found:
        return False
    name = found[1]
    return name.startswith(("threads_", "posts_", "above")) or bool(
        re.search(rf'"(?:threads|posts)_\w+" "?{name}"?\b', query)
    )


def _check_postgresql_plan(query: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", None)
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    todo = [plan[0]["Plan"]]
    while todo:
        step = todo.pop()
        todo += step.get("Plans", [])
        read = (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]
        table = step.get("Relation Name", "")
        if table.startswith("threads_"):
            assert read <= 100 * PAGE + 100, (step, query)
            assert step["Node Type"] != "Seq Scan" or table != "threads_post", (step, query)


def test_pinned_threads_are_read_by_an_index_of_their_own(grown: tuple[Grown, Grown]) -> None:
    """Else finding out that nothing is pinned would read through the board."""
    if connection.vendor == "postgresql":
        pytest.skip("what PostgreSQL reads is counted above")
    with CaptureQueriesContext(connection) as queries:
        pinned_threads(GUEST, grown[1].board)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {queries.captured_queries[0]['sql']}", None)
        plan = [row[3] for row in cursor.fetchall()]
    assert any("INDEX threads_pinned" in step for step in plan), (plan, queries.captured_queries)


def test_reading_through_the_large_thread_would_be_found_out(grown: tuple[Grown, Grown]) -> None:
    """Else the tests above would say nothing."""
    with CaptureQueriesContext(connection) as queries:
        list(Post.unscoped.filter(thread=grown[1].root.thread).order_by("title")[:PAGE])
    check = _check_sqlite_plan if connection.vendor == "sqlite" else _check_postgresql_plan
    with pytest.raises(AssertionError):
        check(queries.captured_queries[0]["sql"])
