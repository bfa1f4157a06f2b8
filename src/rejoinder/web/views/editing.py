"""What an author does with a post afterwards: edit it, look at its revisions, withdraw it."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from http import HTTPStatus
from itertools import pairwise

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from markupsafe import Markup

from rejoinder.errors import BadInput, Conflict, Missing, RejoinderError, TooMany, Unavailable
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import edit as deed
from rejoinder.posts import keep, revisions
from rejoinder.posts.preview import preview_change
from rejoinder.posts.withdraw import withdraw as withdraw_post
from rejoinder.reading import drafts
from rejoinder.reading.drafts import For
from rejoinder.text.diffs import diff_html
from rejoinder.threads.find import text_of
from rejoinder.threads.models import Post, State
from rejoinder.web.answers import (
    PageRequest,
    SeeOther,
    gives_back,
    members_only,
    never_kept,
    page,
)
from rejoinder.web.error_pages import page_of, say_when
from rejoinder.web.forms.posts import PostForm
from rejoinder.web.stash import ask_to_sign_in, is_stashed, stashed, unstash
from rejoinder.web.typed import Typed, check_encoding, new_mark, typed_in
from rejoinder.web.views.drafts import begun, keep_and_go


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
@gives_back
def edit(request: PageRequest, public_id: str) -> HttpResponse:
    """Show the form that edits a post, and keep what it sends."""
    address = reverse("edit", args=[public_id])
    if (answer := ask_to_sign_in(request, lambda: address)) is not None:
        return answer
    post = revisions.own_or_visible(request.principal, public_id)
    gate.check(request.principal, gate.Verb.EDIT, post, _refusal(post))
    if request.method == "POST":
        typed = typed_in(request)
        if typed.button == "keep":
            return keep_and_go(request, For(edited=post), typed)
        return _take(request, post, typed)
    return _show(request, post, _typed_before(request, post))


def _refusal(post: Post) -> str:
    if post.board.is_closed:
        return _("This board is closed: its posts can be read, but not changed.")
    return _("Only its author may change this post.")


def _typed_before(request: PageRequest, post: Post) -> Typed:
    """Return what the form begins with: a draft kept over a sign-in, or the post itself."""
    text = text_of(request.principal, post)
    said = Typed(post.title, text.source, submission=new_mark(), edits_seen=post.edits_count)
    kept = stashed(request, request.GET.get("draft", "")) or begun(request, For(edited=post))
    return kept or said


def _take(request: PageRequest, post: Post, typed: Typed) -> HttpResponse:
    """Answer a form that was sent: keep the change, preview it, or give it back."""
    form = PostForm(typed.fields)
    try:
        check_encoding(request)
        if typed.button == "carry":
            return _show(request, post, typed)
        if not form.is_valid():
            return _show(request, post, typed, form=form, status=HTTPStatus.BAD_REQUEST)
        if typed.button == "preview":
            return _show(request, post, typed, form=form)
        deed.edit(request.principal, post, deed.Change(typed.title, typed.text, typed.edits_seen))
    except Conflict as error:
        post.refresh_from_db()
        return _show(
            request, post, replace(typed, edits_seen=post.edits_count), form=form, problem=error
        )
    except (BadInput, TooMany, Unavailable) as error:
        return _show(request, post, typed, form=form, problem=error)
    unstash(request, typed.submission)
    if typed.kept:
        drafts.posted(request.principal, typed.submission)
    return SeeOther(reverse("post", args=[post.public_id]))


def _show(
    request: PageRequest,
    post: Post,
    typed: Typed,
    *,
    form: PostForm | None = None,
    problem: RejoinderError | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Return the page with the form; after a conflict with the post as it is now beside it."""
    text = text_of(request.principal, post)
    if form is None:
        form = PostForm()
        form.initial = typed.fields
    context: dict[str, object] = {
        "form": form,
        "post": post,
        "typed": typed,
        "markup": text.markup,
        "is_restored": is_stashed(request),
        "is_draft": request.method != "POST" and bool(typed.kept),
        "preview": _preview(request.principal, post, form, typed) if problem is None else None,
        "problem": problem.message if problem else "",
        "other": text if isinstance(problem, Conflict) else None,
        "difference": Markup(diff_html(text.source, typed.text))  # noqa: S704 - it escapes
        if isinstance(problem, Conflict)
        else "",
    }
    status = page_of(problem).status if problem else status
    answer = page(request, "edit.html", context, status)
    say_when(answer, problem)
    return answer


def _preview(principal: Principal, post: Post, form: PostForm, typed: Typed) -> keep.Words | None:
    if typed.button != "preview" or not form.is_bound or not form.is_valid():
        return None
    change = deed.Change(typed.title, typed.text, typed.edits_seen)
    return preview_change(principal, post, change)


@require_safe
@never_kept
def revisions_page(request: PageRequest, public_id: str) -> HttpResponse:
    """Show what each edit of a post changed, the latest first."""
    post = revisions.own_or_visible(request.principal, public_id)
    said = revisions.versions(request.principal, post)
    changes = [
        {
            "number": before.number,
            "at": after.since,
            "title": Markup(diff_html(before.title, after.title))  # noqa: S704 - it escapes
            if before.title != after.title
            else "",
            "text": Markup(diff_html(before.source, after.source))  # noqa: S704 - it escapes
            if before.source != after.source
            else "",
        }
        for before, after in pairwise(said)
    ]
    context: dict[str, object] = {
        "post": post,
        "title": said[-1].title,
        "changes": changes[::-1],
        "first": said[0],
    }
    return page(request, "revisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
@members_only
def withdraw(request: PageRequest, public_id: str) -> HttpResponse:
    """Ask whether a post is to be withdrawn, and withdraw it."""
    post = revisions.own_or_visible(request.principal, public_id)
    if post.state == State.WITHDRAWN:
        # Sent twice, or in another window: what was asked for is so.
        return SeeOther(_address_after(post))
    gate.check(request.principal, gate.Verb.WITHDRAW, post, _refusal(post))
    if request.method != "POST":
        return page(request, "withdraw.html", {"post": post})
    # Missing: withdrawn by a twin of this request.
    with contextlib.suppress(Missing):
        withdraw_post(request.principal, post)
    messages.success(request, _("Your post “%s” is withdrawn.") % post.title)
    post.refresh_from_db()
    return SeeOther(_address_after(post))


def _address_after(post: Post) -> str:
    """Return the stub's page if answers keep it in its place, else the board."""
    if post.responses_count > 0:
        return reverse("post", args=[post.public_id])
    return reverse("board", args=[post.board.handle_id])
