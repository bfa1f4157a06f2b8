"""Keeps labels short, wherever posts are put between posts again and again.

Who does it: the deed whose own post got long labels, if few posts are concerned (a
zigzag of them, as a rule); else the thread is marked, and `tidy` does it after the commit,
outside of the request. A cursor names a post and never a label, so no reader notices.

Bounds: PostgreSQL refuses an index row past 2,704 bytes. A new post's labels are at most a
step (five characters) or two longer than its neighbours', so with `LAST_RESORT` they never
come near, even when nobody ever tidies.
"""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, connection, transaction
from django.db.models.expressions import RawSQL

from rejoinder.threads import labels, tree
from rejoinder.threads.models import Post, Thread

log = logging.getLogger(__name__)

# A branch of so many posts is spread anew at once: about 20 ms.
MOST_AT_ONCE = 1000
# Labels of so many characters can't wait, however large the branch is.
LAST_RESORT = 1500


def keep_short(post: Post) -> None:
    """Spread anew what lies around a post that has just been hung, if its labels are long.

    The post's own labels are read again. The thread is locked by the caller.
    """
    length = tree.length(post)
    if length <= labels.TOO_LONG:
        return
    root = Post.unscoped.get(thread_rooted_here=post.thread_id)
    # The larger the branch that is spread, the longer it lasts: the whole thread, if it's small.
    top = root if _is_small(root) else _short_above(post)
    if length <= LAST_RESORT and not _is_small(top):
        Thread.unscoped.filter(pk=post.thread_id).update(wants_relabel=True)
        transaction.on_commit(tidy_soon)
        return
    tree.spread_below(top)
    post.refresh_from_db(fields=["opens", "closes"])


def tidy() -> int:
    """Relabel the threads that are marked, and return how many; a transaction for each."""
    done = 0
    for pk in list(Thread.unscoped.filter(wants_relabel=True).values_list("pk", flat=True)):
        with transaction.atomic():
            thread = tree.locked([pk]).get(pk)
            if thread is None or not thread.wants_relabel:
                continue
            tree.relabel(thread)
            thread.wants_relabel = False
            thread.save(update_fields=["wants_relabel"])
            done += 1
    return done


def _is_small(top: Post) -> bool:
    return len(tree.branch(top).values_list("pk")[: MOST_AT_ONCE + 1]) <= MOST_AT_ONCE


def tidy_soon() -> None:
    """Tidy in a thread of its own, after whoever asked has their answer.

    What a killed process leaves undone, the next one to be marked does too.
    """
    threading.Thread(target=_tidy_and_close, name="tidy", daemon=True).start()


def _tidy_and_close() -> None:
    try:
        tidy()
    except DatabaseError:
        # Busy or gone; the mark stays, and posting goes on without it.
        log.warning("A thread couldn't be relabelled now; it will be later.", exc_info=True)
    finally:
        connection.close()


def _short_above(post: Post) -> Post:
    """Return the nearest ancestor whose labels leave room: the root's always do."""
    short = labels.TOO_LONG // 2
    up = RawSQL(_UP, [post.parent_id, short, short])  # noqa: S611
    top = Post.unscoped.filter(pk__in=up).order_by("depth").first()
    assert top is not None
    return top


_UP = """
    WITH RECURSIVE up(id, parent_id, opens, closes) AS (
        SELECT id, parent_id, opens, closes FROM threads_post WHERE id = %s
        UNION ALL
        SELECT above.id, above.parent_id, above.opens, above.closes
        FROM up JOIN threads_post AS above ON above.id = up.parent_id
        WHERE length(up.opens) > %s OR length(up.closes) > %s
    )
    SELECT id FROM up
"""
