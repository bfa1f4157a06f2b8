"""Why a post is held or was removed: for its author and who moderates it."""

from __future__ import annotations

from rejoinder.moderation.firings import why_held
from rejoinder.moderation.models import DeedPost
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Post


def reasons_for(principal: Principal, post: Post) -> list[str]:
    """Return what was said as a post came into the state it is in, the latest first.

    What moderators said, and what the rules did: two queries. Nothing for whom the gate
    doesn't show it.
    """
    if not gate.shows(principal, gate.Field.JUDGEMENT, post):
        return []
    fired = [fired.words for fired in why_held(principal, post)]
    changes = DeedPost.unscoped.filter(post=post, after=post.state).exclude(deed__reason="")
    said = changes.order_by("-pk").values_list("deed__reason", "deed__rule").first()
    return fired + [part for part in said or () if part]
