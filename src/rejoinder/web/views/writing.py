"""Respond to a post, or start a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rejoinder.boards.models import Board
from rejoinder.errors import (
    BadInput,
    Conflict,
    Missing,
    Refused,
    RejoinderError,
    TooMany,
    Unavailable,
)
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts import waiting_files
from rejoinder.posts.add import add_once, check_place, withdrawn_since
from rejoinder.posts.attached import MOST_FILES, MOST_OCTETS
from rejoinder.posts.drafts import Draft
from rejoinder.posts.preview import preview
from rejoinder.reading import drafts
from rejoinder.text import quoted
from rejoinder.text.quoting import quote
from rejoinder.text.source_text import clean_text
from rejoinder.text.titles import clean_title
from rejoinder.threads.find import post_by_public_id, post_to_answer, text_of
from rejoinder.threads.lines import Line, line_of
from rejoinder.threads.models import Post, PostText, State
from rejoinder.web.answers import (
    PageRequest,
    SeeOther,
    Way,
    give_back,
    gives_back,
    never_kept,
    page,
)
from rejoinder.web.error_pages import page_of, say_when
from rejoinder.web.forms.posts import PostForm, ThreadForm
from rejoinder.web.stash import ask_to_sign_in, is_stashed, stashed, unstash
from rejoinder.web.typed import Typed, check_encoding, new_mark, typed_in
from rejoinder.web.views.advising import advice_on
from rejoinder.web.views.answered import answered_since, now
from rejoinder.web.views.attaching import changes_files
from rejoinder.web.views.drafts import begun, keep_and_go

METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class Place:
    """Where a post is being written for: in response to a parent, or on a board."""

    board: Board
    parent: Post | None = None

    @property
    def what_for(self) -> drafts.For:
        """What a draft that is kept for this place is for."""
        return drafts.For(board=self.board if self.parent is None else None, answered=self.parent)

    @property
    def address(self) -> str:
        """The address of the form that writes there."""
        if self.parent is None:
            return reverse("start_thread", args=[self.board.handle_id])
        return reverse("respond", args=[self.parent.public_id])

    def form(self, typed: Typed | None) -> PostForm:
        """Return the form that writes there, empty or with what was typed."""
        kind = ThreadForm if self.parent is None else PostForm
        return kind(typed.fields if typed else None)

    def draft(self, typed: Typed) -> Draft:
        """Return what was typed as a draft for this place."""
        return Draft(
            title=typed.title,
            source=typed.text,
            board=self.board if self.parent is None else None,
            parent=self.parent,
            submission=typed.submission,
        )


@require_http_methods(METHODS)
@never_kept
@gives_back
def respond(request: PageRequest, public_id: str) -> HttpResponse:
    """Show the form that answers a post, and post what it sends."""
    parent = _answered(request, public_id)
    return _write(request, Place(board=parent.board, parent=parent))


@require_http_methods(METHODS)
@never_kept
@gives_back
def start_thread(request: PageRequest, handle: str) -> HttpResponse:
    """Show the form that starts a thread on a board, and post what it sends."""
    board = gate.visible(request.principal, Board.objects.filter(handle=handle)).first()
    if board is None:
        raise Missing(_("There is no such board."))
    return _write(request, Place(board=board))


def _answered(request: PageRequest, public_id: str) -> Post:
    """Return the post to answer; one withdrawn meanwhile, too, for whoever sends an answer.

    It is no longer there for anybody else, but who has its form open saw it, and must
    learn what became of it.
    """
    try:
        find = post_to_answer if request.method == "POST" else post_by_public_id
        return find(request.principal, public_id)
    except Missing:
        if request.method != "POST":
            raise
        gone = withdrawn_since(request.principal, public_id)
        if gone is None:
            raise
        return gone


def _write(request: PageRequest, place: Place) -> HttpResponse:
    if (answer := ask_to_sign_in(request, lambda: place.address)) is not None:
        return answer
    if request.method == "POST":
        typed = typed_in(request)
        # Also where nothing can be posted by now.
        if typed.button == "keep":
            return keep_and_go(request, place.what_for, typed)
        return _take(request, place, typed)
    _check_open(request.principal, place)
    if (back := stashed(request, request.GET.get("draft", ""))) is not None:
        return _show(request, place, back)
    if place.parent is not None and request.GET.get("quote"):
        passage = request.GET.get("passage", "")
        text = _quotation(request.principal, place.parent, passage)
        typed = Typed(text=text, submission=new_mark())
        return _show(request, place, typed)
    return _show(request, place, begun(request, place.what_for))


def _with_quotation(principal: Principal, typed: Typed, parent: Post) -> Typed:
    """Return what was typed with the parent's text quoted below it."""
    typed_text, quotation = typed.text.rstrip(), _quotation(principal, parent)
    return replace(typed, text=f"{typed_text}\n\n{quotation}" if typed_text else quotation)


def _check_open(principal: Principal, place: Place) -> None:
    try:
        check_place(principal, place.draft(Typed()))
    except Conflict:
        raise Conflict(
            _("This post was withdrawn, and can't be answered. Respond to another one.")
        ) from None


def _quotation(principal: Principal, parent: Post, passage: str = "") -> str:
    """Return the parent's text as a quotation, or a passage alone that is in it."""
    text = _text_of(principal, parent)
    if text is None or not text.source:
        return ""
    if passage and quoted.holds(quoted.text_of(text.html), passage):
        return quote(clean_text(passage), parent.public_id, markup="plain")
    kind = "markdown" if text.markup == "markdown" else "plain"
    return quote(text.source, parent.public_id, markup=kind)


def _take(request: PageRequest, place: Place, typed: Typed) -> HttpResponse:
    """Answer a form that was sent; whatever is wrong, the text comes back."""
    try:
        check_encoding(request)
        if changes_files(request, typed):
            return _show(request, place, typed)
        check_place(request.principal, place.draft(typed))
        return _do_take(request, place, typed)
    except (Conflict, Refused, Missing) as error:
        return give_back(request, typed, error, _ways_on(request.principal, place))
    except (BadInput, TooMany, Unavailable) as error:
        return _show(request, place, typed, form=place.form(typed), problem=error)


def _do_take(request: PageRequest, place: Place, typed: Typed) -> HttpResponse:
    """Post what was sent, preview it, or show the form with it."""
    form = place.form(typed)
    if typed.button == "carry":
        return _show(request, place, typed)
    if typed.button == "quote" and place.parent is not None:
        return _show(request, place, _with_quotation(request.principal, typed, place.parent))
    if not form.is_valid():
        return _show(request, place, typed, form=form, status=HTTPStatus.BAD_REQUEST)
    answered = answered_since(request.principal, place.parent, typed.since)
    if typed.button == "preview" or answered:
        return _show(request, place, typed, form=form, answered=answered)
    draft = place.draft(typed)
    if has_files := bool(request.POST.get("has_files")):
        draft = replace(draft, attachments=waiting_files.found(request.principal, draft.submission))
    post, is_new = add_once(request.principal, draft)
    if not is_new and not _is_what_was_sent(request.principal, post, typed):
        return _tell_twins_apart(request, place, typed, post)
    unstash(request, typed.submission)
    if has_files:
        waiting_files.posted(request.principal, typed.submission)
    if typed.kept:
        drafts.posted(request.principal, typed.submission)
    return SeeOther(reverse("post", args=[post.public_id]))


def _is_what_was_sent(principal: Principal, post: Post, typed: Typed) -> bool:
    """Tell whether the post under this submission mark says what was sent now.

    It doesn't if the writer went back to a form that was posted and wrote something else.
    """
    text = text_of(principal, post)
    said = (post.title, text.source) == (clean_title(typed.title), clean_text(typed.text))
    return said or post.edits_count > 0


def _tell_twins_apart(request: PageRequest, place: Place, typed: Typed, post: Post) -> HttpResponse:
    problem = Conflict(
        _(
            "You have posted from this form already, as “%s”. What you sent now is "
            "different, and is not posted yet: send it once more if it is another post."
        )
        % post.title
    )
    return _show(request, place, typed.marked(), form=place.form(typed), problem=problem)


def _ways_on(principal: Principal, place: Place) -> list[Way]:
    """Return where a text can go that can't be posted where it was meant for."""
    ways = []
    if (above := _above(principal, place)) is not None:
        label = _("Respond to “%s” instead") % above.title
        ways.append(Way(label, reverse("respond", args=[above.public_id])))
    if place.parent is not None and gate.may(principal, gate.Verb.START_THREAD, place.board):
        ways.append(
            Way(
                _("Start a thread with it on %s") % place.board.name,
                reverse("start_thread", args=[place.board.handle_id]),
            )
        )
    return ways


def _above(principal: Principal, place: Place) -> Post | None:
    """Return what the post answers that was to be answered, if it can be answered itself."""
    if place.parent is None or place.parent.parent_id is None:
        return None
    rows = gate.visible(principal, Post.objects.filter(pk=place.parent.parent_id))
    above = rows.select_related("board", "thread__board").first()
    if above is None or not gate.may(principal, gate.Verb.RESPOND, above):
        return None
    return above


def _show(
    request: PageRequest,
    place: Place,
    typed: Typed | None,
    *,
    form: PostForm | None = None,
    problem: RejoinderError | None = None,
    status: int = HTTPStatus.OK,
    answered: Sequence[Line] = (),
) -> HttpResponse:
    """Return the page with the form; with a preview if that was asked for and can be drawn."""
    shown = typed or Typed(submission=new_mark())
    said = None
    if form is not None and shown.button == "preview" and problem is None and form.is_valid():
        said = preview(request.principal, place.draft(shown))
    parent_text = _text_of(request.principal, place.parent)
    context: dict[str, object] = {
        "form": form or _unchecked(place, typed),
        "advice": advice_on(shown, place.parent, parent_text) if said else [],
        "address": place.address,
        "board": place.board,
        "parent": place.parent,
        "parent_line": line_of(request.principal, place.parent) if place.parent else None,
        "parent_text": parent_text,
        "typed": shown,
        "answered": answered,
        # Once they've seen those, they may send it.
        "since": now() if answered or not shown.since else shown.since,
        "files": waiting_files.files(request.principal, shown.submission) if typed else [],
        "most_files": MOST_FILES,
        "most_octets": MOST_OCTETS,
        "preview": said,
        "problem": problem.message if problem else "",
        "carried": typed is not None and form is None,
        "is_restored": request.method != "POST" and is_stashed(request),
        "is_draft": request.method != "POST" and bool(shown.kept),
    }
    status = page_of(problem).status if problem else status
    answer = page(request, "writing.html", context, status)
    say_when(answer, problem)
    return answer


def _unchecked(place: Place, typed: Typed | None) -> PostForm:
    """Return the form with what was typed, nothing said about it yet."""
    form = place.form(None)
    form.initial = typed.fields if typed else {}
    return form


def _text_of(principal: Principal, parent: Post | None) -> PostText | None:
    """Return the text of a visible post that's being answered."""
    if parent is None or parent.state != State.VISIBLE:
        return None
    return gate.visible(principal, PostText.objects.filter(post=parent)).first()
