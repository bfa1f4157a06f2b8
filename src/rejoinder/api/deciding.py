"""Operations of moderators on many things at once: the desk's cases, appeals, the logs, reasons."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Status
from pydantic import Field

from rejoinder.api import judged, own, own_shapes, paging, shapes, wanted
from rejoinder.api.callers import Asked
from rejoinder.api.operations import MODERATING, router
from rejoinder.api.reading import OfPage
from rejoinder.boards.find import board_by_handle
from rejoinder.errors import Missing, Refused
from rejoinder.moderation import desk as of_desk
from rejoinder.moderation import log as of_log
from rejoinder.moderation import reasons as of_reasons
from rejoinder.moderation import targets
from rejoinder.moderation.appeals import decide, may_decide
from rejoinder.moderation.deeds.record import Why
from rejoinder.moderation.deeds.states import change_posts
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind
from rejoinder.moderation.rights import moderates_something
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Post

read = partial(router.get, tags=MODERATING)
does = partial(router.post, tags=MODERATING)


class OfLog(OfPage):
    """Which page of the log is wanted."""

    kind: str = Field("", max_length=20, description="Only deeds of this kind.")
    board: str = Field("", max_length=100, description="Only what was done on this board.")
    post: str = Field("", max_length=20, description="Only what was done to this post.")


class OfPrivateLog(OfLog):
    """Which page of the log with names is wanted."""

    member: str = Field("", max_length=100, description="Only what befell this member.")
    moderator: str = Field("", max_length=100, description="Only what this member did.")


@does(
    "/desk/decisions",
    url_name="api_desk_decide",
    response={201: shapes.Done},
    summary="Decide cases of the desk",
)
def decide_cases(request: Asked, new: wanted.Decision) -> Status[shapes.Done]:
    """Approve or remove the posts of some cases, in one deed that one undoing takes back.

    Those that are decided meanwhile are left out.
    """
    principal = _with_desk(request)
    posts = _posts(principal, new.cases)
    if not posts:
        raise Missing(_("None of these cases waits (any more)."))
    aim = targets.this(posts[0]) if len(posts) == 1 else targets.chosen(posts)
    why = Why(new.reason, new.rule, new.is_by_law)
    outcome = change_posts(principal, DeedKind(new.deed), aim, why)
    return Status(201, judged.outcome(outcome, principal))


@read(
    "/desk/counts",
    url_name="api_desk_counts",
    response=shapes.DeskCounts,
    summary="How much waits",
)
def counts(request: Asked, board: str = "") -> shapes.DeskCounts:
    """How many cases of each kind wait for who asks."""
    principal = _with_desk(request)
    on = board_by_handle(principal, board) if board else None
    return shapes.DeskCounts(**of_desk.counts(principal, on))


@read(
    "/desk/appeals/{id}",
    url_name="api_desk_appeal",
    response=own_shapes.AppealShape,
    summary="An appeal",
)
def appeal(request: Asked, id: str) -> own_shapes.AppealShape:
    """An appeal that waits on the desk, by its case, with what it is against."""
    case = _appeal(request.auth, id)
    assert case.statement is not None
    return own_shapes.AppealShape(
        id=case.public_id,
        statement=own.statement_told(case.statement),
        may_decide=may_decide(request.auth, case.statement.deed),
    )


@does(
    "/desk/appeals/{id}/decision",
    url_name="api_desk_appeal_decide",
    response={201: shapes.DeedShape},
    summary="Answer an appeal",
)
def answer(request: Asked, id: str, new: wanted.Answer) -> Status[shapes.DeedShape]:
    """Uphold a deed, or undo it; where there is another moderator, not one's own deed."""
    case = _appeal(request.auth, id)
    done = decide(request.auth, case, new.words, is_upheld=new.is_upheld)
    deed = done if isinstance(done, Deed) else done.deed
    return Status(201, judged.deed(deed, request.auth))


@read("/log", url_name="api_log", response=shapes.LogPage, summary="The public log")
def log(request: Asked, response: HttpResponse, of: Query[OfLog]) -> shapes.LogPage:
    """A page of what moderators did, on boards that who asks sees, the newest first."""
    asked = of_log.Filter(kind=of.kind, board=of.board, post=of.post)
    page = of_log.public_log(request.auth, asked, paging.read(of.cursor), of.limit)
    entries = [judged.entry(entry) for entry in page.rows]
    return shapes.LogPage(entries=entries, **paging.beside(request, response, page))


@read(
    "/log/private",
    url_name="api_private_log",
    response=shapes.PrivateLogPage,
    summary="The log with names",
)
def private_log(
    request: Asked, response: HttpResponse, of: Query[OfPrivateLog]
) -> shapes.PrivateLogPage:
    """A page of what was done where one moderates, by whom and to whom, the newest first."""
    asked = of_log.Filter(
        kind=of.kind, board=of.board, post=of.post, member=of.member, moderator=of.moderator
    )
    page = of_log.private_log(request.auth, asked, paging.read(of.cursor), of.limit)
    entries = [judged.private_entry(entry) for entry in page.rows]
    return shapes.PrivateLogPage(entries=entries, **paging.beside(request, response, page))


@read("/reasons", url_name="api_reasons", response=shapes.ReasonList, summary="Reasons to give")
def reasons(request: Asked) -> shapes.ReasonList:
    """The reasons that moderators choose from, and the rules of the site, one by one."""
    _with_desk(request)
    told = [
        shapes.ReasonShape(
            label=str(each.label), reason=str(each.text), rule=each.rule, is_by_law=each.is_by_law
        )
        for each in of_reasons.reasons()
    ]
    return shapes.ReasonList(reasons=told, rules=of_reasons.rules_of_site())


def _with_desk(request: Asked) -> Principal:
    """Return who asks. Raises Refused for who has nothing to decide anywhere."""
    principal = request.auth
    if not (principal.approves or moderates_something(principal)):
        raise Refused(_("Only moderators have a desk."))
    return principal


def _posts(principal: Principal, names: list[str]) -> list[Post]:
    """Return the posts of the cases with these ids that still wait."""
    known = [name for name in names if name.isascii() and name.isalnum()]
    cases = of_desk.waiting(principal).filter(public_id__in=known)
    about_posts = cases.exclude(kind=CaseKind.APPEAL).select_related("post__board", "post__author")
    return list({case.post.pk: case.post for case in about_posts if case.post}.values())


def _appeal(principal: Principal, public_id: str) -> Case:
    cases = gate.visible(principal, Case.objects.filter(public_id=public_id))
    case = cases.select_related(
        "post__board", "post__author", "statement__deed__by", "statement__deed__board"
    ).first()
    if case is None or case.statement is None:
        raise Missing(_("There is no such appeal."))
    return case
