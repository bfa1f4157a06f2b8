"""What a post said before: for its author always, for readers once it had been answered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from rejoinder.errors import Missing
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.models import Revision
from rejoinder.text.addresses import mask_addresses
from rejoinder.threads.models import Post, PostText, State


@dataclass(frozen=True)
class Version:
    """A post's words as they stood from one edit to the next."""

    number: int
    title: str
    source: str
    markup: str
    # When these words came to stand there.
    since: datetime


def own_or_visible(principal: Principal, public_id: str) -> Post:
    """Return a post for its author, whatever became of it, or for who may see it.

    With author, board, thread and parent. Raises Missing.
    """
    seen = gate.reachable(principal, Post.objects.filter(public_id=public_id))
    post = seen.select_related("author", "board", "thread", "parent").first()
    if post is None:
        raise Missing(_("There is no such post."))
    return post


def public_texts(post: Post) -> list[str]:
    """Return the texts of a visible post that everybody saw before they were changed: one query."""
    if post.state != State.VISIBLE:
        return []
    kept = Revision.unscoped.filter(post=post, is_public=True)
    return list(kept.values_list("source", flat=True))


def versions(principal: Principal, post: Post) -> list[Version]:
    """Return what a post said and says, the oldest first, as far as a principal may see it.

    Its author and moderators see all. Others see what was replaced after somebody had
    answered, and what stands there now; of a withdrawn post nothing. Raises Missing if that
    leaves no change to see. Three queries.
    """
    sees_every = gate.shows(principal, gate.Field.EVERY_REVISION, post)
    if not gate.shows(principal, gate.Field.WORDS, post):
        raise Missing(_("There is no such page."))
    kept = list(Revision.unscoped.filter(post=post))
    shown = [revision for revision in kept if sees_every or revision.is_public]
    if not shown:
        raise Missing(_("This post has no earlier versions to compare."))
    began = {1: post.posted_at} | {earlier.number + 1: earlier.replaced_at for earlier in kept}
    past = [
        Version(r.number, r.title, r.source, r.markup, began.get(r.number, post.posted_at))
        for r in shown
    ]
    text = PostText.unscoped.get(post=post)
    now = Version(post.edits_count + 1, post.title, text.source, text.markup, kept[-1].replaced_at)
    return [*past, now] if sees_every else [_without_addresses(version) for version in (*past, now)]


def _without_addresses(version: Version) -> Version:
    """Return a version as others see it: of mail, the addresses are masked as on its page."""
    if version.markup == "markdown":
        return version
    return replace(
        version, title=mask_addresses(version.title), source=mask_addresses(version.source)
    )


def is_edited_by_other(post: Post) -> bool:
    """Tell whether another than its author gave a post the words it has. At most one query."""
    if post.edits_count == 0:
        return False
    last = Revision.unscoped.filter(post=post, number=post.edits_count)
    by = last.values_list("replaced_by", flat=True).first()
    return by is not None and by != post.author_id


def has_public(post: Post) -> bool:
    """Tell whether readers can see what a post said before. At most one query."""
    return post.edits_count > 0 and Revision.unscoped.filter(post=post, is_public=True).exists()
