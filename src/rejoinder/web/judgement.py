"""What a held, removed or withdrawn post's page says to those who are shown its words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rejoinder.moderation.judgements import reasons_for
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Post, State


def seen_by(principal: Principal, post: Post) -> str:
    """Return who sees the words of a post that isn't visible, in a sentence."""
    if post.author_id != principal.member_id:
        return _("Only its author and who moderates this board see its words.")
    if post.state == State.WITHDRAWN:
        return _("Nobody but you sees its words any more.")
    if post.state == State.HELD:
        return _(
            "Until a moderator lets it appear, only you and who moderates this board see its "
            "words. You need not do anything; you may edit it, or withdraw it."
        )
    return _("Only you and who moderates this board still see its words.")


def reasons(principal: Principal, post: Post) -> list[str]:
    """Return why a post is held or was removed, for whom the gate shows that; else nothing."""
    return reasons_for(principal, post)
