"""Slow mode: in a heated thread each member posts at most once in a while.

Set by code that has asked the gate, within its transaction. Who lets a response pass asks
`open_again_at`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput
from rejoinder.threads import thread_state
from rejoinder.threads.models import Post, State, Thread
from rejoinder.threads.thread_state import ThreadState

MOST_SECONDS = 7 * 24 * 3600


def slow_down(thread: Thread, seconds: int, until: datetime | None = None) -> ThreadState:
    """Let each member post in a thread once in so many seconds, and return what it was.

    Without `until` it stays so until `speed_up`. Raises BadInput for less than a second or
    more than a week, Missing if the thread is gone.
    """
    if not 1 <= seconds <= MOST_SECONDS:
        raise BadInput(_("Give slow mode a time between one second and one week."))
    return thread_state.change(thread, slow_seconds=seconds, slow_until=until)


def speed_up(thread: Thread) -> ThreadState:
    """End a thread's slow mode, and return what it was. Raises Missing if it's gone."""
    return thread_state.change(thread, slow_seconds=0, slow_until=None)


def open_again_at(thread: Thread, member_id: int) -> datetime | None:
    """Return when a member may post in a thread again; None: now. One query if it's slow.

    What they posted counts also if it's held or was taken back since.
    """
    seconds = thread_state.state_of(thread).slow_seconds_now
    if not seconds:
        return None
    wait = timedelta(seconds=seconds)
    # Every state by name, so that the index on (author, state, posted_at) is of use.
    posted = Post.unscoped.filter(
        author_id=member_id,
        state__in=list(State),
        posted_at__gt=timezone.now() - wait,
        thread_id=thread.pk,
    )
    latest = posted.order_by("-posted_at").values_list("posted_at", flat=True).first()
    return None if latest is None else latest + wait
