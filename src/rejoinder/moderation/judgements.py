"""Why a post is held or was removed: for its author and who moderates it."""

from __future__ import annotations

from rejoinder.moderation.models import DeedPost
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Post


def reasons_for(principal: Principal, post: Post) -> list[str]:
    """Return what was said as a post came into the state it is in, the latest first: one query.

    Nothing for whom the gate doesn't show it.
    """
    if not gate.shows(principal, gate.Field.JUDGEMENT, post):
        return []
    changes = DeedPost.unscoped.filter(post=post, after=post.state).exclude(deed__reason="")
    said = changes.order_by("-pk").values_list("deed__reason", "deed__rule").first()
    return [] if said is None else [part for part in said if part]
