"""Operations of moderators: the desk, what is done to posts and threads, warnings, undoing.

No scope of an application password sanctions a member: that takes a person who is signed in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from rejoinder.api import judged, paging, shapes, wanted
from rejoinder.api.callers import Asked
from rejoinder.api.operations import MODERATING, router
from rejoinder.api.reading import OfPage
from rejoinder.boards.find import board_by_handle
from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.members.models import Member
from rejoinder.moderation import desk as of_desk
from rejoinder.moderation import targets
from rejoinder.moderation.deeds import grafts, members, threads, words
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import WAYS, change_posts
from rejoinder.moderation.deeds.undo import undo as undo_deed
from rejoinder.moderation.models import Deed, DeedKind
from rejoinder.moderation.rights import moderates_something
from rejoinder.moderation.targets import Target
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.edit import Change
from rejoinder.threads.find import member_by_handle, post_by_public_id, text_of
from rejoinder.threads.models import Post

read = partial(router.get, tags=MODERATING)
does = partial(router.post, tags=MODERATING)


class OfDesk(OfPage):
    """Which page of the desk is wanted."""

    kind: Literal["", "reported", "held", "first", "appeal"] = Field(
        "", description="Only cases of this kind."
    )
    board: str = Field("", max_length=100, description="Only cases of this board.")


@read("/desk", url_name="api_desk", response=shapes.CasePage, summary="What waits for a decision")
def desk(request: Asked, response: HttpResponse, of: Query[OfDesk]) -> shapes.CasePage:
    """A page of what waits for a decision of who asks, the oldest first."""
    principal = request.auth
    if not (principal.approves or moderates_something(principal)):
        raise Refused(_("Only moderators have a desk."))
    board = board_by_handle(principal, of.board) if of.board else None
    page = of_desk.desk(principal, paging.read(of.cursor), of.limit, of.kind, board)
    cases = judged.cases(principal, page.rows)
    return shapes.CasePage(cases=cases, **paging.beside(request, response, page))


@does(
    "/posts/{id}/deeds",
    url_name="api_deeds",
    response={200: shapes.Done, 201: shapes.Done},
    summary="Moderate a post",
)
def moderate(request: Asked, id: str, new: wanted.PostDeed) -> Status[shapes.Done]:
    """Do something to a post, its branch or its thread; or preview what would fall to it."""
    principal, kind = request.auth, DeedKind(new.deed)
    post = post_by_public_id(principal, id)
    if kind not in WAYS:
        if new.is_preview:
            raise BadInput(_("Only approving, removing, restoring and holding have a preview."))
        deed = _doing(principal, post, new)[kind]()
        return Status(201, judged.done(deed, principal))
    target = _target(new, post)
    if new.is_preview:
        gate.check(principal, gate.Verb.MODERATE, post, _("You don’t moderate this board."))
        falling = targets.falling(principal, target, WAYS[kind].takes)
        return Status(200, judged.falling(principal, falling))
    outcome = change_posts(principal, kind, target, _why(new))
    return Status(201, judged.outcome(outcome, principal))


@does(
    "/members/{handle}/warnings",
    url_name="api_warn",
    response={201: shapes.Done},
    summary="Warn a member",
)
def warn(request: Asked, handle: str, new: wanted.Why) -> Status[shapes.Done]:
    """Tell a member, in words and for good, what they shall not do again."""
    member = member_by_handle(request.auth, handle)
    deed = members.warn(request.auth, member, _why(new))
    return Status(201, judged.done(deed, request.auth))


@does(
    "/deeds/{id}/undo",
    url_name="api_undo",
    response={201: shapes.Undone},
    summary="Undo a moderator's deed",
)
def undo(request: Asked, id: str, new: wanted.Why) -> Status[shapes.Undone]:
    """Undo what a moderator did. What somebody has changed since stays as it is."""
    deeds = gate.visible(request.auth, Deed.objects.filter(public_id=id))
    deed = deeds.select_related("board").first()
    if deed is None:
        raise Missing(_("There is no such deed."))
    undone = undo_deed(request.auth, deed, _why(new))
    told = shapes.Undone(
        deed=judged.deed(undone.deed, request.auth), put_back=undone.put_back, left=undone.left
    )
    return Status(201, told)


def _why(new: wanted.Why) -> Why:
    return Why(new.reason, new.rule, new.is_by_law)


def _target(new: wanted.PostDeed, post: Post) -> Target:
    if new.scope == "branch":
        return targets.branch(post)
    if new.scope == "member":
        return targets.all_by(_author_of(post), new.days)
    return targets.this(post)


def _doing(
    principal: Principal, post: Post, new: wanted.PostDeed
) -> dict[DeedKind, Callable[[], Deed]]:
    """Return what each deed that isn't on states does; each asks the gate itself."""
    why, thread = _why(new), post.thread
    return {
        DeedKind.EDIT: lambda: words.edit(
            principal, post, _change(principal, post, new), why, hides_before=new.hides_before
        ),
        DeedKind.WARN: lambda: members.warn(principal, _author_of(post), why, post),
        DeedKind.MOVE: lambda: grafts.move(
            principal, post, _board_named(principal, new.board), why
        ),
        DeedKind.SPLIT: lambda: grafts.split(principal, post, why),
        DeedKind.REHANG: lambda: grafts.rehang(
            principal, post, _post_named(principal, new.parent), why
        ),
        DeedKind.MERGE: lambda: grafts.merge(
            principal, post, _post_named(principal, new.parent), why
        ),
        DeedKind.LOCK: lambda: threads.lock(principal, thread, why),
        DeedKind.UNLOCK: lambda: threads.unlock(principal, thread, why),
        DeedKind.PIN: lambda: threads.pin(principal, thread, why),
        DeedKind.UNPIN: lambda: threads.unpin(principal, thread, why),
        DeedKind.SLOW: lambda: threads.slow_down(principal, thread, new.seconds, why),
        DeedKind.UNSLOW: lambda: threads.speed_up(principal, thread, why),
    }


def _change(principal: Principal, post: Post, new: wanted.PostDeed) -> Change:
    title = post.title if new.title is None else new.title
    text = text_of(principal, post).source if new.text is None else new.text
    return Change(title, text, new.edits_seen)


def _board_named(principal: Principal, handle: str) -> Board:
    try:
        return board_by_handle(principal, handle)
    except Missing:
        raise BadInput(_("Name the board to move to by its handle.")) from None


def _post_named(principal: Principal, public_id: str) -> Post:
    try:
        return post_by_public_id(principal, public_id)
    except Missing:
        raise BadInput(_("Name the post to hang it below by its id.")) from None


def _author_of(post: Post) -> Member:
    if post.author is None:
        raise BadInput(_("This post has no author here."))
    return post.author
