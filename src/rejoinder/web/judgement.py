"""What a held, removed or withdrawn post's page says to those who are shown its words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from rejoinder.moderation.firings import why_held
from rejoinder.moderation.models import Deed, DeedKind, Statement
from rejoinder.policy import gate
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
    """Return why a post is held or was removed, for who may know it; else nothing.

    What moderators wrote, then what the rules found. At most two queries, and none for a
    post that its author withdrew.
    """
    return _said(principal, post) + [
        f"{fired.rule}: {fired.words}" for fired in why_held(principal, post)
    ]


def statement_on(principal: Principal, post: Post) -> Statement | None:
    """Return what the author of a held or removed post was told of it, for them: one query."""
    kind = _kind(post)
    if kind is None or not principal.is_member or principal.member_id != post.author_id:
        return None
    told = Statement.objects.filter(
        member=post.author_id, deed__kind=kind, deed__posts__post=post, deed__undone_by=None
    )
    statements = gate.visible(principal, told).select_related("deed")
    return statements.order_by("-at", "-pk").first()


def _said(principal: Principal, post: Post) -> list[str]:
    if not gate.shows(principal, gate.Field.JUDGEMENT, post):
        return []
    deed = _deed(principal, post)
    if deed is None:
        return []
    said = [_("Why: %s") % deed.reason] if deed.reason else []
    if deed.rule:
        said.append((_("By law: %s") if deed.is_by_law else _("By the rule: %s")) % deed.rule)
    return said


def _kind(post: Post) -> DeedKind | None:
    """Return the kind of deed that brings a post into its state."""
    return {State.HELD: DeedKind.HOLD, State.REMOVED: DeedKind.REMOVE}.get(State(post.state))


def _deed(principal: Principal, post: Post) -> Deed | None:
    """Return the latest deed that brought a post into its state, as one was told or may read."""
    if principal.member_id == post.author_id:
        statement = statement_on(principal, post)
        return statement.deed if statement else None
    kind = _kind(post)
    if kind is None:
        return None
    done = Deed.objects.filter(kind=kind, posts__post=post, undone_by=None)
    return gate.visible(principal, done).order_by("-at", "-pk").first()
