"""Operations on what is new to the member who asks, one post after the other, and catching up."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from rejoinder.api import drawn, paging, wanted
from rejoinder.api.callers import Asked
from rejoinder.api.operations import OWN, router
from rejoinder.api.own_shapes import CaughtUp, NewPage, NextNew, ThreadNews
from rejoinder.api.reading import OfPage
from rejoinder.boards.find import board_by_handle
from rejoinder.boards.models import Board
from rejoinder.errors import BadInput
from rejoinder.policy.principals import Principal
from rejoinder.reading import catch_up as deeds
from rejoinder.reading.whats_new import NewThread, whats_new
from rejoinder.threads.find import post_by_public_id
from rejoinder.threads.lines import lines_by_id
from rejoinder.threads.models import Post
from rejoinder.threads.paging import START, Cursor, Slice
from rejoinder.threads.thread_lines import ThreadLine, threads_seen

# New posts of one thread that are told; the thread itself has the others.
MOST_OF_THREAD = 40


class After(OfPage):
    """After which post the next new one is wanted."""

    after: str = Field("", max_length=40, description="A post's id; empty: the first new one.")


@router.get("/new", url_name="api_new", tags=OWN, response=NewPage, summary="What is new")
def new(request: Asked, response: HttpResponse, of: Query[OfPage]) -> NewPage:
    """A page of the threads with something new to the member who asks, in the order of reading:
    boards in the site's order, on each the thread that began last first."""
    principal = request.auth
    found = whats_new(principal)
    cursor = paging.read(of.cursor)
    named = post_by_public_id(principal, cursor.post) if cursor.post else None
    threads = found.threads_after(named) if named else found.threads
    some = threads[: of.limit]
    beside = {line.id: line for line in threads_seen(principal, [t.thread_id for t in some])}
    told = _told(principal, [each for each in some if each.thread_id in beside], beside)
    later = Cursor(after=told[-1].thread) if told and len(some) < len(threads) else None
    page = Slice(some, START if named else None, later)
    return NewPage(
        posts=len(found.posts),
        is_all=found.is_all,
        threads=told,
        **cast("dict[str, str]", paging.beside(request, response, page)),
    )


@router.get(
    "/new/next", url_name="api_next_new", tags=OWN, response=NextNew, summary="The next new post"
)
def next_new(request: Asked, of: Query[After]) -> NextNew:
    """The next new post after one: in its thread, then its board, then the others, then from the
    first. Nothing is marked as read by it."""
    principal = request.auth
    found = whats_new(principal)
    if of.after:
        to = found.after(post_by_public_id(principal, of.after))
    else:
        to = found.posts[0] if found.posts else None
    lines = list(lines_by_id(principal, [to.id if to else None]).values())
    told = drawn.post_lines(principal, lines)
    return NextNew(post=told[0] if told else None)


@router.post("/catch-ups", url_name="api_catch_up", tags=OWN, response=CaughtUp, summary="Catch up")
def catch_up(request: Asked, body: wanted.CatchUp) -> CaughtUp:
    """Mark a branch, a board or everything as read; `undo` takes it back.

    The first post of a thread stands for the thread.
    """
    if body.post and body.board:
        raise BadInput(_("Name a post or a board, not both; neither for everything."))
    place: Post | Board | None = None
    if body.post:
        place = post_by_public_id(request.auth, body.post)
    elif body.board:
        place = board_by_handle(request.auth, body.board)
    return CaughtUp(posts=deeds.catch_up(request.auth, place, body.before))


@router.post(
    "/catch-ups/undo",
    url_name="api_undo_catch_up",
    tags=OWN,
    response=CaughtUp,
    summary="Undo the last catch-up",
)
def undo(request: Asked) -> Status[CaughtUp]:
    """Make new again what the last catch-up marked, but for what was read or marked since."""
    return Status(200, CaughtUp(posts=deeds.undo(request.auth)))


def _told(
    principal: Principal, some: list[NewThread], beside: dict[int, ThreadLine]
) -> list[ThreadNews]:
    wanted_ids = [post.id for thread in some for post in thread.posts[:MOST_OF_THREAD]]
    lines = lines_by_id(principal, wanted_ids)
    told = dict(zip(lines, drawn.post_lines(principal, list(lines.values())), strict=True))
    return [
        ThreadNews(
            thread=beside[each.thread_id].root.public_id,
            title=beside[each.thread_id].title,
            new=len(each.posts),
            posts=[told[post.id] for post in each.posts[:MOST_OF_THREAD] if post.id in told],
        )
        for each in some
    ]
