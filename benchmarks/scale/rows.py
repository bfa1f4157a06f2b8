"""Rows of a plan's batches: what `posts.add`, and later deeds, would have left in each table.

Nothing here asks the database. Ids, numbers and counts go on from a `Standing`, which the
database can give back after an interruption.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from benchmarks.scale.bodies import Body, Pool
from benchmarks.scale.plan import BEGAN, HELD, VISIBLE, Plan, Thread
from benchmarks.scale.shapes import NOTHING
from rejoinder.boards.models import LETTERS
from rejoinder.threads import labels

POST_COLUMNS = (
    "id", "public_id", "message_id", "thread_id", "board_id", "parent_id", "opens", "closes",
    "depth", "state", "author_id", "author_name", "title", "echoes_parent", "first_line",
    "has_text", "posted_at", "added_at", "edited_at", "edits_count", "responses_count",
    "came_by", "submission",
)  # fmt: skip
TEXT_COLUMNS = ("post_id", "source", "markup", "html")
NUMBERING_COLUMNS = ("board_id", "number", "post_id")
THREAD_COLUMNS = (
    "id", "board_id", "root_id", "started_at", "last_at", "last_post_id", "posts_count",
    "is_locked", "is_pinned", "pinned_until", "slow_seconds", "slow_until", "wants_relabel",
)  # fmt: skip

# Three letters of a public id for 14 bits of chance: 56 bits make one.
_CHUNKS = ["".join(letters) for letters in product(LETTERS, repeat=3)][: 1 << 14]
_CHUNK = len(_CHUNKS) - 1
_EPOCH = BEGAN.replace(tzinfo=None)
_ENGLISH, _IN_ANOTHER_LANGUAGE = 0, 0.08


@dataclass
class Tally:
    """What a board counts."""

    last_number: int = 0
    posts_count: int = 0
    threads_count: int = 0
    last_at: str | None = None
    last_post_id: int | None = None


@dataclass
class Grown:
    """A thread as far as it has come: of its posts the ids, and how many responses are drawn."""

    spans: Sequence[labels.Span]
    depths: Sequence[int]
    id: int = 0
    ids: list[int] = field(default_factory=list)
    public_ids: list[str] = field(default_factory=list)
    responses: list[int] = field(default_factory=list)
    posts_count: int = 0
    last_at: str = ""
    last_post_id: int | None = None
    started_at: str = ""
    # Earlier batches' posts that were answered in this one.
    touched: set[int] = field(default_factory=set)


@dataclass
class Standing:
    """Where a site stands after some batches."""

    label: str
    # Primary keys: of boards as in plan.BOARDS, of members in the order of their activity.
    boards: list[int]
    members: list[int]
    next_post: int = 1
    next_thread: int = 1
    tallies: dict[int, Tally] = field(default_factory=dict)
    # The long threads, as in `Plan.long`.
    long: list[Grown] = field(default_factory=list)


@dataclass
class Rows:
    """A batch's rows, and what it changes in those that are there."""

    # Lists, because a post's count of responses is known when the batch ends.
    posts: list[list[Any]] = field(default_factory=list)
    texts: list[tuple[Any, ...]] = field(default_factory=list)
    numberings: list[tuple[int, int, int]] = field(default_factory=list)
    threads: list[tuple[Any, ...]] = field(default_factory=list)
    # (posts_count, last_at, last_post_id, id), and (responses_count, id).
    grown_threads: list[tuple[Any, ...]] = field(default_factory=list)
    answered_posts: list[tuple[int, int]] = field(default_factory=list)
    # (last_number, posts_count, threads_count, last_at, last_post_id, board_id).
    tallies: list[tuple[Any, ...]] = field(default_factory=list)
    # Ids of the long threads.
    long_threads: list[int] = field(default_factory=list)


def grown(parents: Sequence[int]) -> Grown:
    """Return a thread of this shape of which nothing has come yet."""
    depths = [0] * len(parents)
    for post, parent in enumerate(parents[1:], 1):
        depths[post] = depths[parent] + 1
    return Grown(spans_of(parents, depths), depths)


def spans_of(parents: Sequence[int], depths: Sequence[int]) -> list[labels.Span]:
    """Return the spans that posts get which come in this order, each at its parent's end.

    Where they grow too long, the whole thread is spread anew, as `rebalance.tidy` does.
    """
    spans = [labels.whole()]
    # Where a post's last response ends, or the post itself opens.
    ends = [spans[0].opens]
    longest = 0
    for parent in parents[1:]:
        span = labels.inside(ends[parent], spans[parent].closes)
        ends[parent] = span.closes
        ends.append(span.opens)
        spans.append(span)
        longest = max(longest, len(span.opens), len(span.closes))
    if longest <= labels.TOO_LONG:
        return spans
    order = sorted(range(len(spans)), key=lambda post: spans[post].opens)
    for post, span in zip(order, labels.spread([depths[p] for p in order]), strict=True):
        spans[post] = span
    return spans


def batch_rows(plan: Plan, pools: Sequence[Pool], standing: Standing, number: int) -> Rows:
    """Return a batch's rows, and move the standing on past it."""
    threads = list(plan.threads(number))
    chance = random.Random(f"{plan.seed}:rows:{number}")
    writer = _Writer(threads, pools, standing, chance)
    # By time over all threads, as they'd have come in; so ids and numbers follow it.
    order = [
        (at, index, thread.first + offset)
        for index, thread in enumerate(threads)
        for offset, at in enumerate(thread.times)
    ]
    order.sort()
    for at, index, post in order:
        writer.keep(index, post, at)
    return writer.finished()


class _Writer:
    """Makes the rows of a batch, one post after another."""

    def __init__(
        self,
        threads: Sequence[Thread],
        pools: Sequence[Pool],
        standing: Standing,
        chance: random.Random,
    ) -> None:
        self.threads, self.pools, self.standing, self.chance = threads, pools, standing, chance
        self.rows = Rows()
        self.grown = [
            grown(thread.parents) if thread.long is None else standing.long[thread.long]
            for thread in threads
        ]
        self.began = [0] * len(threads)
        self.first_post = standing.next_post

    def keep(self, index: int, post: int, at: float) -> None:
        """Keep a post: its row, text and number, and count it."""
        thread, tree, standing = self.threads[index], self.grown[index], self.standing
        post_id = standing.next_post
        standing.next_post += 1
        board_id = standing.boards[thread.board]
        came = str(_EPOCH + timedelta(microseconds=int(at * 1_000_000)))
        public_id = _public_id(self.chance)
        parent = thread.parents[post]
        if parent == NOTHING:
            tree.id, tree.started_at, tree.last_at = standing.next_thread, came, came
            standing.next_thread += 1
        tree.ids.append(post_id)
        tree.public_ids.append(public_id)
        tree.responses.append(0)
        author_id = standing.members[thread.authors[post - thread.first]]
        title, body = self._words(thread, None if parent == NOTHING else tree.public_ids[parent])
        state, span = thread.states[post], tree.spans[post]
        self.rows.posts.append([
            post_id, public_id, f"{public_id}@{standing.label}.rejoinder", tree.id, board_id,
            None if parent == NOTHING else tree.ids[parent], span.opens, span.closes,
            tree.depths[post], state, author_id, "", title, 0, body.first_line,
            1 if body.html else 0, came, came, None, 0, 0, "web",
            f"{author_id}:{_mark(self.chance)}",
        ])  # fmt: skip
        self.rows.texts.append((post_id, body.source, "markdown", body.html))
        self._count(thread, tree, post, post_id, came)

    def _words(self, thread: Thread, answered: str | None) -> tuple[str, Body]:
        chance = self.chance.random
        pool = self.pools[thread.language if chance() > _IN_ANOTHER_LANGUAGE else _ENGLISH]
        title = pool.titles[int(chance() * len(pool.titles))]
        if answered is None:
            return title, pool.openers[int(chance() * len(pool.openers))]
        body = pool.bodies[int(chance() * len(pool.bodies))]
        return title, body.answering(answered) if body.has_reference else body

    def _count(self, thread: Thread, tree: Grown, post: int, post_id: int, came: str) -> None:
        """Number a post, and count it with its parent, thread and board."""
        state = thread.states[post]
        if state == HELD:
            return
        board_id = self.standing.boards[thread.board]
        tally = self.standing.tallies[board_id]
        tally.last_number += 1
        self.rows.numberings.append((board_id, tally.last_number, post_id))
        if state != VISIBLE:
            if not tree.posts_count:
                tree.last_at = came
            return
        tree.posts_count += 1
        tally.posts_count += 1
        tally.threads_count += tree.posts_count == 1
        tree.last_at = tally.last_at = came
        tree.last_post_id = tally.last_post_id = post_id
        _hang_on(tree, thread, post)

    def finished(self) -> Rows:
        """Return all rows of the batch."""
        rows, standing = self.rows, self.standing
        at = POST_COLUMNS.index("responses_count")
        for thread, tree in zip(self.threads, self.grown, strict=True):
            new = zip(tree.ids[thread.first :], tree.responses[thread.first :], strict=True)
            for post_id, responses in new:
                rows.posts[post_id - self.first_post][at] = responses
            if thread.first:
                rows.grown_threads.append(
                    (tree.posts_count, tree.last_at, tree.last_post_id, tree.id)
                )
                rows.answered_posts += [
                    (tree.responses[post], tree.ids[post]) for post in sorted(tree.touched)
                ]
            else:
                rows.threads.append(_thread_row(tree, standing.boards[thread.board]))
            tree.touched.clear()
        rows.threads.sort()
        rows.long_threads = [tree.id for tree in standing.long]
        rows.tallies = [
            (t.last_number, t.posts_count, t.threads_count, t.last_at, t.last_post_id, board_id)
            for board_id, t in standing.tallies.items()
        ]
        return rows


def _hang_on(tree: Grown, thread: Thread, post: int) -> None:
    """Count a visible post with its parent, and a stub that is drawn from then on with its own."""
    while (parent := thread.parents[post]) != NOTHING:
        tree.responses[parent] += 1
        if parent < thread.first:
            tree.touched.add(parent)
        if thread.states[parent] == VISIBLE or tree.responses[parent] > 1:
            return
        post = parent


def _thread_row(tree: Grown, board_id: int) -> tuple[Any, ...]:
    return (
        tree.id, board_id, tree.ids[0], tree.started_at, tree.last_at, tree.last_post_id,
        tree.posts_count, 0, 0, None, 0, None, 0,
    )  # fmt: skip


def _public_id(chance: random.Random) -> str:
    bits = chance.getrandbits(56)
    return (
        _CHUNKS[bits & _CHUNK]
        + _CHUNKS[bits >> 14 & _CHUNK]
        + _CHUNKS[bits >> 28 & _CHUNK]
        + _CHUNKS[bits >> 42]
    )


def _mark(chance: random.Random) -> str:
    """Return a mark as long as the web's form makes it (web.typed.new_mark)."""
    return f"{chance.getrandbits(88):022x}"
