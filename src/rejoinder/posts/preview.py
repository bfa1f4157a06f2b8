"""Draw a text as it would be posted, for whoever writes it. Drawing is work, so it's limited."""

from __future__ import annotations

from rejoinder.policy import limited
from rejoinder.policy.principals import Principal
from rejoinder.posts import add, edit, keep
from rejoinder.posts.drafts import Draft
from rejoinder.threads.models import Post


def preview(principal: Principal, draft: Draft) -> keep.Words:
    """Return a draft's words, drawn. Raises BadTitle, BadText or TooMany."""
    limited.take(principal, "preview")
    return add.check_words(draft)


def preview_change(principal: Principal, post: Post, change: edit.Change) -> keep.Words:
    """Return the words that a change would give a post, drawn; raises as `preview` does."""
    limited.take(principal, "preview")
    return edit.check_words(post, change)
