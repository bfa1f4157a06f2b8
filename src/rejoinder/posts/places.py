"""Empty places: what is kept of a post that isn't here while others answer it.

A place takes its time from what hangs on it: the earliest of its drawn responses. So it
stands in the same order among its siblings, whatever order an archive was read in.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from rejoinder.errors import Unavailable
from rejoinder.posts import keep
from rejoinder.posts.drafts import FoundPost
from rejoinder.text.titles import echoes
from rejoinder.threads import rebalance, tree
from rejoinder.threads.models import Awaited, Post, State, Thread


def make_place(found: FoundPost, message_id: str, parent: Post | None) -> Post:
    """Make an empty place for a post that a found one answers, and return it."""
    thread, parent = thread_for(found, parent)
    place = keep.new_post(
        thread=thread,
        parent=parent,
        posted_at=found.posted_at,
        came_by=found.came_by,
        state=State.MISSING,
    )
    keep.save_new(place, thread, None)
    Awaited.unscoped.create(board=found.board, message_id=message_id[:998], post=place)
    return place


def thread_for(found: FoundPost, parent: Post | None) -> tuple[Thread, Post | None]:
    """Return the locked thread that a found post goes to, and its parent under that lock."""
    if parent is None:
        return keep.new_thread(found.board, found.posted_at), None
    threads, (parent,) = tree.locked_with(parent.pk, related=("thread",))
    check_board(found, parent)
    return threads[parent.thread_id], parent


def check_board(found: FoundPost, locked: Post) -> None:
    """Raise Unavailable if a post that a found one goes to left its board before the lock."""
    if locked.board_id != found.board.pk:
        raise Unavailable(_("The thread is being moved about just now. Try again in a moment."))


def date_upwards(parent_id: int | None) -> None:
    """Give empty places their times again, from a parent upwards, after a change below it."""
    while parent_id is not None:
        place = Post.unscoped.select_related("thread", "parent").get(pk=parent_id)
        if place.state != State.MISSING:
            return
        drawn = Post.unscoped.filter(parent=place, is_drawn__in=[True])
        earliest = drawn.order_by("posted_at").values_list("posted_at", flat=True).first()
        if earliest is not None:
            # With one response it may have been out of sight until now, and those above it.
            if earliest == place.posted_at and place.responses_count > 1:
                return
            put_at_time(place, earliest)
        parent_id = place.parent_id


def put_at_time(post: Post, posted_at: object) -> None:
    """Give a post another time, and move its branch where that stands among its siblings."""
    if post.posted_at == posted_at:
        return
    before = _left_of(post)
    Post.unscoped.filter(pk=post.pk).update(posted_at=posted_at)
    post.refresh_from_db(fields=["posted_at"])
    if post.parent is not None and _left_of(post) != before:
        tree.rehang(post, post.parent, post.thread)
        rebalance.keep_short(post)


def wait_elsewhere(top: Post) -> dict[str, str]:
    """Let the empty places of a branch that came to another board wait for their posts there.

    Where another place of that board waits for the same post, only that one goes on
    waiting. Returns the Message-IDs that are no longer awaited, by the public ids of the
    places; `wait_again` undoes that.
    """
    here = Awaited.unscoped.filter(post__in=tree.branch(top).order_by().values("pk"))
    waiting = Awaited.unscoped.filter(board_id=top.board_id).values("message_id")
    doubled = here.exclude(board_id=top.board_id).filter(message_id__in=waiting)
    lost = dict(doubled.values_list("post__public_id", "message_id"))
    Awaited.unscoped.filter(pk__in=list(doubled.values_list("pk", flat=True))).delete()
    here.update(board_id=top.board_id)
    return lost


def wait_again(lost: Mapping[str, str]) -> None:
    """Let empty places wait again that stopped doing so, where nothing else waits for the same."""
    places = Post.unscoped.filter(public_id__in=lost, state=State.MISSING, awaited=None)
    for place in places:
        Awaited.unscoped.get_or_create(
            board_id=place.board_id,
            message_id=lost[place.public_id],
            defaults={"post": place},
        )


def tell_echoes(parent: Post) -> None:
    """Mark the responses whose titles only repeat their parent's, now that it's known."""
    responses = Post.unscoped.filter(parent=parent, state=State.VISIBLE)
    echoing = [
        pk for pk, title in responses.values_list("pk", "title") if echoes(title, parent.title)
    ]
    Post.unscoped.filter(pk__in=echoing).update(echoes_parent=True)


def _left_of(post: Post) -> int | None:
    return tree.left_of(post.parent_id, post.posted_at, post.pk)
