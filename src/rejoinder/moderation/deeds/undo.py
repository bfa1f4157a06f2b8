"""Undo a deed: exactly what it changed, and nothing that others changed since.

What was moved to another board since is that board's: who undoes moderates it where it is now.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from rejoinder.boards import rights as of_boards
from rejoinder.errors import Conflict, Refused
from rejoinder.members.rights import moderates_site
from rejoinder.moderation import cases, notices
from rejoinder.moderation.deeds import addresses, grafts, members, threads, words
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record, record_posts
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, DeedPost, Statement
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
_FOR_GOOD = (DeedKind.UNDO, DeedKind.DISMISS, DeedKind.UNBAN_ADDRESSES)


@dataclass(frozen=True)
class Undone:
    """What undoing a deed came to: its own row in the log, and how many posts are as before."""

    deed: Deed
    put_back: int
    # Changed by somebody else since, and left as they are.
    left: int


def may_undo(principal: Principal, deed: Deed) -> bool:
    """Tell whether a principal may undo a deed; it was read with `undone_by`."""
    if deed.kind in _FOR_GOOD or hasattr(deed, "undone_by"):
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
        return do_undo(principal, deed, why)


def do_undo(principal: Principal, deed: Deed, why: Why) -> Undone:
    """Undo a deed in the caller's transaction; the caller has asked the gate about the deed.

    What it befell may be elsewhere by now, or of another rank: that's asked here.
    """
    deed = _locked(deed)
    if deed.kind == DeedKind.WARN and deed.subject_id == principal.member_id:
        raise Refused(_("Another moderator may do that: it was you who was warned."))
    if deed.kind in _FOR_GOOD or Deed.unscoped.filter(undoes=deed).exists():
        raise Conflict(_("This can’t be undone, or is undone already."))
    put_back = _put_posts_back(principal, deed)
    left = DeedPost.unscoped.filter(deed=deed).exclude(before=F("after")).count() - sum(
        len(pks) for pks in put_back.values()
    )
    _put_rest_back(principal, deed)
    if left and not any(put_back.values()):
        raise Conflict(_("Nothing was undone: all of it was changed by somebody since."))
    # Where it stands now: a graft's thread and board may have gone with it.
    post = Post.unscoped.select_related("thread", "board").filter(pk=deed.post_id or 0).first()
    row = record(
        principal,
        DeedKind.UNDO,
        why,
        board=post.board if post and deed.board_id else deed.board,
        thread=post.thread if post and deed.thread_id else None,
        post=post,
        subject=deed.subject,
        undoes=deed,
    )
    for (before, after), pks in put_back.items():
        record_posts(row, [(pk, after) for pk in pks], before)
    cases.reopen_cases(deed)
    notices.tell_of_statements(list(Statement.unscoped.filter(deed=deed).order_by("member_id")))
    return Undone(row, sum(len(pks) for pks in put_back.values()), left)


def _locked(deed: Deed) -> Deed:
    deeds = Deed.unscoped.filter(pk=deed.pk)
    if connection.features.has_select_for_update:
        deeds = deeds.select_for_update(no_key=True)
    return deeds.get()


def _put_posts_back(principal: Principal, deed: Deed) -> dict[tuple[str, str], list[int]]:
    """Put the posts back that nobody changed or moved away since; return them by their two
    states."""
    rows = DeedPost.unscoped.filter(deed=deed).exclude(before=F("after"))
    tree.locked_with_many(sorted(rows.values_list("post_id", flat=True)))
    if not moderates_site(principal):
        rows = rows.filter(post__board__in=of_boards.moderated(principal))
    # What was done later and stands. A deed and its undo cancel each other out.
    later = DeedPost.unscoped.filter(
        post=OuterRef("post"),
        pk__gt=OuterRef("pk"),
        deed__undoes=None,
        deed__undone_by=None,
    ).exclude(before=F("after"))
    mine = defaultdict(list)
    for pk, before, after in rows.filter(~Exists(later)).values_list("post", "before", "after"):
        mine[before, after].append(pk)
    done: dict[tuple[str, str], list[int]] = {}
    for (before, after), pks in mine.items():
        changed = change_states(pks, State(before), only_from={State(after)})
        done[before, after] = [pk for pk, _former in changed]
        if before == State.HELD:
            cases.lay_on_desk(done[before, after], CaseKind.HELD)
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
        addresses.lift(deed.details["network"])
