"""The log: each deed leaves one row, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from rejoinder.boards.models import Board
from rejoinder.boards.rights import moderates
from rejoinder.errors import BadInput
from rejoinder.members.models import Member
from rejoinder.members.rights import moderates_site
from rejoinder.moderation.models import Deed, DeedKind, DeedPost, Role, Scope
from rejoinder.policy.principals import Kind, Principal
from rejoinder.text.source_text import clean_text
from rejoinder.threads.models import Post, Thread

MOST_CHARACTERS = 4000
MOST_IN_RULE = 300

# What is told to nobody but moderators: that a post was held, or looked at and let stand; that
# somebody's sessions were ended, which tells that they were in danger.
_NOT_PUBLIC = frozenset(
    {
        DeedKind.APPROVE,
        DeedKind.HOLD,
        DeedKind.WARN,
        DeedKind.DISMISS,
        DeedKind.END_SESSIONS,
    }
)


@dataclass(frozen=True)
class Why:
    """A deed's reason, in words for whom it befalls, and the rule of the site or the law."""

    reason: str = ""
    rule: str = ""
    is_by_law: bool = False


NO_REASON = Why()


def check_why(why: Why, *, is_needed: bool = True) -> Why:
    """Return a reason as it is kept. Raises BadInput if it is missing or too long."""
    reason, rule = clean_text(why.reason).strip(), " ".join(clean_text(why.rule).split())
    if is_needed and not reason:
        raise BadInput(_("Say why: it is told to whom this befalls, and kept in the log."))
    if len(reason) > MOST_CHARACTERS:
        raise BadInput(
            _("The reason has %(count)s characters; %(most)s are the most. Shorten it.")
            % {"count": len(reason), "most": MOST_CHARACTERS}
        )
    if len(rule) > MOST_IN_RULE:
        raise BadInput(_("Name the rule in at most %s characters.") % MOST_IN_RULE)
    return Why(reason, rule, why.is_by_law)


def role_of(principal: Principal, board: Board | None) -> Role:
    """Return as what a principal acts."""
    if principal.kind is Kind.SYSTEM:
        return Role.SYSTEM
    if principal.is_administrator:
        return Role.ADMINISTRATOR
    if moderates_site(principal) or board is None or moderates(principal, board):
        return Role.MODERATOR
    return Role.TRUSTED


def record(
    principal: Principal,
    kind: DeedKind,
    why: Why = NO_REASON,
    *,
    board: Board | None = None,
    thread: Thread | None = None,
    post: Post | None = None,
    subject: Member | None = None,
    scope: Scope = Scope.POST,
    details: dict[str, Any] | None = None,
    undoes: Deed | None = None,
) -> Deed:
    """Write a deed into the log, in the caller's transaction, and return its row."""
    is_public = undoes.is_public if undoes else kind not in _NOT_PUBLIC
    return Deed.unscoped.create(
        kind=kind,
        by_id=principal.member_id,
        role=role_of(principal, board),
        board=board,
        thread=thread,
        post=post,
        subject=subject,
        scope=scope,
        reason=why.reason,
        rule=why.rule,
        is_by_law=why.is_by_law,
        details=details or {},
        undoes=undoes,
        is_public=is_public,
    )


def record_posts(deed: Deed, changed: Iterable[tuple[int, str]], after: str) -> None:
    """Write down which posts a deed changed, by the state that each had before."""
    rows = (DeedPost(deed=deed, post_id=pk, before=was, after=after) for pk, was in changed)
    DeedPost.unscoped.bulk_create(rows, batch_size=500)
