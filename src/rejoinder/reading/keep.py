"""How read marks are kept: every change under the lock of the member's row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from pyroaring import BitMap64

from rejoinder.boards.models import Board
from rejoinder.members.models import Member
from rejoinder.reading.models import ReadMarks
from rejoinder.reading.sets import Sets
from rejoinder.statements.prepared import NUMBER, Prepared
from rejoinder.statements.run import run
from rejoinder.threads.models import Post, State

_ROW = Prepared(lambda pk: ReadMarks.unscoped.select_for_update().filter(pk=pk), NUMBER)
_SAVE = (
    "UPDATE reading_readmarks SET turned = %s, kept_new = %s, kept_new_version = %s, "
    "caught_up = %s, caught_up_at = %s, version = %s WHERE member_id = %s"
)
# Posts that nobody has seen yet; when they appear, that is new to whoever is there by then.
_TO_COME = (State.HELD, State.MISSING)


def begin(member_id: int) -> None:
    """Begin a member's marks, if they have none: what is there by now counts as read."""
    if not ReadMarks.unscoped.filter(pk=member_id).exists():
        floor = newest_id()
        turned = BitMap64(_to_come(floor))
        row = ReadMarks(member_id=member_id, floor=floor, turned=turned.serialize())
        # Another door may begin them at the same moment; the first one's floor stays.
        ReadMarks.unscoped.bulk_create([row], ignore_conflicts=True)


def begin_at_sign_in(sender: object, user: object, **_others: object) -> None:
    """Begin the marks of a member who signs in; heard by Django's signal."""
    if isinstance(user, Member):
        begin(user.pk)


def read(member_id: int, post_ids: Iterable[int], as_of: int | None = None) -> None:
    """Keep that a member has read some posts. Locks the member's marks, last of all locks.

    `as_of` is the version of the marks that a page showed: what was marked as new by hand
    since stays new.
    """
    posts = BitMap64(post_ids)
    if posts:
        with _opened(member_id) as sets:
            sets.read(posts, as_of)


def unread(member_id: int, post_ids: Iterable[int]) -> None:
    """Keep that some posts are new to a member again. Locks as `read`."""
    posts = BitMap64(post_ids)
    if posts:
        with _opened(member_id) as sets:
            sets.unread(posts)


def catch_up(member_id: int, post_ids: Iterable[int], as_of: int | None = None) -> int:
    """Keep that posts were caught up with; return how many of them were new. Locks as `read`.

    If any was, `undo` gives back these, and no longer what an earlier catch-up marked.
    """
    posts = BitMap64(post_ids)
    if not posts:
        return 0
    with _opened(member_id) as sets:
        return sets.catch_up(posts, as_of)


def undo(member_id: int) -> int:
    """Keep that the last catch-up's posts are new again, but for those read since; return how
    many. Locks as `read`."""
    with _opened(member_id) as sets:
        return sets.undo()


@contextmanager
def _opened(member_id: int) -> Iterator[Sets]:
    """Let a member's sets be changed, and keep them under the next version if they were."""
    # Within a deed it's part of it, whole or not at all.
    with transaction.atomic(savepoint=False):
        row = _locked(member_id)
        sets = Sets.of(row)
        was = sets.copy()
        yield sets
        if sets != was:
            row.version += 1
            if sets.is_kept_by_hand:
                sets.kept_new_version = row.version
            at = connection.ops.adapt_datetimefield_value(sets.caught_up_at)
            run(_SAVE, [*sets.serialized(), at, row.version, member_id])


def _locked(member_id: int) -> ReadMarks:
    """Return a member's row, locked until the transaction ends; begun if there's none."""
    row = _ROW.first(member_id)
    if row is None:
        begin(member_id)
        row = _ROW.first(member_id)
    assert row is not None
    return row


def newest_id() -> int:
    """Return the id of the newest of all posts, whoever sees it; 0 if there's none."""
    newest = Post.unscoped.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _to_come(newest: int) -> list[int]:
    # By board, as the index has them; there's none by state alone.
    boards = Board.unscoped.values("pk")
    found = Post.unscoped.filter(board__in=boards, state__in=_TO_COME, pk__lte=newest)
    return list(found.values_list("pk", flat=True))
