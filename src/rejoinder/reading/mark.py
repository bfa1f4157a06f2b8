"""Mark posts as read, or as new again. Every door calls these."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rejoinder.errors import BadInput, Refused
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.reading import keep, options
from rejoinder.reading.models import ReadMarks
from rejoinder.threads.models import Post, State

# Twice what the longest page shows; a query takes so many ids on both engines.
MOST_POSTS = 500


def mark_read(principal: Principal, post_ids: Iterable[int], as_of: int | None = None) -> None:
    """Mark posts, by their internal ids, as read by the member who asks; twice is as once.

    What the principal doesn't see, or isn't there, is passed over, and nothing tells which.
    `as_of` is the version of the marks (`Marks.version`) that a page showed: what the member
    marked as new since, elsewhere, stays new.
    Durable when this returns. Raises Refused for a guest, BadInput for more than MOST_POSTS,
    TooMany.
    """
    member_id, wanted = _checked(principal, post_ids)
    posts = gate.visible(principal, _visible(wanted))
    keep.read(member_id, posts.values_list("pk", flat=True), as_of)


def mark_fetched(principal: Principal, post_ids: Iterable[int]) -> None:
    """Mark posts as read that a newsreader has fetched, if the member wants that; else nothing.

    For gateways that sent the posts just now: asks no gate again, and counts no limit.
    """
    member_id = principal.member_id
    if not principal.is_member or member_id is None or not options.fetching_reads(member_id):
        return
    keep.read(member_id, post_ids)


def mark_unread(principal: Principal, post_ids: Iterable[int]) -> None:
    """Mark posts as new again to the member who asks; their own posts never are.

    As `mark_read` otherwise.
    """
    member_id, wanted = _checked(principal, post_ids)
    posts = gate.visible(principal, _visible(wanted).exclude(author=member_id))
    keep.unread(member_id, posts.values_list("pk", flat=True))


def ids_of(principal: Principal, public_ids: Iterable[str]) -> list[int]:
    """Return the internal ids of those of these posts that a principal sees: one query.

    Raises BadInput for more than MOST_POSTS.
    """
    named = frozenset(public_ids)
    check_number(len(named))
    # PostgreSQL takes no NUL, and no name has one.
    wanted = [name for name in named if name.isascii() and name.isalnum()]
    posts = gate.visible(principal, Post.objects.filter(public_id__in=wanted))
    return list(posts.values_list("pk", flat=True))


def check_number(count: int) -> None:
    """Raise BadInput if so many posts are too many for one request."""
    if count > MOST_POSTS:
        said = ngettext(
            "At most %(most)s post can be marked at once.",
            "At most %(most)s posts can be marked at once.",
            MOST_POSTS,
        )
        raise BadInput(said % {"most": MOST_POSTS})


def member_of(principal: Principal) -> int:
    """Return whose marks a principal may change. Raises Refused for a guest, Missing."""
    member_id = principal.member_id
    if not principal.is_member or member_id is None:
        raise Refused(_("Sign in first: what guests have read isn't kept here."))
    gate.check(principal, gate.Verb.READ, ReadMarks(member_id=member_id))
    return member_id


def _checked(principal: Principal, post_ids: Iterable[int]) -> tuple[int, frozenset[int]]:
    member_id = member_of(principal)
    wanted = frozenset(post_ids)
    check_number(len(wanted))
    limited.take(principal, "mark")
    return member_id, wanted


def _visible(wanted: frozenset[int]) -> QuerySet[Post]:
    # An empty place isn't read yet when the post comes that it waits for.
    return Post.objects.filter(pk__in=wanted, state=State.VISIBLE)
