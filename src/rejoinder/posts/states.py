"""States of posts: let one appear, hold it, remove it, take it back; one or many at once.

Called by code that has asked the gate, within its transaction, one deed in each. Locks the
threads in the order of their ids, then the boards' tallies likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from django.utils.translation import gettext as _

from rejoinder.errors import Conflict
from rejoinder.posts import standing
from rejoinder.threads import tallies, tallies_of_many, tree
from rejoinder.threads.models import Post, State, Thread

# What other rooms do about posts that were just withdrawn, in the same transaction: by ids.
_when_withdrawn: list[Callable[[Sequence[int]], object]] = []


def register_when_withdrawn(do: Callable[[Sequence[int]], object]) -> None:
    """Let something be done about posts as they are withdrawn; each once, at the start."""
    _when_withdrawn.append(do)


def change_state(post: Post, state: State, *, only_from: Collection[State] | None = None) -> State:
    """Give a post another state, with all that counts and draws it, and return its former one.

    A post that appears for the first time gets its number. The same state again changes
    nothing. Raises Conflict if its state isn't one of `only_from` by now (an author may
    have withdrawn what a moderator is about to approve), or if the post isn't here at
    all; Missing.
    """
    threads, (under_lock,) = tree.locked_with(post.pk)
    former = State(under_lock.state)
    if State.MISSING in (former, state):
        raise Conflict(_("This post isn't here: there's only its place."))
    if only_from is not None and former not in only_from:
        raise Conflict(
            _("This post changed meanwhile: it is %(state)s now. Look at it again.")
            % {"state": former.label}
        )
    put_state(under_lock, threads[under_lock.thread_id], state)
    post.refresh_from_db()
    return former


def change_states(
    post_ids: Sequence[int], state: State, *, only_from: Collection[State] | None = None
) -> list[tuple[int, State]]:
    """Give many posts a state, and return those that had another: (post id, former state).

    They may stand in any threads and boards. Left out are those that are gone, that aren't
    here, or whose state isn't one of `only_from`. To undo it, change back those of each
    former state. The queries don't grow with the posts, but for a batch each thousand:
    5,000 posts of 1,000 threads take half a second on SQLite, one on PostgreSQL
    (benchmarks/grafts.py). Who writes on these boards waits so long: more than a
    thousand belong in several transactions.
    """
    threads, posts = tree.locked_with_many(sorted(set(post_ids)))
    changing = [
        post
        for post in posts
        if post.state not in (state, State.MISSING)
        and (only_from is None or post.state in only_from)
    ]
    former = [(post.pk, State(post.state)) for post in changing]
    for some in tree.in_batches([pk for pk, _state in former]):
        Post.unscoped.filter(pk__in=some).update(state=state)
    crossing = [post for post in changing if State.VISIBLE in (post.state, state)]
    for post in changing:
        post.state = state
    if state == State.VISIBLE:
        tallies_of_many.appear(crossing, threads)
    else:
        tallies_of_many.disappear(crossing, threads)
    _follow([pk for pk, _state in former], state)
    return former


def put_state(post: Post, thread: Thread, state: State) -> None:
    """Give a post a state; it was read under the lock of its thread."""
    was_visible, was_drawn = post.state == State.VISIBLE, post.is_drawn
    if post.state == state:
        return
    post.state = state
    post.save(update_fields=["state"])
    if was_visible:
        tallies.disappear(post, thread)
    elif state == State.VISIBLE:
        if not was_drawn:
            tallies.hang_on(post)
        tallies.appear(post, thread)
    _follow([post.pk], state)


def _follow(post_ids: Sequence[int], state: State) -> None:
    _weigh(post_ids, state)
    if state == State.WITHDRAWN and post_ids:
        for do in _when_withdrawn:
            do(post_ids)


def _weigh(post_ids: Sequence[int], state: State) -> None:
    """Let the standing of posts' authors follow from what became of them."""
    if state not in (State.VISIBLE, State.REMOVED):
        return
    authors: set[int] = set()
    for some in tree.in_batches(post_ids):
        found = Post.unscoped.filter(pk__in=some, author__isnull=False)
        authors.update(found.values_list("author_id", flat=True))
    if state == State.VISIBLE:
        standing.rise_all(authors)
    else:
        standing.fall_all(authors)
