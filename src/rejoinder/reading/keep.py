"""How read marks are kept: every change under the lock of the member's row."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from pyroaring import BitMap64

from rejoinder.members.models import Member
from rejoinder.reading.models import ReadMarks
from rejoinder.statements.prepared import NUMBER, Prepared
from rejoinder.statements.run import run
from rejoinder.threads.models import Post

_ROW = Prepared(lambda pk: ReadMarks.unscoped.select_for_update().filter(pk=pk), NUMBER)
_SAVE = "UPDATE reading_readmarks SET turned = %s, version = %s WHERE member_id = %s"


def begin(member_id: int) -> None:
    """Begin a member's marks, if they have none: what is there by now counts as read."""
    if not ReadMarks.unscoped.filter(pk=member_id).exists():
        row = ReadMarks(member_id=member_id, floor=_newest(), turned=BitMap64().serialize())
        # Another door may begin them at the same moment; the first one's floor stays.
        ReadMarks.unscoped.bulk_create([row], ignore_conflicts=True)


def begin_at_sign_in(sender: object, user: object, **_others: object) -> None:
    """Begin the marks of a member who signs in; heard by Django's signal."""
    if isinstance(user, Member):
        begin(user.pk)


def read(member_id: int, post_ids: Iterable[int]) -> None:
    """Keep that a member has read some posts. Locks the member's marks, last of all locks."""
    _turn(member_id, BitMap64(post_ids), is_read=True)


def unread(member_id: int, post_ids: Iterable[int]) -> None:
    """Keep that some posts are new to a member again. Locks as `read`."""
    _turn(member_id, BitMap64(post_ids), is_read=False)


def _turn(member_id: int, posts: BitMap64, *, is_read: bool) -> None:
    if not posts:
        return
    # Within a deed it's part of it, whole or not at all.
    with transaction.atomic(savepoint=False):
        row = _locked(member_id)
        was = BitMap64.deserialize(bytes(row.turned))
        old = BitMap64(posts)
        old.remove_range(row.floor + 1, (1 << 64) - 1)
        newer = posts - old
        turned = (was | newer) - old if is_read else (was - newer) | old
        if turned != was:
            turned.run_optimize()
            row.turned = turned.serialize()
            row.version += 1
            run(_SAVE, [row.turned, row.version, member_id])


def _locked(member_id: int) -> ReadMarks:
    """Return a member's row, locked until the transaction ends; begun if there's none."""
    row = _ROW.first(member_id)
    if row is None:
        begin(member_id)
        row = _ROW.first(member_id)
    assert row is not None
    return row


def _newest() -> int:
    newest = Post.unscoped.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0
