"""Edit a post: its title or text. What it said before stays as a revision."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import Conflict
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.posts import keep, screening, states
from rejoinder.posts.models import Attachment, Revision
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title, echoes
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Post, State

if TYPE_CHECKING:
    from rejoinder.posts.drafts import Markup


@dataclass(frozen=True)
class Change:
    """New words for a post, and the number of edits that the writer had before them."""

    title: str
    source: str
    edits_seen: int


@outages.told()
def edit(principal: Principal, post: Post, change: Change) -> Post:
    """Give a post new words and return it; the same words change nothing.

    The change is shown to readers if somebody had answered before it. Where a rule holds
    it, the whole post is held with its new words: what it said before stays a revision.
    Raises TooMany, BadTitle, BadText, Refused, Missing, or Conflict if it was edited
    elsewhere meanwhile.
    """
    limited.take(principal, "edit")
    gate.check(principal, gate.Verb.EDIT, post, _("Only its author may edit this post."))
    said = check_words(post, change)
    proposed = _proposed(principal, post, said)
    with screening.refusals_told():
        findings = screening.before(proposed)
        with transaction.atomic():
            return _under_lock(proposed, change, findings)


def check_words(post: Post, change: Change) -> keep.Words:
    """Return the words a post would have, checked and drawn. Raises BadTitle or BadText."""
    title, source = clean_title(change.title), clean_text(change.source)
    markup = cast("Markup", post.text.markup)
    echo = post.parent is not None and echoes(title, post.parent.title)
    return keep.words(
        title,
        source,
        markup,
        echoes_parent=echo and post.echoes_parent,
        # A text alone says more than a title.
        has_files=not source.strip() and Attachment.unscoped.filter(post=post).exists(),
    )


def _proposed(principal: Principal, post: Post, said: keep.Words) -> screening.Proposed:
    author = post.author
    assert author is not None  # the gate lets nobody edit a missing post
    return screening.Proposed(
        principal=principal,
        author=author,
        board=post.board,
        parent=post.parent,
        thread=post.thread,
        words=said,
        at=timezone.now(),
        post=post,
    )


def _under_lock(
    proposed: screening.Proposed, change: Change, findings: tuple[screening.Finding, ...]
) -> Post:
    assert proposed.post is not None
    principal, said = proposed.principal, proposed.words
    threads, (post,) = tree.locked_with(proposed.post.pk)
    gate.check(principal, gate.Verb.EDIT, post, _("This post can no longer be edited."))
    if post.edits_count != change.edits_seen:
        raise Conflict(
            _(
                "This post was edited elsewhere while you wrote. Your text is kept below; "
                "compare it with the post as it is now, then send it again."
            )
        )
    if (post.title, post.text.source) == (said.title, said.source):
        return post
    proposed = replace(proposed, post=post)
    findings = screening.under_lock(proposed, findings)
    put_said(principal, post, said)
    if screening.is_held(findings):
        states.put_state(post, threads[post.thread_id], State.HELD)
    screening.keep_findings(post, proposed, findings)
    return post


def put_said(
    principal: Principal, post: Post, said: keep.Words, *, is_public: bool | None = None
) -> Post:
    """Give a post new words and keep what it said before, under the lock of its thread.

    Readers see what it said if somebody had answered, or another than its author changes it;
    or as `is_public` says. The caller has asked the gate.
    """
    if is_public is None:
        is_public = post.responses_count > 0 or principal.member_id != post.author_id
    post.edits_count += 1
    post.edited_at = timezone.now()
    Revision.unscoped.create(
        post=post,
        number=post.edits_count,
        title=post.title,
        source=post.text.source,
        markup=post.text.markup,
        replaced_at=post.edited_at,
        replaced_by_id=principal.member_id,
        is_public=is_public,
    )
    keep.put_words(post, said)
    post.save(
        update_fields=[
            "title",
            "first_line",
            "has_text",
            "echoes_parent",
            "edits_count",
            "edited_at",
        ]
    )
    keep.save_text(post, said)
    return post
