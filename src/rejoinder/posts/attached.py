"""A post's attachments, for who sees its words."""

from __future__ import annotations

from rejoinder.policy import gate
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.policy.principals import Principal
from rejoinder.posts.models import Attachment
from rejoinder.statements.prepared import NUMBER
from rejoinder.threads.models import Post


def attachments_of(principal: Principal, post: Post) -> list[Attachment]:
    """Return a post's attachments that are shown to a principal, in their order: one query."""
    return _ATTACHED.all(principal, post.pk)


_ATTACHED: ForPrincipal[Attachment] = ForPrincipal(
    lambda principal, pk: gate.reachable(principal, Attachment.objects.filter(post=pk)), NUMBER
)
