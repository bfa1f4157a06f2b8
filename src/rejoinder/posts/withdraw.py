"""Withdraw a post: its author takes it back. A stub stays where answers hang on it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.posts import states
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Post, State


@outages.told()
def withdraw(principal: Principal, post: Post) -> None:
    """Withdraw a post. Its words are kept for its author, and shown to nobody else.

    Raises TooMany, Refused or Missing. Locks the thread, then the board's tally.
    """
    limited.take(principal, "withdraw")
    gate.check(principal, gate.Verb.WITHDRAW, post, _("Only its author may withdraw this post."))
    with transaction.atomic():
        threads, (post,) = tree.locked_with(post.pk)
        gate.check(principal, gate.Verb.WITHDRAW, post, _("This post is withdrawn already."))
        states.put_state(post, threads[post.thread_id], State.WITHDRAWN)
