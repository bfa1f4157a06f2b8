"""Lock, pin, slow down: what a thread is, and the reverse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.errors import Conflict
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record
from rejoinder.moderation.models import Deed, DeedKind
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads import lock as locking
from rejoinder.threads import outages, thread_state, tree
from rejoinder.threads import pin as pinning
from rejoinder.threads import slow as slowing
from rejoinder.threads.models import Thread
from rejoinder.threads.thread_state import ThreadState


def lock(principal: Principal, thread: Thread, why: Why = NO_REASON) -> Deed:
    """Let nobody but moderators answer in a thread any more; return the deed."""
    return _do(principal, DeedKind.LOCK, thread, why, locking.lock)


def unlock(principal: Principal, thread: Thread, why: Why = NO_REASON) -> Deed:
    """Open a locked thread; return the deed."""
    return _do(principal, DeedKind.UNLOCK, thread, why, locking.unlock)


def pin(
    principal: Principal, thread: Thread, why: Why = NO_REASON, *, until: datetime | None = None
) -> Deed:
    """Keep a thread above its board's list; return the deed."""
    return _do(principal, DeedKind.PIN, thread, why, lambda t: pinning.pin(t, until))


def unpin(principal: Principal, thread: Thread, why: Why = NO_REASON) -> Deed:
    """Let a pinned thread take its place in the list again; return the deed."""
    return _do(principal, DeedKind.UNPIN, thread, why, pinning.unpin)


def slow_down(
    principal: Principal,
    thread: Thread,
    seconds: int,
    why: Why = NO_REASON,
    *,
    until: datetime | None = None,
) -> Deed:
    """Let each member post in a thread once in so many seconds; return the deed."""
    return _do(
        principal, DeedKind.SLOW, thread, why, lambda t: slowing.slow_down(t, seconds, until)
    )


def speed_up(principal: Principal, thread: Thread, why: Why = NO_REASON) -> Deed:
    """End a thread's slow mode; return the deed."""
    return _do(principal, DeedKind.UNSLOW, thread, why, slowing.speed_up)


def put_back(principal: Principal, deed: Deed) -> None:
    """Make a thread what it was before a deed, in the caller's transaction.

    Raises Conflict if it was changed in the same respect since, or is gone; Missing or Refused
    if it's on a board by now that isn't the principal's to moderate.
    """
    if deed.thread_id is None or deed.thread_id not in tree.locked([deed.thread_id]):
        raise Conflict(_("The thread isn’t there any more."))
    thread = Thread.unscoped.select_related("board").get(pk=deed.thread_id)
    gate.check(principal, gate.Verb.MODERATE, thread, _("You don’t moderate this board."))
    before, after = deed.details["before"], deed.details["after"]
    now = thread_state.state_of(thread).as_json()
    changed = [name for name in after if before[name] != after[name]]
    if any(now[name] != after[name] for name in changed):
        raise Conflict(_("The thread was changed again since: change it by hand."))
    former = now | {name: before[name] for name in changed}
    thread_state.put(thread, ThreadState.from_json(former))


@outages.told()
def _do(
    principal: Principal,
    kind: DeedKind,
    thread: Thread,
    why: Why,
    change: Callable[[Thread], ThreadState],
) -> Deed:
    gate.check(principal, gate.Verb.MODERATE, thread, _("You don’t moderate this board."))
    why = check_why(why, is_needed=False)
    with transaction.atomic():
        former = change(thread)
        thread = Thread.unscoped.select_related("board", "root__author").get(pk=thread.pk)
        # Another board's since it was read: no longer one's own, perhaps.
        gate.check(principal, gate.Verb.MODERATE, thread)
        details = _details(former, thread)
        if details["before"] == details["after"]:
            raise Conflict(_("The thread is so already: somebody was first."))
        return record(
            principal,
            kind,
            why,
            board=thread.board,
            thread=thread,
            post=thread.root,
            details=details,
        )


def _details(former: ThreadState, thread: Thread) -> dict[str, Any]:
    now = thread_state.state_of(thread)
    return {"before": former.as_json(), "after": now.as_json()}
