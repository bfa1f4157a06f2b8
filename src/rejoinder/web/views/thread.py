"""A thread's page, and a branch's: the same in a narrower scope.

Opened by: who wants the whole discussion at once, or all below one post. They scan the
outline for where it turned, or read on through the bodies, and open or answer a post.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from rejoinder.policy.principals import Principal
from rejoinder.serving.kept_page import kept_page, shows
from rejoinder.threads import scopes
from rejoinder.threads.arrangements import registry
from rejoinder.threads.arrangements.arrangement import Arrangement
from rejoinder.threads.find import post_by_public_id
from rejoinder.threads.lines import Line, line_of, lines_by_id, texts_of
from rejoinder.threads.models import Post
from rejoinder.threads.outline import ancestors, outline_around
from rejoinder.threads.paging import CURSOR, Slice, read_cursor
from rejoinder.threads.scopes import Scope
from rejoinder.threads.thread_lines import title_of
from rejoinder.threads.thread_state import state_of
from rejoinder.web import outlines
from rejoinder.web.requests import principal_of

TITLES = 120
BODIES = 30


@require_safe
@kept_page("at", "as", *CURSOR)
def thread(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a thread. Of a post that doesn't start one, lead to its place in its thread."""
    principal = principal_of(request)
    root = post_by_public_id(principal, public_id)
    if root.parent_id is not None:
        return _to_place(root)
    at = request.GET.get("at", "")
    post = post_by_public_id(principal, at) if at else root
    if post.thread_id != root.thread_id:
        return _to_place(post)
    if not root.is_drawn:
        # Its author, or a moderator: the thread has nothing to show yet, or any more.
        return redirect("post", root.public_id)
    arrangement = _arrangement(request)
    scope = scopes.whole(root.thread)
    if at and arrangement is registry.DEFAULT:
        page = outline_around(principal, post, TITLES)
    else:
        page = _page(request, arrangement, scope)
    shows(request, threads=[root.thread_id])
    context = {
        "root": root,
        "title": title_of(principal, root.thread),
        "thread_state": state_of(root.thread),
        "here": at,
        "address": reverse("thread", args=[root.public_id]),
        **_drawn(principal, arrangement, page),
    }
    return render(request, "thread.html", context)


@require_safe
@kept_page("as", *CURSOR)
def branch(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a post and all that hangs below it, in any arrangement."""
    principal = principal_of(request)
    top = post_by_public_id(principal, public_id)
    if not top.is_drawn:
        return redirect("post", top.public_id)
    arrangement = _arrangement(request)
    page = _page(request, arrangement, scopes.branch(top))
    shows(request, threads=[top.thread_id])
    context = {
        "root": top.thread.root,
        "thread_title": title_of(principal, top.thread),
        "top": line_of(principal, top),
        "board": top.board,
        "address": reverse("branch", args=[top.public_id]),
        **_drawn(principal, arrangement, page),
    }
    return render(request, "branch.html", context)


def _page(request: HttpRequest, arrangement: Arrangement, scope: Scope) -> Slice[Line]:
    limit = BODIES if arrangement.with_text else TITLES
    return arrangement.page(principal_of(request), scope, read_cursor(request.GET), limit)


def _drawn(principal: Principal, arrangement: Arrangement, page: Slice[Line]) -> dict[str, Any]:
    lines = page.rows
    above: list[Line] = []
    if arrangement.is_indented and page.earlier is not None and lines:
        above = ancestors(principal, lines[0])[::-1]
    parents = lines_by_id(principal, outlines.parents_elsewhere([*above, *lines]))
    texts = texts_of(principal, lines) if arrangement.with_text else {}
    if arrangement.is_indented:
        levels = outlines.NESTED if arrangement.with_text else outlines.OUTLINE
        drawn = outlines.lay_out(lines, levels=levels, above=above, parents=parents, texts=texts)
    else:
        drawn = outlines.in_a_row(lines, parents=parents, texts=texts)
    return {
        "arrangement": arrangement,
        "is_rearranged": arrangement is not registry.DEFAULT,
        "arrangements": registry.ARRANGEMENTS.values(),
        "page": page,
        "drawn": drawn,
    }


def _arrangement(request: HttpRequest) -> Arrangement:
    return registry.ARRANGEMENTS.get(request.GET.get("as", ""), registry.DEFAULT)


def _to_place(post: Post) -> HttpResponseRedirect:
    """Lead to a post's place in its thread's outline; to itself, if it has none there."""
    if not post.is_drawn:
        return HttpResponseRedirect(reverse("post", args=[post.public_id]))
    assert post.thread.root is not None
    address = reverse("thread", args=[post.thread.root.public_id])
    return HttpResponseRedirect(f"{address}?at={post.public_id}#p-{post.public_id}")
