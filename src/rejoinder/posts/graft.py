"""Graft: hang a post with its branch elsewhere, also on another board, and undo that.

Permalinks and Message-IDs stay. A post keeps the number it has on a board when it leaves
it, and has that one again when it returns. The tree is changed by nobody but a moderator
(or an archive's own headers), and each deed here returns what undoes it.

Called by code that has asked the gate about both boards, within its transaction, one deed
in each. Locks the threads in the order of their ids, then the boards' tallies likewise.
A branch of 10,000 posts takes half a second on SQLite, three on PostgreSQL
(benchmarks/grafts.py); a whole thread that changes its board less.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.errors import Conflict
from rejoinder.posts import keep, places
from rejoinder.posts.grafted import Grafted, place_of
from rejoinder.text.titles import echoes
from rejoinder.threads import rebalance, tallies, thread_state, tree
from rejoinder.threads.models import Post, State, Thread
from rejoinder.threads.thread_state import ThreadState

_RELATED = ("thread__root", "board", "parent")


def rehang(post: Post, parent: Post) -> Grafted:
    """Hang a post and its branch under another parent, in whatever thread and board that is.

    Of a thread that is hung up as a whole nothing but its posts stays; the way to its page
    leads by its root, which is now elsewhere. `post` is then as it stands there. Raises
    Conflict if the parent is in the branch, or is its parent already; Missing.
    """
    threads, (moved, onto) = tree.locked_with(post.pk, parent.pk, related=_RELATED)
    if moved.parent_id == onto.pk:
        raise Conflict(_("The post hangs there already."))
    grafted = _hang(moved, onto, threads, may_echo=moved.echoes_parent)
    post.refresh_from_db()
    return grafted


def merge(root: Post, parent: Post) -> Grafted:
    """Hang a whole thread under a post of another one. Raises as `rehang` does."""
    if root.parent_id is not None:
        raise Conflict(_("This post doesn't start a thread (any more). Re-hang it instead."))
    return rehang(root, parent)


def split(post: Post) -> Grafted:
    """Make a post and its branch a thread of its own on the same board.

    Raises Conflict if it starts a thread already; Missing.
    """
    return _to_start(post, None)


def move(post: Post, board: Board) -> Grafted:
    """Move a thread, or a branch, to another board: there it's a thread.

    A thread stays locked or slow there; it isn't pinned any more. Raises Conflict if it's
    on that board already; Missing.
    """
    return _to_start(post, board)


def ungraft(grafted: Grafted) -> Grafted:
    """Hang a branch where it was before a graft, and return what would undo that.

    With it comes what was answered to it since. A thread that was merged into another is
    one again, locked, pinned or slow as it was. Raises Conflict if it hangs elsewhere by
    now, or if what it answered is gone, on another board, or in the branch itself.
    """
    names = [grafted.post] + ([] if grafted.came_from.is_start else [grafted.came_from.parent])
    ids = dict(Post.unscoped.filter(public_id__in=names).values_list("public_id", "pk"))
    board = Board.unscoped.filter(handle=grafted.came_from.board).first()
    if len(ids) < len(names) or board is None:
        raise Conflict(_("This can't be undone: the post, or where it was, is gone."))
    pks = [ids[name] for name in names]
    threads, (post, *above) = tree.locked_with(*pks, related=_RELATED)
    _check_unmoved(post, above, grafted)
    if above:
        undone = _hang(post, above[0], threads, may_echo=grafted.echoed_parent)
    else:
        undone = _start(post, board, threads, grafted.thread_state)
    places.wait_again(grafted.no_longer_awaited)
    return undone


def _check_unmoved(post: Post, above: list[Post], grafted: Grafted) -> None:
    now, then = place_of(post), grafted.went_to
    if (now.board, now.parent) != (then.board, then.parent):
        raise Conflict(_("The post was hung elsewhere since. Undo that first, or move it by hand."))
    for parent in above:
        if parent.board.handle_id != grafted.came_from.board:
            raise Conflict(
                _("What the post answered was moved to another board since. Move it by hand.")
            )


def _to_start(post: Post, board: Board | None) -> Grafted:
    threads, (moved,) = tree.locked_with(post.pk, related=_RELATED)
    if board is None and moved.parent_id is None:
        raise Conflict(_("This post starts a thread already."))
    if board is not None and moved.board_id == board.pk:
        raise Conflict(_("The post is on this board already."))
    grafted = _start(moved, board or moved.board, threads, None)
    post.refresh_from_db()
    return grafted


def _start(
    post: Post, board: Board, threads: dict[int, Thread], state: ThreadState | None
) -> Grafted:
    """Let a post start a thread on a board: a new one, or its own, which goes there."""
    source = threads[post.thread_id]
    target = source if post.parent_id is None else keep.new_thread(board, post.posted_at)
    grafted = _graft(post, None, source, target, board, may_echo=False)
    if state is None and grafted.thread_state is not None:
        state = replace(grafted.thread_state, is_pinned=False, pinned_until=None)
    if state is not None:
        thread_state.put(target, state)
    return grafted


def _hang(post: Post, parent: Post, threads: dict[int, Thread], *, may_echo: bool) -> Grafted:
    if tree.is_in_branch(parent, post):
        raise Conflict(_("A post can't hang below itself. Choose another parent."))
    source, target = threads[post.thread_id], threads[parent.thread_id]
    return _graft(post, parent, source, target, parent.board, may_echo=may_echo)


def _graft(
    post: Post,
    parent: Post | None,
    source: Thread,
    target: Thread,
    board: Board,
    *,
    may_echo: bool,
) -> Grafted:
    came_from, before, from_board = place_of(post), post.parent, post.board_id
    was = thread_state.state_of(source) if before is None else None
    echoed = post.echoes_parent
    shown = tree.branch(post).filter(state=State.VISIBLE).count()
    if before is None and parent is None:
        _carry(post, target, board)
    else:
        _rehang(post, parent, target)
    if source.pk != target.pk or from_board != board.pk:
        tallies.shift(shown, source, target, from_board)
    if before is None and source.pk != target.pk:
        source.delete()
    lost = _settle(post) if from_board != board.pk else {}
    _echo(post, parent, may_echo=may_echo)
    for place in (before, parent):
        places.date_upwards(place.pk if place else None)
    post = Post.unscoped.select_related(*_RELATED).get(pk=post.pk)
    return Grafted(post.public_id, came_from, place_of(post), was, echoed, lost)


def _carry(root: Post, thread: Thread, board: Board) -> None:
    """Take a whole thread to another board: one statement, no label changes."""
    thread.board = board
    thread.save(update_fields=["board"])
    Post.unscoped.filter(thread=thread).update(board=board)
    root.refresh_from_db()


def _rehang(post: Post, parent: Post | None, thread: Thread) -> None:
    was_drawn = post.is_drawn
    if was_drawn:
        tallies.fall_off(post)
    tree.rehang(post, parent, thread)
    if was_drawn:
        tallies.hang_on(post)
    if parent is None:
        thread.root = post
        thread.save(update_fields=["root"])
    rebalance.keep_short(post)


def _settle(post: Post) -> dict[str, str]:
    """Number a branch on the board it came to, and let its empty places wait there."""
    tallies.number_branch(post)
    return places.wait_elsewhere(post)


def _echo(post: Post, parent: Post | None, *, may_echo: bool) -> None:
    """Draw the title as an echo of the parent's only where it is one."""
    is_echo = may_echo and parent is not None and echoes(post.title, parent.title)
    if is_echo != post.echoes_parent:
        Post.unscoped.filter(pk=post.pk).update(echoes_parent=is_echo)
