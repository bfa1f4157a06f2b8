"""Whatever moderators do on two boards, all that is kept follows from parents, times and states."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rejoinder.errors import Conflict, RejoinderError
from rejoinder.operations import tallies, trees
from rejoinder.policy.principals import system
from rejoinder.posts import graft, keep
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.posts.grafted import Grafted
from rejoinder.posts.restore import restore
from rejoinder.posts.states import change_state, change_states
from rejoinder.posts.withdraw import withdraw
from rejoinder.threads import pin, tree
from rejoinder.threads.models import Awaited, Numbering, Post, State, Thread
from tests.factories import make_board, make_member, principal_of
from tests.planting import EPOCH, check_whole
from tests.posts.test_tree_is_kept import found

pytestmark = pytest.mark.django_db

MANY = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_which = st.integers(0, 30)
_side = st.integers(0, 1)
_state = st.sampled_from([State.VISIBLE, State.HELD, State.REMOVED, State.WITHDRAWN])
_deeds = st.one_of(
    st.tuples(st.just("start"), _side),
    st.tuples(st.just("respond"), _which),
    st.tuples(st.just("respond"), _which),
    st.tuples(st.just("hold_new"), _which),
    st.tuples(st.just("withdraw"), _which),
    st.tuples(st.just("change"), _which, _state),
    st.tuples(st.just("change_many"), st.lists(_which, max_size=9), _state),
    st.tuples(st.just("rehang"), _which, _which),
    st.tuples(st.just("merge"), _which, _which),
    st.tuples(st.just("split"), _which),
    st.tuples(st.just("move"), _which, _side),
    st.tuples(st.just("pin"), _which),
    st.tuples(st.just("undo"), _which),
    st.tuples(
        st.just("restore"),
        _side,
        st.integers(0, 9),
        st.lists(st.integers(0, 9), max_size=4),
        st.integers(-500, 500),
    ),
)


class Groves:
    """Two boards with their trees; beside them, which number is whose."""

    def __init__(self) -> None:
        self.boards = [make_board(), make_board()]
        self.member = make_member()
        self.principal = principal_of(self.member)
        self.numbers: dict[tuple[int, int], int] = {}
        self.grafts: list[Grafted] = []

    def do(self, deed: str, *how: Any) -> None:
        # Refused as it should be (a post below itself, nothing to undo): no trace stays.
        with suppress(RejoinderError), transaction.atomic():
            getattr(self, deed)(*how)
        for board_id, number, post_id in Numbering.unscoped.values_list(
            "board_id", "number", "post_id"
        ):
            assert self.numbers.setdefault((board_id, number), post_id) == post_id

    def check(self) -> None:
        for board in self.boards:
            check_whole(board)
        for look in (tallies.boards, tallies.threads, tallies.responses, trees.numbers):
            assert list(look()) == []
        assert list(trees.places()) == []
        for awaited in Awaited.unscoped.select_related("post"):
            assert (awaited.board_id, awaited.post.state) == (awaited.post.board_id, State.MISSING)

    def _post(self, which: int) -> Post:
        posts = Post.unscoped.filter(board__in=self.boards).order_by("pk")
        if not posts:
            raise Conflict("nothing there yet")
        return posts[which % len(posts)]

    def start(self, side: int) -> None:
        add(self.principal, Draft(title="a", board=self.boards[side]))

    def respond(self, which: int) -> None:
        add(self.principal, Draft(title="b", parent=self._post(which)))

    def hold_new(self, which: int) -> None:
        threads, (parent,) = tree.locked_with(self._post(which).pk)
        thread = threads[parent.thread_id]
        post = keep.new_post(
            thread=thread,
            parent=parent,
            posted_at=EPOCH,
            author=self.member,
            state=State.HELD,
        )
        keep.save_new(post, thread, keep.words("c", "", "markdown"))

    def withdraw(self, which: int) -> None:
        withdraw(self.principal, self._post(which))

    def change(self, which: int, state: State) -> None:
        post = self._post(which)
        before = post.state
        assert change_state(post, state) == before
        assert post.state == state

    def change_many(self, which: list[int], state: State) -> None:
        posts = {post.pk: State(post.state) for post in map(self._post, which)}
        former = dict(change_states(list(posts), state))
        assert former == {pk: was for pk, was in posts.items() if was not in (state, State.MISSING)}

    def rehang(self, which: int, where: int) -> None:
        self.grafts.append(graft.rehang(self._post(which), self._post(where)))

    def merge(self, which: int, where: int) -> None:
        self.grafts.append(graft.merge(self._post(which), self._post(where)))

    def split(self, which: int) -> None:
        self.grafts.append(graft.split(self._post(which)))

    def move(self, which: int, side: int) -> None:
        self.grafts.append(graft.move(self._post(which), self.boards[side]))

    def pin(self, which: int) -> None:
        pin.pin(self._post(which).thread)

    def undo(self, which: int) -> None:
        if self.grafts:
            grafted = self.grafts.pop(which % len(self.grafts))
            kept = json.loads(json.dumps(grafted.as_json()))
            self.grafts.append(graft.ungraft(Grafted.from_json(kept)))

    def restore(self, side: int, name: int, ancestors: list[int], minutes: int) -> None:
        message_ids = [f"{n}.{self.boards[0].pk}@example.org" for n in (name, *ancestors)]
        restore(
            system("test"),
            found(self.boards[side], self.member, message_ids[0], message_ids[1:], minutes),
        )


def as_it_is(groves: Groves) -> dict[str, Any]:
    """Return all that readers see of two boards, and what waits, without keys and labels."""
    posts = Post.unscoped.filter(board__in=groves.boards).select_related("thread", "parent")
    threads = Thread.unscoped.filter(board__in=groves.boards).select_related("root", "last_post")
    return {
        "posts": {
            p.public_id: (
                p.board_id,
                p.parent and p.parent.public_id,
                p.depth,
                p.state,
                p.is_drawn,
                p.responses_count,
                p.echoes_parent,
            )
            for p in posts
        },
        "threads": {
            t.root.public_id: (
                t.board_id,
                t.posts_count,
                t.last_post and t.last_post.public_id,
                # Where nothing is shown, nobody sees when it began.
                t.posts_count and t.started_at,
                t.is_locked,
                t.is_pinned,
            )
            for t in threads
            if t.root
        },
        "awaited": set(Awaited.unscoped.values_list("board_id", "message_id", "post__public_id")),
    }


@given(deeds=st.lists(_deeds, max_size=20))
@MANY
def test_any_deeds_of_moderators_leave_both_boards_whole(deeds: list[tuple[Any, ...]]) -> None:
    groves = Groves()
    for deed in deeds:
        groves.do(*deed)
        groves.check()


@given(deeds=st.lists(_deeds, min_size=5, max_size=20), which=_which, where=_which, side=_side)
@MANY
def test_a_graft_undone_at_once_leaves_everything_as_it_was(
    deeds: list[tuple[Any, ...]], which: int, where: int, side: int
) -> None:
    groves = Groves()
    for deed in deeds:
        groves.do(*deed)
    for name, how in (
        ("rehang", (which, where)),
        ("merge", (which, where)),
        ("split", (which,)),
        ("move", (which, side)),
    ):
        before, grafts = as_it_is(groves), len(groves.grafts)
        groves.do(name, *how)
        if len(groves.grafts) > grafts:
            graft.ungraft(groves.grafts.pop())
        assert as_it_is(groves) == before
        groves.check()
