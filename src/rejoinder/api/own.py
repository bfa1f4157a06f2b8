"""Operations on what is one's own: notices, drafts, reports, statements, what waits.

An account's settings (name, address, passwords, sessions, export, deletion) have no operation:
they take a person who is signed in, as a program's owner isn't by its password.
"""

from __future__ import annotations

from functools import partial
from typing import cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Status

from rejoinder.api import drawn, paging, wanted
from rejoinder.api import own_shapes as shapes
from rejoinder.api.callers import Asked
from rejoinder.api.operations import OWN, router
from rejoinder.api.reading import OfPage
from rejoinder.boards.models import Board
from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.members import ignoring
from rejoinder.members.models import Member
from rejoinder.moderation import appeals, notices
from rejoinder.moderation import report as of_reports
from rejoinder.moderation.models import Report, Statement
from rejoinder.moderation.statements import statement_by_token
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.posts.drafts import Draft
from rejoinder.posts.preview import preview as draw
from rejoinder.reading import drafts as kept_drafts
from rejoinder.threads.by_time import waiting_posts
from rejoinder.threads.find import member_by_handle, post_by_public_id
from rejoinder.threads.lines import Line, line_of, lines_by_id

MOST_WAITING = 50
read = partial(router.get, tags=OWN)
does = partial(router.post, tags=OWN)


@read("/me/waiting", url_name="api_waiting", response=shapes.WaitingList, summary="What waits")
def waiting(request: Asked) -> shapes.WaitingList:
    """One's own posts that a moderator looks at before others see them; the latest fifty."""
    principal = _member(request).principal
    lines = [line_of(principal, post) for post in waiting_posts(principal, MOST_WAITING)]
    return shapes.WaitingList(posts=drawn.post_lines(principal, lines))


@read(
    "/me/ignored", url_name="api_ignored", response=shapes.IgnoredList, summary="Whom one ignores"
)
def ignored(request: Asked) -> shapes.IgnoredList:
    """Whose posts are folded for the member who asks."""
    found = ignoring.ignored_by(_member(request).member)
    return shapes.IgnoredList(
        members=[shapes.Named(handle=each.handle_id, name=each.name) for each in found]
    )


@router.put(
    "/me/ignored/{handle}",
    url_name="api_ignore",
    tags=OWN,
    response={204: None},
    summary="Ignore a member",
)
def ignore(request: Asked, handle: str) -> Status[None]:
    """Fold a member's posts, for oneself alone; twice is as once."""
    principal = _member(request).principal
    ignoring.ignore(principal, member_by_handle(principal, handle))
    return Status(204, None)


@router.delete(
    "/me/ignored/{handle}",
    url_name="api_ignore",
    tags=OWN,
    response={204: None},
    summary="Ignore a member no longer",
)
def stop_ignoring(request: Asked, handle: str) -> Status[None]:
    """Fold a member's posts no longer; twice is as once."""
    principal = _member(request).principal
    ignoring.stop_ignoring(principal, member_by_handle(principal, handle))
    return Status(204, None)


@read("/me/drafts", url_name="api_drafts", response=shapes.DraftList, summary="One's drafts")
def drafts(request: Asked) -> shapes.DraftList:
    """What one wrote and hasn't posted, on any device; the newest first."""
    principal = _member(request).principal
    return shapes.DraftList(drafts=[_draft(each) for each in kept_drafts.drafts_of(principal)])


def _draft(shown: kept_drafts.Shown) -> shapes.DraftShape:
    draft = shown.draft
    return shapes.DraftShape(
        mark=draft.mark,
        version=draft.version,
        kept_at=draft.kept_at,
        title=draft.title,
        source=draft.source,
        board=shown.board.handle_id if shown.board else None,
        in_response_to=shown.answered.public_id if shown.answered else None,
        changes=shown.edited.public_id if shown.edited else None,
    )


@router.put(
    "/me/drafts/{mark}",
    url_name="api_draft",
    tags=OWN,
    response=shapes.DraftKept,
    summary="Keep a draft",
)
def keep_draft(request: Asked, mark: shapes.Mark, body: wanted.KeptDraft) -> shapes.DraftKept:
    """Keep a draft under a mark of one's own choice, in place of what was under it.

    With `version`, only if that is the one that is kept: 409 says that another device wrote.
    Version 0: nothing was said, so nothing is kept.
    """
    principal = _member(request).principal
    words = kept_drafts.Words(body.title, body.source)
    version = kept_drafts.keep(principal, mark, _what_for(principal, body), words, body.version)
    return shapes.DraftKept(version=version)


def _what_for(principal: Principal, body: wanted.KeptDraft) -> kept_drafts.For:
    named = [name for name in (body.board, body.in_response_to, body.changes) if name]
    if len(named) != 1:
        raise BadInput(_("Name one: a board, a post that is answered, or a post that is changed."))
    if body.board:
        return kept_drafts.For(board=_board(principal, body.board))
    post = post_by_public_id(principal, named[0])
    if body.in_response_to:
        return kept_drafts.For(answered=post)
    return kept_drafts.For(edited=post)


def _board(principal: Principal, handle: str) -> Board:
    board = gate.visible(principal, Board.objects.filter(handle=handle)).first()
    if board is None:
        raise Missing(_("There is no such board."))
    return board


@router.delete(
    "/me/drafts/{mark}",
    url_name="api_draft",
    tags=OWN,
    response={204: None},
    summary="Discard a draft",
)
def discard_draft(request: Asked, mark: shapes.Mark) -> Status[None]:
    """Discard a draft, for good."""
    kept_drafts.drop(_member(request).principal, mark)
    return Status(204, None)


@read("/me/notices", url_name="api_notices", response=shapes.NoticeList, summary="Notices")
def notices_of(request: Asked) -> shapes.NoticeList:
    """What moderators did to one's posts, and what became of one's reports; the latest hundred."""
    asked = _member(request)
    found = notices.notices_of(asked.principal)
    about = lines_by_id(asked.principal, {n.report.case.post_id for n in found if n.report})
    reports = _reports(asked.principal, [n.report for n in found if n.report], about)
    rows = [
        shapes.NoticeShape(
            at=notice.at,
            is_read=notice.is_read,
            statement=statement_told(notice.statement) if notice.statement else None,
            report=reports[notice.report.pk] if notice.report else None,
        )
        for notice in found
    ]
    return shapes.NoticeList(unread=asked.member.unread_notices, notices=rows)


@does(
    "/me/notices/read",
    url_name="api_notices_read",
    response={204: None},
    summary="Count notices as read",
)
def notices_read(request: Asked) -> Status[None]:
    """Count all notices that there are as read."""
    notices.mark_read(_member(request).principal)
    return Status(204, None)


@read(
    "/me/reports", url_name="api_own_reports", response=shapes.ReportPage, summary="One's reports"
)
def reports(request: Asked, response: HttpResponse, of: Query[OfPage]) -> shapes.ReportPage:
    """A page of the reports that one made, the newest first, with what became of each."""
    principal = _member(request).principal
    page = of_reports.reports_of(principal, paging.read(of.cursor), of.limit)
    about = {row.line.id: row.line for row in page.rows if row.line is not None}
    told = _reports(principal, [row.report for row in page.rows], about)
    return shapes.ReportPage(
        reports=list(told.values()),
        **cast("dict[str, str]", paging.beside(request, response, page)),
    )


@read(
    "/reports/{token}",
    url_name="api_report_answer",
    response=shapes.ReportTold,
    summary="What became of a report",
)
def report(request: Asked, token: str) -> shapes.ReportTold:
    """A report, for whoever has its private link: guests' reports have no other."""
    found = of_reports.report_by_token(request.auth, token)
    about = lines_by_id(request.auth, [found.case.post_id])
    return _reports(request.auth, [found], about)[found.pk]


@read(
    "/statements/{token}",
    url_name="api_statement",
    response=shapes.StatementShape,
    summary="What a moderator decided, and why",
)
def statement(request: Asked, token: str) -> shapes.StatementShape:
    """A statement, for whoever has its private link; also for somebody suspended."""
    return statement_told(statement_by_token(request.auth, token))


@does(
    "/statements/{token}/appeal",
    url_name="api_appeal",
    response={201: shapes.StatementShape},
    summary="Appeal against a decision",
)
def appeal(request: Asked, token: str, new: wanted.Appeal) -> Status[shapes.StatementShape]:
    """Ask for another look, once: a person decides, another than before where there is one."""
    found = statement_by_token(request.auth, token)
    appeals.appeal(request.auth, found, new.words)
    return Status(201, statement_told(statement_by_token(request.auth, token)))


@does("/previews", url_name="api_preview", response=shapes.Drawn, summary="Preview a text")
def preview(request: Asked, new: wanted.NewPost) -> shapes.Drawn:
    """Draw a title and text as they would be posted; nothing is kept."""
    asked = _member(request)
    gate.check(asked.principal, gate.Verb.EDIT, asked.member, _("This program may not write."))
    words = draw(asked.principal, Draft(title=new.title, source=new.text, came_by="api"))
    return shapes.Drawn(title=words.title, html=words.html)


class _Oneself:
    """The member who asks by a program, and as whom the gate knows it."""

    def __init__(self, principal: Principal, member: Member) -> None:
        self.principal, self.member = principal, member


def _member(request: Asked) -> _Oneself:
    """Return the member who asks. Raises Refused for a guest."""
    member = Member.objects.filter(pk=request.auth.member_id or 0).first()
    if member is None or not request.auth.is_member:
        raise Refused(_("This is a member’s own."))
    return _Oneself(request.auth, member)


def _reports(
    principal: Principal, found: list[Report], about: dict[int, Line]
) -> dict[int, shapes.ReportTold]:
    """Return reports by their ids, with their posts where one still sees what those say."""
    shown = {pk: line for pk, line in about.items() if not line.is_stub}
    lines = drawn.post_lines(principal, list(shown.values()))
    posts = dict(zip(shown, lines, strict=True))
    return {
        each.pk: shapes.ReportTold(
            token=each.token,
            at=each.at,
            reason=each.reason,
            words=each.words,
            answered_at=each.answered_at,
            verdict=each.case.verdict.kind if each.answered_at and each.case.verdict else "",
            post=posts.get(each.case.post_id or 0),
        )
        for each in found
    }


def statement_told(found: Statement) -> shapes.StatementShape:
    """Return a statement as whoever has its link may know it: never who decided."""
    deed = found.deed
    return shapes.StatementShape(
        token=found.token,
        at=found.at,
        kind=deed.kind,
        reason=deed.reason,
        rule=deed.rule,
        is_by_law=deed.is_by_law,
        posts=found.posts_count,
        quoted=[shapes.Quoted(id=post["public_id"], title=post["title"]) for post in found.quoted],
        until=found.until,
        was_reported=found.was_reported,
        was_found_by_rule=found.was_found_by_rule,
        is_undone=hasattr(deed, "undone_by"),
        may_appeal=appeals.may_appeal(found),
        appealed_at=found.appealed_at,
        appeal=found.appeal,
        decided_at=found.decided_at,
        was_upheld=found.was_upheld,
        decision=found.decision,
    )
