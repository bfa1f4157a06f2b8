"""Whatever happens in whatever order, exactly the right posts are new to each member."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.members.models import Member
from rejoinder.posts import graft
from rejoinder.posts.states import change_state
from rejoinder.posts.withdraw import withdraw
from rejoinder.reading import keep
from rejoinder.reading.catch_up import catch_up, undo
from rejoinder.reading.mark import mark_read, mark_unread
from rejoinder.reading.marks import NOTHING_NEW, marks_of
from rejoinder.reading.models import ReadMarks
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.policy.world import undone

TABS = 4
EACH = 10

POSTS = st.sets(st.integers(0, 15), max_size=5)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["read", "unread"]), POSTS),
        st.tuples(st.sampled_from(["post", "respond", "own"]), st.just(frozenset())),
        st.tuples(st.sampled_from(["withdraw", "hold", "approve", "split", "move"]), POSTS),
        st.tuples(st.sampled_from(["catch_up", "undo"]), st.just(frozenset())),
        st.tuples(st.just("catch_up_branch"), POSTS),
    ),
    max_size=12,
)


def current(post: Post) -> Post:
    """Return a post as it is by now."""
    named = Post.unscoped.select_related("board", "thread", "parent", "author")
    return named.get(pk=post.pk)


class Model:
    """What is to be new to one member, kept as plainly as can be: a set."""

    def __init__(self, reader: Member, author: Member) -> None:
        self.reader, self.author = reader, author
        self.posts: list[Post] = []
        self.new: set[int] = set()
        # What an undo would give back.
        self.caught: set[int] = set()
        self.elsewhere = make_board()

    def do(self, deed: str, chosen: set[int]) -> None:
        """Do something, and keep what follows from it."""
        posts = [self.posts[n % len(self.posts)] for n in chosen] if self.posts else []
        if deed in ("read", "unread"):
            self._mark(deed, posts)
        elif deed == "catch_up":
            self._catch_up(None)
        elif deed == "undo":
            assert undo(principal_of(self.reader)) == len(self.caught)
            self.new, self.caught = self.new | self.caught, set()
        elif deed in self.EACH:
            for post in posts:
                self.EACH[deed](self, current(post))
        else:
            self._add(deed)

    def _mark(self, deed: str, posts: list[Post]) -> None:
        visible = {
            post.pk for post in posts if Post.unscoped.get(pk=post.pk).state == State.VISIBLE
        }
        others = {post.pk for post in posts if post.author_id != self.reader.pk}
        ids = [post.pk for post in posts]
        if deed == "read":
            mark_read(principal_of(self.reader), ids)
            self.new -= visible
            self.caught -= visible
        else:
            mark_unread(principal_of(self.reader), ids)
            self.new |= visible & others
            self.caught -= visible & others

    def _catch_up(self, top: Post | None) -> None:
        there = Post.unscoped.filter(state=State.VISIBLE)
        if top is not None:
            there = there.filter(thread=top.thread_id, opens__gte=top.opens, opens__lt=top.closes)
        was_new = self.new & set(there.values_list("pk", flat=True))
        assert catch_up(principal_of(self.reader), top) == len(was_new)
        self.new -= was_new
        self.caught = was_new or self.caught

    def _catch_up_branch(self, post: Post) -> None:
        if post.is_drawn:
            self._catch_up(post)

    def _withdraw(self, post: Post) -> None:
        if post.state == State.VISIBLE:
            withdraw(principal_of(post.author), post)

    def _hold(self, post: Post) -> None:
        if post.state == State.VISIBLE:
            change_state(post, State.HELD)

    def _approve(self, post: Post) -> None:
        if post.state == State.HELD:
            change_state(post, State.VISIBLE)

    def _split(self, post: Post) -> None:
        if post.parent_id is not None:
            graft.split(post)

    def _move(self, post: Post) -> None:
        if post.board_id != self.elsewhere.pk:
            graft.move(post, self.elsewhere)

    EACH: ClassVar = {
        "catch_up_branch": _catch_up_branch,
        "withdraw": _withdraw,
        "hold": _hold,
        "approve": _approve,
        "split": _split,
        "move": _move,
    }

    def _add(self, deed: str) -> None:
        author = self.reader if deed == "own" else self.author
        parent = self.posts[-1] if self.posts and deed == "respond" else None
        if parent is not None:
            parent = Post.unscoped.select_related("board", "thread").get(pk=parent.pk)
        if parent is not None and parent.state == State.VISIBLE:
            post = make_response(parent, author=author)
        else:
            post = make_thread(author=author)
        self.posts.append(post)
        if deed != "own":
            self.new.add(post.pk)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(before=st.integers(0, 3), deeds=DEEDS)
def test_any_sequence_of_deeds_leaves_exactly_the_right_posts_new(
    before: int, deeds: list[tuple[str, set[int]]]
) -> None:
    with undone():
        author = make_member()
        there = [make_thread(author=author) for _number in range(before)]
        model = Model(make_member(), author)
        model.posts = there
        known = NOTHING_NEW
        for deed, chosen in deeds:
            model.do(deed, set(chosen))
            known = marks_of(model.reader.pk, known)
            everything = set(Post.unscoped.values_list("pk", flat=True))
            assert known.new_among(everything) == model.new
            assert marks_of(model.reader.pk) == known


@pytest.mark.django_db(transaction=True)
def test_tabs_that_mark_at_once_lose_nothing() -> None:
    first = make_thread()
    member, author = make_member(), make_member()
    posts = [make_response(first, author=author) for _number in range(TABS * EACH)]
    principal = principal_of(member)

    def read(tab: int) -> None:
        try:
            for turn in range(EACH):
                mark_read(principal, [posts[tab * EACH + turn].pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as pool:
        list(pool.map(read, range(TABS)))
    marks = marks_of(member.pk)
    assert marks.new_among(post.pk for post in posts) == frozenset()
    assert marks.version == 1 + TABS * EACH


@pytest.mark.django_db(transaction=True)
def test_marks_begun_by_two_tabs_at_once_are_begun_once() -> None:
    member, author = make_member(), make_member()
    first = make_thread(author=author)
    posts = [make_response(first, author=author) for _number in range(TABS)]
    ReadMarks.unscoped.filter(pk=member.pk).delete()

    def unread(tab: int) -> None:
        try:
            keep.unread(member.pk, [posts[tab].pk])
        finally:
            connection.close()

    with ThreadPoolExecutor(TABS) as pool:
        list(pool.map(unread, range(TABS)))
    assert marks_of(member.pk).new_among(post.pk for post in posts) == {post.pk for post in posts}


@pytest.mark.django_db(transaction=True)
def test_tabs_and_a_catch_up_and_its_undo_at_once_lose_nothing() -> None:
    first = make_thread()
    member, author = make_member(), make_member()
    posts = [make_response(first, author=author) for _number in range(2 * EACH)]
    principal = principal_of(member)

    def do(door: int) -> None:
        try:
            for turn in range(EACH):
                if door == 0:
                    mark_read(principal, [posts[turn].pk])
                elif door == 1:
                    catch_up(principal, None)
                else:
                    undo(principal)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(do, range(3)))
    undo(principal)
    # What was read one by one stays read, and the others are new after the last undo.
    new = marks_of(member.pk).new_among(post.pk for post in posts)
    assert new == {post.pk for post in posts[EACH:]}
