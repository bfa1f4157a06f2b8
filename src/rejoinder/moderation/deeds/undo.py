"""Undo a deed: exactly what it changed, and nothing that others changed since.

What was moved to another board since is that board's: who undoes moderates it where it is now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from rejoinder.boards import rights as of_boards
from rejoinder.errors import Conflict, Refused
from rejoinder.members.rights import moderates_site
from rejoinder.moderation import cases, notices
from rejoinder.moderation.deeds import addresses, grafts, members, threads, words
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record, record_posts
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, DeedPost, Statement
from rejoinder.moderation.targets import AT_ONCE
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.states import change_states
from rejoinder.threads import outages, tree
from rejoinder.threads.models import Post, State

_GRAFTS = (DeedKind.MOVE, DeedKind.SPLIT, DeedKind.MERGE, DeedKind.REHANG)
_OF_THREADS = (
    DeedKind.LOCK,
    DeedKind.UNLOCK,
    DeedKind.PIN,
    DeedKind.UNPIN,
    DeedKind.SLOW,
    DeedKind.UNSLOW,
)
# Done anew instead: to undo an undoing is to do it again.
_FOR_GOOD = (
    DeedKind.UNDO,
    DeedKind.DISMISS,
    DeedKind.UNBAN_ADDRESSES,
    DeedKind.END_SESSIONS,
)
# In the details of an undoing that isn't through yet: the id of the last post it came to.
_REST_AFTER = "rest_after"


@dataclass(frozen=True)
class Undone:
    """What undoing a deed came to: its own row in the log, and how many posts are as before."""

    deed: Deed
    put_back: int
    # Changed by somebody else since, and left as they are.
    left: int
    # The id of the post after which a large deed goes on being undone; None: it's all done.
    rest_after: int | None = None


def may_undo(principal: Principal, deed: Deed) -> bool:
    """Tell whether a principal may undo a deed; it was read with `undone_by`."""
    if deed.kind in _FOR_GOOD:
        return False
    undoing = getattr(deed, "undone_by", None)
    if undoing is not None and _REST_AFTER not in undoing.details:
        return False
    return gate.may(principal, gate.Verb.MODERATE, deed)


@outages.told()
def undo(principal: Principal, deed: Deed, why: Why = NO_REASON) -> Undone:
    """Undo a deed, and return what came of it.

    Raises Missing, Refused, or Conflict if it is undone already or nothing of it can be.
    """
    gate.check(principal, gate.Verb.MODERATE, deed, _("Only a moderator of where it was done may."))
    why = check_why(why, is_needed=False)
    with transaction.atomic():
        undone = do_undo(principal, deed, why)
    return go_on(principal, undone)


def do_undo(principal: Principal, deed: Deed, why: Why) -> Undone:
    """Undo a deed, a large one as far as one transaction takes, in the caller's.

    The caller has asked the gate about the deed, and calls `go_on` afterwards. What it befell
    may be elsewhere by now, or of another rank: that is asked here. One that broke off before
    is taken up where it was.
    """
    deed = locked(deed)
    if deed.kind == DeedKind.WARN and deed.subject_id == principal.member_id:
        raise Refused(_("Another moderator may do that: it was you who was warned."))
    begun = Deed.unscoped.filter(undoes=deed).first()
    if begun is not None and _REST_AFTER in begun.details:
        return Undone(begun, 0, 0, begun.details[_REST_AFTER])
    if deed.kind in _FOR_GOOD or begun is not None:
        raise Conflict(_("This can’t be undone, or is undone already."))
    if _changed(deed).exists() and not _standing(principal, deed).exists():
        raise Conflict(_("Nothing was undone: all of it was changed by somebody since."))
    _put_rest_back(principal, deed)
    # Where it stands now: a graft's thread and board may have gone with it.
    post = Post.unscoped.select_related("thread", "board").filter(pk=deed.post_id or 0).first()
    row = record(
        principal,
        DeedKind.UNDO,
        why,
        board=post.board if post and deed.board_id else deed.board,
        from_board=deed.board if deed.from_board_id else None,
        thread=post.thread if post and deed.thread_id else None,
        post=post,
        subject=deed.subject,
        details={_REST_AFTER: 0},
        undoes=deed,
    )
    cases.reopen_cases(deed, cases.closed_by(deed))
    cases.close_appeals(deed, row)
    notices.tell_of_statements(list(Statement.unscoped.filter(deed=deed).order_by("member_id")))
    return _next_part(principal, row, deed)


def go_on(principal: Principal, undone: Undone) -> Undone:
    """Undo what is left of a large deed, in parts, each a transaction; return it all."""
    row, put_back, left = undone.deed, undone.put_back, undone.left
    while undone.rest_after is not None:
        with transaction.atomic():
            row = locked(row)
            assert row.undoes_id is not None
            undone = _next_part(principal, row, Deed.unscoped.get(pk=row.undoes_id))
        put_back, left = put_back + undone.put_back, left + undone.left
    return Undone(row, put_back, left)


def _next_part(principal: Principal, row: Deed, deed: Deed) -> Undone:
    """Put back the next posts of a deed; its undoing's row keeps how far that came."""
    after = row.details.get(_REST_AFTER)
    if after is None:
        # Somebody else took it up, too, and was done first.
        return Undone(row, 0, 0)
    rows = _changed(deed).filter(post__gt=after).order_by("post_id")
    posts = list(rows.values_list("post_id", flat=True)[:AT_ONCE])
    put_back = _put_posts_back(principal, deed, posts)
    for (before, was), pks in put_back.items():
        record_posts(row, [(pk, was) for pk in pks], before)
    cases.reopen_cases(deed, posts)
    # What was held, and by no case that could be opened again at its old place.
    held = [pk for (before, _was), pks in put_back.items() if before == State.HELD for pk in pks]
    cases.lay_on_desk(held, CaseKind.HELD)
    rest_after = posts[-1] if len(posts) == AT_ONCE else None
    row.details = {} if rest_after is None else {_REST_AFTER: rest_after}
    row.save(update_fields=["details"])
    done = sum(len(pks) for pks in put_back.values())
    return Undone(row, done, len(posts) - done, rest_after)


def _changed(deed: Deed) -> QuerySet[DeedPost]:
    """Return what a deed changed of posts' states."""
    return DeedPost.unscoped.filter(deed=deed).exclude(before=F("after"))


def _standing(principal: Principal, deed: Deed) -> QuerySet[DeedPost]:
    """Return what a deed changed, and nobody since or moved to where one doesn't moderate."""
    rows = _changed(deed)
    if not moderates_site(principal):
        rows = rows.filter(post__board__in=of_boards.moderated(principal))
    # What was done later and stands. A deed and its undo cancel each other out.
    later = DeedPost.unscoped.filter(
        post=OuterRef("post"),
        pk__gt=OuterRef("pk"),
        deed__undoes=None,
        deed__undone_by=None,
    ).exclude(before=F("after"))
    return rows.filter(~Exists(later), post__state=F("after"))


def locked(deed: Deed) -> Deed:
    """Return a deed that nobody else undoes, or appeals against, until the transaction ends."""
    deeds = Deed.unscoped.filter(pk=deed.pk)
    if connection.features.has_select_for_update:
        deeds = deeds.select_for_update(no_key=True)
    return deeds.get()


def _put_posts_back(
    principal: Principal, deed: Deed, post_ids: Sequence[int]
) -> dict[tuple[str, str], list[int]]:
    """Put those of these posts back that nobody changed since; return them by their states."""
    tree.locked_with_many(post_ids)
    mine = defaultdict(list)
    rows = _standing(principal, deed).filter(post__in=post_ids)
    for pk, before, after in rows.values_list("post", "before", "after"):
        mine[before, after].append(pk)
    done: dict[tuple[str, str], list[int]] = {}
    for (before, after), pks in mine.items():
        changed = change_states(pks, State(before), only_from={State(after)})
        done[before, after] = [pk for pk, _former in changed]
        if after == State.HELD:
            _off_the_desk(deed, done[before, after])
    return done


def _off_the_desk(deed: Deed, pks: list[int]) -> None:
    Case.unscoped.filter(post__in=pks, kind=CaseKind.HELD, closed_at=None).delete()


def _put_rest_back(principal: Principal, deed: Deed) -> None:
    kind = DeedKind(deed.kind)
    if kind in _GRAFTS:
        grafts.graft_back(principal, deed)
    elif kind in _OF_THREADS:
        threads.put_back(principal, deed)
    elif kind in members.COLUMNS:
        members.set_back(principal, deed)
    elif kind is DeedKind.EDIT:
        words.edit_back(principal, deed)
    elif kind is DeedKind.BAN_ADDRESSES:
        addresses.put_back(deed)
