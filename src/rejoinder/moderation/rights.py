"""Who sees cases, reports, the log, statements and notices, and who decides."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from rejoinder.boards import rights as of_boards
from rejoinder.boards.models import Board
from rejoinder.boards.rights import moderates
from rejoinder.members.rights import moderates_site
from rejoinder.moderation.models import (
    Case,
    CaseKind,
    Deed,
    DeedPost,
    Notice,
    Report,
    Statement,
)
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads.models import Numbering, State


def register() -> None:
    """Tell the gate about the room's rows."""
    gate.register_rows(Case, _cases)
    gate.register_rows(Report, _reports)
    gate.register_rows(Deed, _deeds)
    gate.register_rows(DeedPost, _deed_posts)
    gate.register_rows(Statement, _statements)
    gate.register_rows(Notice, _notices)
    gate.register(gate.Verb.READ, Case, _may_read_case)
    gate.register(gate.Verb.MODERATE, Case, _may_decide)
    gate.register(gate.Verb.READ, Deed, _may_read_deed)
    gate.register(gate.Verb.MODERATE, Deed, _moderates_where_it_was_done)
    gate.register_field(gate.Field.WHO, Deed, _moderates_some_of_it)


def moderates_something(principal: Principal) -> bool:
    """Tell whether a principal has a desk, and is no silenced moderator: at most one query."""
    if principal.is_off_duty:
        return False
    return moderates_site(principal) or of_boards.moderated(principal).exists()


def _cases(principal: Principal, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return the cases of the boards that one moderates; of trusted members, what they approve."""
    if moderates_site(principal):
        return cases
    theirs = Q(post__board__in=of_boards.moderated(principal))
    if principal.approves and not principal.is_silenced:
        appeared = Numbering.unscoped.filter(post=OuterRef("post"))
        theirs |= Q(
            Q(kind=CaseKind.HELD, post__state=State.HELD),
            Q(post__board__in=of_boards.readable(principal)),
            ~Q(post__author=principal.member_id),
            ~Exists(appeared),
        )
    return cases.filter(theirs)


def _reports(principal: Principal, reports: QuerySet[Report]) -> QuerySet[Report]:
    """Return the reports of posts that one moderates, and one's own."""
    if moderates_site(principal):
        return reports
    theirs = Q(case__post__board__in=of_boards.moderated(principal))
    if principal.is_member:
        theirs |= Q(by=principal.member_id)
    return reports.filter(theirs)


def _deeds(principal: Principal, deeds: QuerySet[Deed]) -> QuerySet[Deed]:
    """Return what was done publicly on boards that one reads, and all on those one moderates."""
    if moderates_site(principal):
        return deeds
    return deeds.filter(
        Q(_done_on(of_boards.readable(principal)), is_public=True)
        | Q(Q(board=None, post=None, is_public=True), ~Exists(_posts_of_deed()))
        | in_care_of(principal)
    )


def in_care_of(principal: Principal) -> Q:
    """Return the condition that a deed was done where one moderates, if not only there."""
    if moderates_site(principal):
        return Q()
    return _done_on(of_boards.moderated(principal))


def _done_on(boards: QuerySet[object, int]) -> Q:  # type: ignore[type-var]
    """Return the condition that a deed was done on one of these boards, if not only there."""
    reached = _posts_of_deed().filter(post__board__in=boards)
    return (
        Q(board__in=boards) | Q(from_board__in=boards) | Q(Q(board__isnull=True), Exists(reached))
    )


def _posts_of_deed() -> QuerySet[DeedPost]:
    return DeedPost.unscoped.filter(deed=OuterRef("pk"))


def _deed_posts(principal: Principal, rows: QuerySet[DeedPost]) -> QuerySet[DeedPost]:
    if moderates_site(principal):
        return rows
    return rows.filter(post__board__in=of_boards.readable(principal))


def _statements(principal: Principal, statements: QuerySet[Statement]) -> QuerySet[Statement]:
    """Return one's own statements, and those of the deeds on boards that one moderates."""
    if moderates_site(principal):
        return statements
    theirs = Q(deed__board__in=of_boards.moderated(principal))
    if principal.is_member:
        theirs |= Q(member=principal.member_id)
    return statements.filter(theirs)


def _notices(principal: Principal, notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return notices.filter(member=principal.member_id) if principal.is_member else notices.none()


def _may_read_case(principal: Principal, case: Case) -> bool:
    if case.post is None:
        return moderates_site(principal)
    return moderates(principal, case.post.board) or (
        case.kind == CaseKind.HELD and gate.may(principal, gate.Verb.APPROVE, case.post)
    )


def _may_decide(principal: Principal, case: Case) -> bool:
    if case.post is None:
        return moderates_site(principal)
    return moderates(principal, case.post.board)


def _may_read_deed(principal: Principal, deed: Deed) -> bool:
    return gate.visible(principal, Deed.objects.filter(pk=deed.pk)).exists()


def _moderates_some_of_it(principal: Principal, deed: Deed) -> bool:
    theirs = Deed.objects.filter(in_care_of(principal), pk=deed.pk)
    return moderates_something(principal) and gate.visible(principal, theirs).exists()


def _moderates_where_it_was_done(principal: Principal, deed: Deed) -> bool:
    """Tell whether one moderates every board that a deed reached."""
    if moderates_site(principal):
        return True
    if deed.board is not None:
        ends = [board for board in (deed.board, deed.from_board) if board is not None]
        return all(moderates(principal, board) for board in ends)
    boards = Board.unscoped.filter(pk__in=DeedPost.unscoped.filter(deed=deed).values("post__board"))
    return bool(boards) and all(moderates(principal, board) for board in boards)
