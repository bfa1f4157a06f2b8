"""The desk.

Opened by: a moderator with a few minutes, to see what waits: from the count in the page
header, or by habit. They read each post where it stands, press "Approve" or "Remove" beside
it, or do many at once, and go on until nothing waits. A trusted member sees held posts alone.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Conflict, Missing, Refused, Unavailable
from rejoinder.moderation import desk as reading
from rejoinder.moderation import targets
from rejoinder.moderation.appeals import decide as decide_appeal
from rejoinder.moderation.appeals import may_decide
from rejoinder.moderation.deeds.record import NO_REASON
from rejoinder.moderation.deeds.states import Outcome, change_posts
from rejoinder.moderation.deeds.undo import may_undo, undo
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind
from rejoinder.moderation.rights import moderates_something
from rejoinder.policy import gate
from rejoinder.threads.lines import line_on_desk
from rejoinder.threads.models import Post
from rejoinder.threads.paging import read_cursor
from rejoinder.web.answers import PageRequest, SeeOther, members_only, never_kept, page
from rejoinder.web.error_pages import page_of
from rejoinder.web.forms.moderation import DecisionForm, WhyForm

PAGE = 50
# What the desk remembers of its moderator, in the session.
LAST_REASON, LAST_DEED = "desk_reason", "desk_deed"


@require_safe
@never_kept
@members_only
def desk(request: PageRequest) -> HttpResponse:
    """Show what waits for a decision, the oldest first."""
    principal = request.principal
    check_has_desk(request)
    kind = request.GET.get("kind", "")
    board = _board(request)
    kept = _kept(request.GET)
    context: dict[str, object] = {
        "page": reading.desk(principal, read_cursor(request.GET), PAGE, kind, board),
        "counts": reading.counts(principal, board),
        "kinds": CaseKind.choices,
        "kind": kind,
        "board": board,
        "kept": kept.urlencode(),
        "query": request.GET.urlencode(),
        "reasons": WhyForm().reasons,
        "last_reason": request.session.get(LAST_REASON, ""),
        "all_chosen": "all" in request.GET,
        "moderates": moderates_something(principal),
        "last_deed": _last_deed(request),
    }
    return page(request, "desk.html", context)


@require_POST
@never_kept
@members_only
def decide(request: PageRequest) -> HttpResponse:
    """Approve or remove what was pressed beside, chosen, or is on the page; back to the desk."""
    check_has_desk(request)
    verb, _colon, name = request.POST.get("do", "").partition(":")
    if verb not in ("approve", "remove"):
        raise BadInput(_("Choose what to do: approve, or remove."))
    kind = DeedKind(verb)
    names = {"chosen": request.POST.getlist("case"), "page": request.POST.getlist("shown")}
    wanted = names.get(name, [name])
    posts = _posts(request, wanted)
    if not posts:
        messages.error(request, _("Nothing was done: choose posts first, or they are done with."))
        return SeeOther(_back(request, wanted))
    form = WhyForm({"template": request.POST.get("template", ""), **_said(request)})
    why = form.why() if form.is_valid() else NO_REASON
    is_asked = request.POST.get("is_confirmed") or len(posts) == 1
    if kind is DeedKind.REMOVE and not (why.reason and is_asked):
        return _ask_why(request, form, posts, wanted)
    if kind is DeedKind.REMOVE:
        request.session[LAST_REASON] = form.cleaned_data["template"]
    aim = targets.this(posts[0]) if len(posts) == 1 else targets.chosen(posts)
    outcome = change_posts(request.principal, kind, aim, why if why.reason else NO_REASON)
    request.session[LAST_DEED] = outcome.deed.public_id
    messages.success(request, said_of(outcome))
    return SeeOther(_back(request, wanted))


@require_http_methods(["GET", "HEAD", "POST"])
@never_kept
@members_only
def appeal(request: PageRequest, public_id: str) -> HttpResponse:
    """Show an appeal with what it is against, and take the answer."""
    cases = gate.visible(request.principal, Case.objects.filter(public_id=public_id))
    case = cases.select_related(
        "post__board", "post__author", "statement__deed__by", "statement__deed__board"
    ).first()
    if case is None or case.statement is None:
        raise Missing(_("There is no such page."))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    status: int = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    if form.is_valid():
        is_upheld = request.POST.get("button") != "undo"
        try:
            decide_appeal(request.principal, case, form.cleaned_data["words"], is_upheld=is_upheld)
        except (BadInput, Conflict, Refused, Unavailable) as error:
            form.add_error(None, error.message)
            status = page_of(error).status
        else:
            messages.success(request, _("The appeal is answered."))
            return SeeOther(reverse("desk"))
    context: dict[str, object] = {
        "case": case,
        "statement": case.statement,
        "form": form,
        "may_decide": may_decide(request.principal, case.statement.deed),
    }
    return page(request, "appeal.html", context, status)


@require_POST
@never_kept
@members_only
def undo_deed(request: PageRequest, public_id: str) -> HttpResponse:
    """Undo a deed, and go back to where that was asked for."""
    deeds = gate.visible(request.principal, Deed.objects.filter(public_id=public_id))
    deed = deeds.select_related("board").first()
    if deed is None:
        raise Missing(_("There is no such page."))
    undone = undo(request.principal, deed)
    if request.session.get(LAST_DEED) == public_id:
        del request.session[LAST_DEED]
    messages.success(request, _("That is undone."))
    if undone.left:
        messages.warning(
            request,
            ngettext(
                "%(num)s post was changed by somebody since, and stays as it is.",
                "%(num)s posts were changed by somebody since, and stay as they are.",
                undone.left,
            )
            % {"num": undone.left},
        )
    back = request.POST.get("back", "")
    return SeeOther(back if back.startswith("/moderation/") else reverse("desk"))


def check_has_desk(request: PageRequest) -> None:
    """Raise Refused for who has nothing to decide anywhere."""
    if not (request.principal.approves or moderates_something(request.principal)):
        raise Refused(_("Only moderators have a desk."))


def said_of(outcome: Outcome) -> str:
    """Return what a deed on posts came to, in a sentence or two."""
    count = outcome.changed + outcome.let_stand
    said = {
        DeedKind.APPROVE: ngettext("%(num)s post approved.", "%(num)s posts approved.", count),
        DeedKind.REMOVE: ngettext("%(num)s post removed.", "%(num)s posts removed.", count),
        DeedKind.RESTORE: ngettext("%(num)s post restored.", "%(num)s posts restored.", count),
        DeedKind.HOLD: ngettext("%(num)s post held.", "%(num)s posts held.", count),
    }[DeedKind(outcome.deed.kind)] % {"num": count}
    if not outcome.passed_over:
        return said
    passed_over = ngettext(
        "%(num)s was left out: somebody else was first, or it isn’t yours to decide.",
        "%(num)s were left out: somebody else was first, or they aren’t yours to decide.",
        outcome.passed_over,
    ) % {"num": outcome.passed_over}
    return f"{said} {passed_over}"


def _said(request: PageRequest) -> dict[str, object]:
    return {name: request.POST.get(name, "") for name in ("words", "rule", "is_by_law")}


def _ask_why(
    request: PageRequest, form: WhyForm, posts: list[Post], wanted: list[str]
) -> HttpResponse:
    """Return the page that shows what is about to be removed, and asks for one reason."""
    is_empty = not form.data["template"] and not form.data["words"]
    context: dict[str, object] = {
        "form": WhyForm(initial={"template": request.session.get(LAST_REASON, "")})
        if is_empty
        else form,
        # By their lines: one that its author took back meanwhile says nothing any more.
        "posts": [(line_on_desk(post), post.board) for post in posts],
        "wanted": wanted,
        "query": request.POST.get("query", ""),
        "shown": request.POST.getlist("shown"),
    }
    return page(request, "desk_remove.html", context)


def _posts(request: PageRequest, names: list[str]) -> list[Post]:
    """Return the posts of the cases with these names that still wait."""
    cases = reading.waiting(request.principal).filter(public_id__in=names[: 2 * PAGE])
    about_posts = cases.exclude(kind=CaseKind.APPEAL).select_related("post__board", "post__author")
    return list({case.post.pk: case.post for case in about_posts if case.post}.values())


def _board(request: PageRequest) -> Board | None:
    handle = request.GET.get("board", "")
    if not handle:
        return None
    boards: QuerySet[Board] = gate.visible(request.principal, Board.objects.filter(handle=handle))
    board = boards.first()
    if board is None:
        raise Missing(_("There is no such board."))
    return board


def _kept(query: QueryDict) -> QueryDict:
    """Return what of the desk's address stays from page to page."""
    kept = query.copy()
    for name in list(kept):
        if name not in ("kind", "board"):
            del kept[name]
    return kept


def _back(request: PageRequest, done: list[str]) -> str:
    """Return the desk's address, where it was left, at the case after those done with."""
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("all", None)
    shown = request.POST.getlist("shown")
    left = [name for name in shown if name not in done]
    last = max((shown.index(name) for name in done if name in shown), default=-1)
    below = [name for name in shown[last + 1 :] if name in left] or left[-1:]
    anchor = f"#case-{below[0]}" if below else ""
    address = reverse("desk")
    return f"{address}?{query.urlencode()}{anchor}" if query else f"{address}{anchor}"


def _last_deed(request: PageRequest) -> Deed | None:
    """Return what this moderator did last on the desk, while it can be undone."""
    name = request.session.get(LAST_DEED, "")
    if not name:
        return None
    deeds = gate.visible(request.principal, Deed.objects.filter(public_id=name))
    deed = deeds.select_related("board", "undone_by").first()
    return deed if deed is not None and may_undo(request.principal, deed) else None
