"""What is new to a member over all boards they follow, and in which order it is read.

Boards stand in the site's order, threads on a board as its index has them (the one that began
last first), posts as in the outline. What is found is bounded: whoever hasn't read for years is
told of the latest first, and of what is older once those are read.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import groupby

from django.db.models import Q
from pyroaring import BitMap64

from rejoinder.boards.models import Board
from rejoinder.members.ignoring import ignored_ids
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.reading.followed import boards_followed
from rejoinder.reading.keep import newest_id
from rejoinder.reading.mark import member_of
from rejoinder.reading.marks import Marks, marks_of
from rejoinder.threads.models import Post, State

# So many posts are put in order at once; a reader who has more begins with the latest of them.
MOST_FOUND = 2000
# Ids asked for at once: one by one, or as a range where nearly all of it is new.
EACH = 500
EACH_OF_RANGE = 2000
# Asked so often, it's enough if anything was found at all.
MOST_ASKED = 24

Key = tuple[int, float, int, str]
# After every label (threads/labels.py): they are ASCII.
_LAST_LABEL = "\x7f"


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post that is new to the member, and where it stands."""

    id: int
    public_id: str
    thread_id: int
    board_id: int
    opens: str
    thread_started_at: datetime


@dataclass(frozen=True)
class NewThread:
    """What is new in a thread, in outline order."""

    thread_id: int
    board_id: int
    posts: Sequence[NewPost]

    def count_between(self, opens: str, closes: str) -> int:
        """Return how many of its new posts stand in a branch, by its labels."""
        return bisect_left(self._labels, closes) - bisect_left(self._labels, opens)

    @cached_property
    def _labels(self) -> list[str]:
        return [post.opens for post in self.posts]


@dataclass(frozen=True)
class WhatsNew:
    """What is new to a member, in the order of reading."""

    boards: Mapping[int, Board]
    posts: Sequence[NewPost]
    marks: Marks
    # There's nothing older that is new.
    is_all: bool

    @cached_property
    def threads(self) -> list[NewThread]:
        """Return it by threads, in the same order."""
        found = groupby(self.posts, key=lambda post: (post.board_id, post.thread_id))
        return [NewThread(thread, board, list(posts)) for (board, thread), posts in found]

    def on(self, board_id: int) -> int:
        """Return how many posts of a board are among them."""
        return sum(post.board_id == board_id for post in self.posts)

    def after(self, post: Post) -> NewPost | None:
        """Return what is read after a post: in its thread, its board, the next boards; then
        from the beginning. None if nothing but itself is new."""
        others = [each for each in self.posts if each.id != post.pk]
        keys = [self._key(each) for each in others]
        place = self._key_of(post.board_id, post.thread.started_at, post.thread_id, post.opens)
        if not others:
            return None
        return others[bisect_right(keys, place) % len(others)]

    def threads_after(self, post: Post) -> list[NewThread]:
        """Return the threads that come after a post's thread."""
        place = self._key_of(post.board_id, post.thread.started_at, post.thread_id, _LAST_LABEL)
        return [thread for thread in self.threads if self._key(thread.posts[0]) > place]

    def _key(self, post: NewPost) -> Key:
        return self._key_of(post.board_id, post.thread_started_at, post.thread_id, post.opens)

    def _key_of(self, board_id: int, started_at: datetime, thread_id: int, opens: str) -> Key:
        return (self._ranks.get(board_id, -1), -started_at.timestamp(), -thread_id, opens)

    @cached_property
    def _ranks(self) -> dict[int, int]:
        return {pk: rank for rank, pk in enumerate(self.boards)}

    def in_order(self) -> WhatsNew:
        """Return the same with its posts in the order of reading."""
        posts = sorted(self.posts, key=self._key)
        return WhatsNew(self.boards, posts, self.marks, self.is_all)


def whats_new(principal: Principal, boards: Sequence[Board] | None = None) -> WhatsNew:
    """Return what is new to a member, on the boards they follow or on these.

    Five queries and one more for each 500 new posts, up to MOST_FOUND of them; what is on boards
    that aren't followed costs one for 2,000. Posts of whom the member ignores are left out.
    Raises Refused for a guest.
    """
    member_id = member_of(principal)
    marks = marks_of(member_id)
    on = {board.pk: board for board in (boards_followed(principal) if boards is None else boards)}
    ignored = ignored_ids(Member.objects.filter(pk=member_id).first())
    rest = marks.all_new(newest_id()) if on else BitMap64()
    found: list[NewPost] = []
    for asked, condition in enumerate(_batches(rest), 1):
        rows = gate.visible(principal, Post.objects.filter(condition, state=State.VISIBLE))
        columns = rows.order_by("-pk").values_list(*_COLUMNS, "author_id")
        found += (NewPost(*row) for *row, author in columns if author not in ignored)
        found = [post for post in found if post.board_id in on and marks.is_new(post.id)]
        if len(found) >= MOST_FOUND or (found and asked >= MOST_ASKED):
            break
    is_all = not rest and len(found) <= MOST_FOUND
    return WhatsNew(on, found[:MOST_FOUND], marks, is_all).in_order()


_COLUMNS = ("pk", "public_id", "thread_id", "board_id", "opens", "thread__started_at")


def _batches(rest: BitMap64) -> Iterator[Q]:
    """Take ids out of a set, the highest first, and yield what they're asked for by."""
    while rest:
        some = rest[max(len(rest) - EACH_OF_RANGE, 0) :]
        first, last = some.min(), some.max()
        if last - first < 2 * len(some):
            rest.remove_range(first, last + 1)
            yield Q(pk__gte=first, pk__lte=last)
        else:
            some = some[max(len(some) - EACH, 0) :]
            rest -= some
            yield Q(pk__in=list(some))
