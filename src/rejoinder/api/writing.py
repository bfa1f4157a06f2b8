"""Operations that write: start a thread, respond, edit, withdraw, report, mark as read."""

from __future__ import annotations

from functools import partial
from hashlib import blake2b

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Status

from rejoinder.api import drawn, once, shapes, wanted
from rejoinder.api.callers import Asked
from rejoinder.api.operations import WRITING, router
from rejoinder.api.preconditions import seen_under
from rejoinder.api.problems import KeyUsed, Unconditional
from rejoinder.boards.find import board_by_handle
from rejoinder.boards.models import Board
from rejoinder.errors import Missing
from rejoinder.moderation.report import report as take_report
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import edit as deed
from rejoinder.posts import revisions
from rejoinder.posts.add import add, withdrawn_since
from rejoinder.posts.drafts import Draft
from rejoinder.posts.withdraw import withdraw as withdraw_post
from rejoinder.reading import mark
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title
from rejoinder.threads.find import post_by_public_id, post_to_answer, text_of
from rejoinder.threads.models import Post

writes = partial(router.post, tags=WRITING)


@writes(
    "/boards/{handle}/threads",
    url_name="api_threads",
    response={201: shapes.PostShape},
    summary="Start a thread",
)
def start_thread(
    request: Asked, response: HttpResponse, handle: str, new: wanted.NewPost
) -> Status[shapes.PostShape]:
    """Start a thread on a board. Its state says whether a moderator looks at it first."""
    board = board_by_handle(request.auth, handle)
    return _post(request, response, _draft(request, new, board=board))


@writes(
    "/posts/{id}/responses",
    url_name="api_responses",
    response={201: shapes.PostShape},
    summary="Respond to a post",
)
def respond(
    request: Asked, response: HttpResponse, id: str, new: wanted.NewPost
) -> Status[shapes.PostShape]:
    """Respond to a post. Its state says whether a moderator looks at it first."""
    return _post(request, response, _draft(request, new, parent=_answered(request.auth, id)))


@router.patch(
    "/posts/{id}", url_name="api_post", tags=WRITING, response=shapes.PostShape, summary="Edit"
)
def edit(request: Asked, id: str, new: wanted.Edit) -> shapes.PostShape:
    """Give one's own post another title or text. What it said before stays as a revision."""
    principal = request.auth
    post = revisions.own_or_visible(principal, id)
    title = post.title if new.title is None else new.title
    text = text_of(principal, post).source if new.text is None else new.text
    deed.edit(principal, post, deed.Change(title, text, _edits_seen(request, post, new)))
    request.about_post = id
    return drawn.post(principal, post_by_public_id(principal, id))


@writes(
    "/posts/{id}/withdraw",
    url_name="api_withdraw",
    response=shapes.PostShape,
    summary="Withdraw a post",
)
def withdraw(request: Asked, id: str) -> shapes.PostShape:
    """Take back one's own post. What was answered stays, below an empty place."""
    principal = request.auth
    withdraw_post(principal, revisions.own_or_visible(principal, id))
    request.about_post = id
    return drawn.post(principal, post_by_public_id(principal, id))


@writes(
    "/posts/{id}/reports",
    url_name="api_report",
    response={201: shapes.ReportShape},
    summary="Report a post",
)
def report(request: Asked, id: str, new: wanted.NewReport) -> Status[shapes.ReportShape]:
    """Tell the moderators what is wrong with a post. Of one member, the latest words stand."""
    post = post_by_public_id(request.auth, id)
    made = take_report(request.auth, post, new.reason, new.words)
    return Status(201, shapes.ReportShape(address=reverse("report_answer", args=[made.token])))


@writes("/read-marks", url_name="api_marks", response={204: None}, summary="Mark posts as read")
def mark_read(request: Asked, new: wanted.Marks) -> Status[None]:
    """Mark posts as read, or as new again; ids of none that one sees are passed over."""
    do = mark.mark_read if new.is_read else mark.mark_unread
    do(request.auth, mark.ids_of(request.auth, new.posts))
    return Status(204, None)


def _draft(
    request: Asked, new: wanted.NewPost, *, board: Board | None = None, parent: Post | None = None
) -> Draft:
    # A digest: the mark has less room than a key may take.
    key = request.headers.get(once.HEADER, "")
    submission = f"api:{blake2b(key.encode(), digest_size=16).hexdigest()}" if key else ""
    return Draft(
        title=new.title,
        source=new.text,
        board=board,
        parent=parent,
        came_by="api",
        submission=submission,
    )


def _edits_seen(request: Asked, post: Post, new: wanted.Edit) -> int:
    """Return the number of edits that an edit was made from. Raises Unconditional, Outdated."""
    if not gate.may(request.auth, gate.Verb.EDIT, post):
        # The deed refuses it.
        return post.edits_count
    seen = seen_under(request)
    if new.edits_seen is not None:
        return new.edits_seen
    if seen is None:
        raise Unconditional(
            _("Send the ETag of what you read as If-Match, or its “edits” as “edits_seen”.")
        )
    return int(seen["edits"])


def _post(request: Asked, response: HttpResponse, draft: Draft) -> Status[shapes.PostShape]:
    principal = request.auth
    made = add(principal, draft)
    post = post_by_public_id(principal, made.public_id)
    if not _is_what_was_sent(principal, post, draft):
        raise KeyUsed(
            _("Another post was made under this key. Send this one with a key of its own.")
        )
    request.about_post = post.public_id
    response["Location"] = reverse("api_post", settings.API_URLCONF, args=[post.public_id])
    return Status(201, drawn.post(principal, post))


def _is_what_was_sent(principal: Principal, post: Post, draft: Draft) -> bool:
    """Tell whether the post under a key is what was sent now: its place, its words if unedited."""
    if post.parent_id != (draft.parent.pk if draft.parent else None):
        return False
    if post.edits_count:
        return True
    text = text_of(principal, post)
    return (post.title, text.source) == (clean_title(draft.title), clean_text(draft.source))


def _answered(principal: Principal, public_id: str) -> Post:
    """Return the post to answer; one withdrawn meanwhile too, so that the deed says so."""
    try:
        return post_to_answer(principal, public_id)
    except Missing:
        gone = withdrawn_since(principal, public_id)
        if gone is None:
            raise
        return gone
