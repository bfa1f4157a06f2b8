"""Graft: hang a branch elsewhere on its board, or split it off as a thread of its own.

Permalinks, Message-IDs and numbers stay. Called within the caller's transaction.
"""

from __future__ import annotations

from rejoinder.posts import keep
from rejoinder.threads import tallies, tree
from rejoinder.threads.models import Post, State, Thread


def move(post: Post, parent: Post) -> None:
    """Hang a post and its branch under another parent on the same board.

    A thread that is left without posts is deleted; the way to its page leads by its
    root, which is now elsewhere. Raises Conflict if the parent is in the branch.
    """
    threads = tree.locked([post.thread_id, parent.thread_id])
    _graft(post, parent, threads[post.thread_id], threads[parent.thread_id])


def split(post: Post) -> None:
    """Make a post and its branch a thread of its own on the same board."""
    source = tree.locked([post.thread_id])[post.thread_id]
    _graft(post, None, source, keep.new_thread(post.board, post.posted_at))


def _graft(post: Post, parent: Post | None, source: Thread, target: Thread) -> None:
    was_root = post.parent_id is None
    is_drawn = post.state == State.VISIBLE or post.responses_count > 0
    shown = tree.branch(post).filter(state=State.VISIBLE).count() if source.pk != target.pk else 0
    if is_drawn:
        tallies.fall_off(post)
    tree.rehang(post, parent, target)
    if is_drawn:
        tallies.hang_on(post)
    if parent is None:
        target.root = post
        target.save(update_fields=["root"])
    if source.pk == target.pk:
        return
    tallies.shift(shown, source, target)
    if was_root:
        source.delete()
