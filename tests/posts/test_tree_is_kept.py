"""Whatever is done to a tree, everything kept about it follows from parents, times and states."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.errors import Conflict, RejoinderError
from rejoinder.policy.principals import GUEST, Principal, system
from rejoinder.posts import graft
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft, FoundPost
from rejoinder.posts.restore import restore
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Numbering, Post, State, Thread
from rejoinder.threads.outline import outline
from rejoinder.threads.paging import START, Cursor
from rejoinder.threads.scopes import whole
from tests.factories import make_board, make_member, principal_of
from tests.planting import EPOCH, check_whole

pytestmark = pytest.mark.django_db

MANY = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_which = st.integers(0, 30)
_deeds = st.one_of(
    st.tuples(st.just("start")),
    st.tuples(st.just("respond"), _which),
    st.tuples(st.just("respond"), _which),
    st.tuples(st.just("withdraw"), _which),
    st.tuples(st.just("move"), _which, _which),
    st.tuples(st.just("split"), _which),
    st.tuples(
        st.just("restore"),
        st.integers(0, 9),
        st.lists(st.integers(0, 9), max_size=4),
        st.integers(-500, 500),
    ),
)


class Grove:
    """A board with its trees, and beside it a plain model: who hangs on whom."""

    def __init__(self) -> None:
        self.board = make_board()
        self.member = make_member()
        self.principal = principal_of(self.member)
        self.posts: list[Post] = []
        self.parents: dict[int, int | None] = {}
        self.numbers: dict[int, int] = {}

    def do(self, deed: str, *how: Any) -> None:
        # Refused as it should be (a withdrawn parent, a post below itself): no trace stays.
        with suppress(RejoinderError):
            getattr(self, deed)(*how)
        for number, post_id in Numbering.unscoped.filter(board=self.board).values_list(
            "number", "post_id"
        ):
            assert self.numbers.setdefault(number, post_id) == post_id

    def _keep(self, post: Post, parent_id: int | None) -> None:
        self.posts.append(post)
        self.parents[post.pk] = parent_id

    def _post(self, which: int) -> Post:
        if not self.posts:
            raise Conflict("nothing there yet")
        return Post.unscoped.get(pk=self.posts[which % len(self.posts)].pk)

    def start(self) -> None:
        self._keep(add(self.principal, Draft(title="a", board=self.board)), None)

    def respond(self, which: int) -> None:
        parent = self._post(which)
        self._keep(add(self.principal, Draft(title="b", parent=parent)), parent.pk)

    def withdraw(self, which: int) -> None:
        withdraw(self.principal, self._post(which))

    def move(self, which: int, where: int) -> None:
        post, parent = self._post(which), self._post(where)
        graft.rehang(post, parent)
        self.parents[post.pk] = parent.pk

    def split(self, which: int) -> None:
        post = self._post(which)
        graft.split(post)
        self.parents[post.pk] = None

    def restore(self, name: int, ancestors: list[int], minutes: int) -> None:
        restore(
            system("test"),
            found(self.board, self.member, self.id_of(name), map(self.id_of, ancestors), minutes),
        )

    def id_of(self, name: int) -> str:
        return f"{name}.{self.board.pk}@example.org"


def found(board: Any, author: Any, message_id: str, ancestors: Any, minutes: int) -> FoundPost:
    return FoundPost(
        board=board,
        message_id=message_id,
        ancestors=tuple(ancestors),
        author=author,
        author_name="",
        title=message_id,
        source="words",
        markup="plain",
        posted_at=EPOCH + timedelta(minutes=minutes),
    )


def lines_of(principal: Principal, thread: Thread, limit: int = 3) -> list[Line]:
    """Return a thread's whole outline, read page by page."""
    lines: list[Line] = []
    cursor: Cursor | None = START
    while cursor is not None:
        page = outline(principal, whole(thread), cursor, limit)
        lines += page.rows
        cursor = page.later
    return lines


@given(deeds=st.lists(_deeds, max_size=25))
@MANY
def test_any_deeds_leave_the_trees_whole(deeds: list[tuple[Any, ...]]) -> None:
    grove = Grove()
    for deed in deeds:
        grove.do(*deed)
    check_whole(grove.board)
    kept = Post.unscoped.filter(pk__in=grove.parents).values_list("pk", "parent_id")
    assert dict(kept) == grove.parents


@given(deeds=st.lists(_deeds, min_size=5, max_size=25))
@MANY
def test_an_outline_shows_each_drawn_post_once_in_order(deeds: list[tuple[Any, ...]]) -> None:
    grove = Grove()
    for deed in deeds:
        grove.do(*deed)
    posts = {p.pk: p for p in Post.unscoped.filter(board=grove.board)}
    for thread in Thread.unscoped.filter(board=grove.board):
        expected, todo = [], [posts[thread.root_id]]
        while todo:
            post = todo.pop()
            if post.is_drawn:
                expected.append(post.pk)
            below = [p for p in posts.values() if p.parent_id == post.pk]
            todo += sorted(below, key=lambda p: (p.posted_at, p.pk), reverse=True)
        lines = lines_of(GUEST, thread)
        assert [line.id for line in lines] == expected
        assert all(line.title == "" for line in lines if line.state != State.VISIBLE)
