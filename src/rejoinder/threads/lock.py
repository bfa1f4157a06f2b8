"""Lock a thread: it can be read, and not answered.

Called by code that has asked the gate, within its transaction.
"""

from __future__ import annotations

from rejoinder.threads import thread_state
from rejoinder.threads.models import Thread
from rejoinder.threads.thread_state import ThreadState


def lock(thread: Thread) -> ThreadState:
    """Lock a thread, and return what it was. Raises Missing if it's gone."""
    return thread_state.change(thread, is_locked=True)


def unlock(thread: Thread) -> ThreadState:
    """Open a locked thread, and return what it was. Raises Missing if it's gone."""
    return thread_state.change(thread, is_locked=False)
