"""Graft: hang a branch elsewhere on its board, or split it off as a thread of its own.

Permalinks, Message-IDs and numbers stay. Called within the caller's transaction.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from rejoinder.errors import Conflict
from rejoinder.posts import keep
from rejoinder.threads import rebalance, tallies, tree
from rejoinder.threads.models import Post, State, Thread


def move(post: Post, parent: Post) -> None:
    """Hang a post and its branch under another parent on the same board.

    A thread that is left without posts is deleted; the way to its page leads by its
    root, which is now elsewhere. Both posts are read again under the lock, and `post` is
    as it stands then. Raises Conflict if the parent is in the branch or on another board.
    """
    threads, (moved, onto) = tree.locked_with(post.pk, parent.pk)
    if onto.board_id != moved.board_id:
        raise Conflict(_("A branch can only be hung elsewhere on its own board."))
    if tree.is_in_branch(onto, moved):
        raise Conflict(_("A post can't hang below itself. Choose another parent."))
    _graft(moved, onto, threads[moved.thread_id], threads[onto.thread_id])
    post.refresh_from_db()


def split(post: Post) -> None:
    """Make a post and its branch a thread of its own on the same board.

    A post that starts a thread stays as it is.
    """
    threads, (moved,) = tree.locked_with(post.pk)
    if moved.parent_id is not None:
        target = keep.new_thread(moved.board, moved.posted_at)
        _graft(moved, None, threads[moved.thread_id], target)
    post.refresh_from_db()


def _graft(post: Post, parent: Post | None, source: Thread, target: Thread) -> None:
    was_root = post.parent_id is None
    was_drawn = post.is_drawn
    crosses = source.pk != target.pk
    shown = tree.branch(post).filter(state=State.VISIBLE).count() if crosses else 0
    if was_drawn:
        tallies.fall_off(post)
    tree.rehang(post, parent, target)
    if was_drawn:
        tallies.hang_on(post)
    if parent is None:
        target.root = post
        target.save(update_fields=["root"])
    if crosses:
        tallies.shift(shown, source, target)
        if was_root:
            source.delete()
    rebalance.keep_short(post)
