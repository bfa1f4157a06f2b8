"""Operations that read: the site, boards, threads, posts, members. Guests may ask too."""

from __future__ import annotations

from functools import partial
from typing import Literal, cast

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Query, Schema
from pydantic import Field

from rejoinder import __version__
from rejoinder.api import drawn, paging, shapes
from rejoinder.api.callers import Asked
from rejoinder.api.operations import READING, router
from rejoinder.boards.find import board_by_handle
from rejoinder.boards.site import the_site
from rejoinder.errors import Missing
from rejoinder.members.models import Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal
from rejoinder.posts import revisions as of_posts
from rejoinder.posts.handed_out import IMAGES, handed_out
from rejoinder.threads import by_time, front, scopes
from rejoinder.threads.arrangements import direct
from rejoinder.threads.find import member_by_handle, post_by_public_id
from rejoinder.threads.lines import Line
from rejoinder.threads.models import Post
from rejoinder.threads.outline import outline
from rejoinder.threads.paging import Slice
from rejoinder.threads.thread_lines import BY_LAST_POST, BY_START, threads_of_board, title_of
from rejoinder.threads.thread_state import state_of

read = partial(router.get, tags=READING)


class OfPage(Schema):
    """Which page of a list is wanted."""

    cursor: str = Field(
        "",
        max_length=paging.MOST_CURSOR,
        description="Where the page begins: `next` or `previous` of another page.",
    )
    limit: int = Field(
        paging.USUAL, ge=1, le=paging.MOST, description="How many there are on it at most."
    )


class OfThreads(OfPage):
    """Which page of a board's threads is wanted."""

    order: Literal["started", "last"] = Field(
        "last", description="By when they began, or were last added to; the newest first."
    )


class OfTree(OfPage):
    """Which page of a thread's posts is wanted."""

    texts: bool = Field(False, description="Whether each post comes with its text as HTML.")


@read("/site", url_name="api_site", response=shapes.SiteShape, summary="The site")
def site(request: Asked) -> shapes.SiteShape:
    """What this installation is called, its language and its rules."""
    kept = the_site()
    return shapes.SiteShape(
        title=kept.title,
        language=get_language() or "en",
        sign_up=kept.sign_up,
        rules=kept.rules,
        version=__version__,
    )


@read("/me", url_name="api_me", response=shapes.Caller, summary="Who asks")
def me(request: Asked) -> shapes.Caller:
    """Who the site takes this program for, and what its application password is good for."""
    who = request.auth
    member = None if who.member_id is None else Member.objects.get(pk=who.member_id)
    return shapes.Caller(
        kind="guest" if who.kind is Kind.GUEST else "application password",
        handle=member.handle_id if member else None,
        name=member.name if member else None,
        scopes=[cast("Literal['read']", scope.value) for scope in request.scopes],
        is_silenced=who.is_silenced,
    )


@read("/boards", url_name="api_boards", response=shapes.BoardList, summary="All boards")
def boards(request: Asked) -> shapes.BoardList:
    """All boards that who asks may see, in the order of the front page."""
    rows = front.front(request.auth, 0)
    return shapes.BoardList(boards=[drawn.board(row, request.auth) for row in rows])


@read("/boards/{handle}", url_name="api_board", response=shapes.BoardShape, summary="A board")
def board(request: Asked, handle: str) -> shapes.BoardShape:
    """One board, with what it counts."""
    return drawn.board(front.row_of(board_by_handle(request.auth, handle)), request.auth)


@read(
    "/boards/{handle}/threads",
    url_name="api_threads",
    response=shapes.ThreadPage,
    summary="A board's threads",
)
def threads(
    request: Asked, response: HttpResponse, handle: str, of: Query[OfThreads]
) -> shapes.ThreadPage:
    """A page of a board's threads, the newest first, each with its first and its last post."""
    found = board_by_handle(request.auth, handle)
    order = BY_START if of.order == "started" else BY_LAST_POST
    page = threads_of_board(request.auth, found, order, paging.read(of.cursor), of.limit)
    rows = drawn.thread_lines(request.auth, found, page.rows)
    return shapes.ThreadPage(threads=rows, **paging.beside(request, response, page))


@read(
    "/boards/{handle}/posts",
    url_name="api_board_posts",
    response=shapes.PostPage,
    summary="A board's posts",
)
def board_posts(
    request: Asked, response: HttpResponse, handle: str, of: Query[OfPage]
) -> shapes.PostPage:
    """A page of a board's posts in the order of time, the newest first."""
    found = board_by_handle(request.auth, handle)
    page = by_time.posts_of_board(request.auth, found, paging.read(of.cursor), of.limit)
    return _post_page(request, response, page, boards={found.pk: found.handle_id})


@read("/threads/{id}", url_name="api_thread", response=shapes.ThreadShape, summary="A thread")
def thread(request: Asked, id: str) -> shapes.ThreadShape:
    """A thread, by the id of any of its posts."""
    post = _in_thread(request.auth, id)
    root = post.thread.root
    assert root is not None  # outside of the transaction that makes the thread
    title = title_of(request.auth, post.thread)
    state = state_of(post.thread)
    return shapes.ThreadShape(
        **drawn.thread_fields(root.public_id, post.board, title, post.thread, state)
    )


@read(
    "/threads/{id}/posts",
    url_name="api_thread_posts",
    response=shapes.TreePage,
    summary="A thread's posts",
)
def thread_posts(
    request: Asked, response: HttpResponse, id: str, of: Query[OfTree]
) -> shapes.TreePage:
    """A page of a thread's posts as a tree: depth first, each with its depth and its parent."""
    post = _in_thread(request.auth, id)
    page = outline(request.auth, scopes.whole(post.thread), paging.read(of.cursor), of.limit)
    rows = drawn.tree_lines(request.auth, page.rows, post, with_texts=of.texts)
    return shapes.TreePage(posts=rows, **paging.beside(request, response, page))


@read("/posts/{id}", url_name="api_post", response=shapes.PostShape, summary="A post")
def post(request: Asked, id: str) -> shapes.PostShape:
    """A post, whole: its text as written and as drawn, its files, and what one may do with it."""
    return drawn.post(request.auth, post_by_public_id(request.auth, id))


@read(
    "/posts/{id}/responses",
    url_name="api_responses",
    response=shapes.TreePage,
    summary="A post's responses",
)
def responses(
    request: Asked, response: HttpResponse, id: str, of: Query[OfTree]
) -> shapes.TreePage:
    """A page of the direct responses to a post, the oldest first."""
    post = post_by_public_id(request.auth, id)
    page = direct.page(request.auth, scopes.branch(post), paging.read(of.cursor), of.limit)
    rows = drawn.tree_lines(request.auth, page.rows, post, with_texts=of.texts)
    return shapes.TreePage(posts=rows, **paging.beside(request, response, page))


@read(
    "/posts/{id}/branch",
    url_name="api_branch",
    response=shapes.TreePage,
    summary="A post's branch",
)
def branch(request: Asked, response: HttpResponse, id: str, of: Query[OfTree]) -> shapes.TreePage:
    """A page of a post and all that hangs below it, depth first."""
    post = _in_thread(request.auth, id)
    page = outline(request.auth, scopes.branch(post), paging.read(of.cursor), of.limit)
    rows = drawn.tree_lines(request.auth, page.rows, post, with_texts=of.texts)
    return shapes.TreePage(posts=rows, **paging.beside(request, response, page))


@read(
    "/files/{id}",
    url_name="api_file",
    summary="A file of a post",
    openapi_extra={
        "responses": {
            200: {
                "description": "Its bytes; a text as text/plain, a picture as what it is.",
                "content": {
                    each: {"schema": {"type": "string", "format": "binary"}}
                    for each in ("application/octet-stream", "text/plain", *sorted(IMAGES))
                },
            }
        }
    },
)
def file(request: Asked, id: str) -> HttpResponse:
    """A file that came with a post, by the id that the post tells."""
    found = handed_out(request.auth, id)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = content_disposition_header(True, found.name) or ""
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@read(
    "/posts/{id}/revisions",
    url_name="api_revisions",
    response=shapes.Versions,
    summary="What a post said before",
)
def revisions(request: Asked, id: str) -> shapes.Versions:
    """What a post said and says; readers see what was changed after somebody had responded."""
    found = of_posts.versions(request.auth, of_posts.own_or_visible(request.auth, id))
    return shapes.Versions(
        versions=[
            shapes.Version(
                number=version.number,
                since=version.since,
                title=version.title,
                markup=cast("shapes.Markup", version.markup),
                source=version.source,
            )
            for version in found
        ]
    )


@read("/members/{handle}", url_name="api_member", response=shapes.MemberShape, summary="A member")
def member(request: Asked, handle: str) -> shapes.MemberShape:
    """A member, or an archive's author of whom one may see something."""
    return drawn.member(_member(request.auth, handle))


@read(
    "/members/{handle}/posts",
    url_name="api_member_posts",
    response=shapes.PostPage,
    summary="A member's posts",
)
def member_posts(
    request: Asked, response: HttpResponse, handle: str, of: Query[OfPage]
) -> shapes.PostPage:
    """A page of a member's posts, the newest first."""
    shown = _member(request.auth, handle)
    page = by_time.posts_of_member(request.auth, shown, paging.read(of.cursor), of.limit)
    return _post_page(request, response, page)


def _member(principal: Principal, handle: str) -> Member:
    shown = member_by_handle(principal, handle)
    gate.check(principal, gate.Verb.READ, shown)
    return shown


def _in_thread(principal: Principal, public_id: str) -> Post:
    """Return a post of a thread that has something to show. Raises Missing."""
    post = post_by_public_id(principal, public_id)
    if not post.is_drawn:
        # Its author's, or a moderator's, alone: in its thread it has no place (any more).
        raise Missing(_("There is no such thread."))
    return post


def _post_page(
    request: Asked, response: HttpResponse, page: Slice[Line], **known: dict[int, str]
) -> shapes.PostPage:
    rows = drawn.post_lines(request.auth, page.rows, **known)
    return shapes.PostPage(posts=rows, **paging.beside(request, response, page))
