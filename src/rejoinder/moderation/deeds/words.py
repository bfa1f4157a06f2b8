"""Edit somebody's post as a moderator: shown as such, what it said before stays a revision."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.errors import Conflict
from rejoinder.moderation import cases, statements
from rejoinder.moderation.deeds.record import Why, check_why, record
from rejoinder.moderation.models import Deed, DeedKind
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import edit as of_authors
from rejoinder.posts.edit import Change
from rejoinder.posts.models import Revision
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Post, State


@outages.told()
def edit(
    principal: Principal, post: Post, change: Change, why: Why, *, hides_before: bool = False
) -> Deed:
    """Give somebody's post new words, and return the deed.

    Readers see that a moderator edited it, and what it said before unless that is hidden
    (`hides_before`: somebody's address stood there). Raises BadTitle, BadText, BadInput,
    Refused, Missing, or Conflict if it was edited meanwhile or nothing would change.
    """
    gate.check(principal, gate.Verb.MODERATE, post, _("You don’t moderate this board."))
    why = check_why(why)
    said = of_authors.check_words(post, change)
    with transaction.atomic():
        _threads, (post,) = tree.locked_with(post.pk, related=("thread", "board", "text", "parent"))
        gate.check(principal, gate.Verb.MODERATE, post)
        if post.state not in (State.VISIBLE, State.HELD):
            raise Conflict(_("This post isn’t shown any more: there is nothing to edit."))
        if post.edits_count != change.edits_seen:
            raise Conflict(_("This post was edited meanwhile. Look at it as it is now."))
        if (post.title, post.text.source) == (said.title, said.source):
            raise Conflict(_("Nothing was changed: the words are the same."))
        reported = cases.reported_among([post.pk])
        of_authors.put_said(principal, post, said, is_public=not hides_before)
        deed = record(
            principal,
            DeedKind.EDIT,
            why,
            board=post.board,
            thread=post.thread,
            post=post,
            subject=post.author,
            details={
                "revision": post.edits_count,
                "hidden": _hide_before(post) if hides_before else [],
            },
        )
        statements.state_to_authors(deed, [post], reported=reported)
        if post.state == State.VISIBLE:
            cases.close_cases(deed, [post.pk])
    return deed


def edit_back(principal: Principal, deed: Deed) -> None:
    """Give a post back the words it had before a deed. Raises Conflict if it has others since,
    Missing or Refused if it's on a board by now that isn't the principal's to moderate.

    Runs in the caller's transaction.
    """
    assert deed.post_id is not None
    _threads, (post,) = tree.locked_with(
        deed.post_id, related=("thread", "board", "text", "parent")
    )
    gate.check(principal, gate.Verb.MODERATE, post, _("You don’t moderate this board."))
    if post.edits_count != deed.details["revision"]:
        raise Conflict(_("The post was edited again since: change it by hand."))
    before = Revision.unscoped.get(post=post, number=deed.details["revision"])
    change = Change(before.title, before.source, post.edits_count)
    of_authors.put_said(principal, post, of_authors.check_words(post, change))
    Revision.unscoped.filter(pk__in=deed.details["hidden"]).update(is_public=True)


def _hide_before(post: Post) -> list[int]:
    shown = Revision.unscoped.filter(post=post, is_public=True)
    hidden = list(shown.values_list("pk", flat=True))
    shown.update(is_public=False)
    return hidden
