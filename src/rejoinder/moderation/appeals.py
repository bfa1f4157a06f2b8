"""Appeals: somebody whom a deed befell asks for another look, and gets an answer.

Art. 20 of the Digital Services Act: for six months at least, free of charge, decided by
people.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.boards.models import Ability, Grant
from rejoinder.errors import BadInput, Conflict, Refused
from rejoinder.limits.take import take
from rejoinder.members.models import Member, Membership
from rejoinder.moderation import notices
from rejoinder.moderation.deeds.record import Why, check_why, record
from rejoinder.moderation.deeds.undo import Undone, do_undo, go_on, locked
from rejoinder.moderation.models import Case, CaseKind, Deed, DeedKind, Statement
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.source_text import clean_text
from rejoinder.threads import outages

OPEN_FOR = timedelta(days=184)
MOST_CHARACTERS = 4000


def may_appeal(statement: Statement) -> bool:
    """Tell whether a statement can be appealed against: once, within six months."""
    is_in_time = timezone.now() - statement.at < OPEN_FOR
    return statement.appealed_at is None and is_in_time and not hasattr(statement.deed, "undone_by")


@outages.told()
def appeal(principal: Principal, statement: Statement, words: str) -> Case:
    """Lay an appeal on the desk, and return its case.

    Whoever has the statement's link may: also somebody suspended. Raises TooMany, BadInput,
    Conflict.
    """
    # Whoever has the link appeals for the member, signed in or not.
    take("appeal", account=str(statement.member_id))
    said = clean_text(words).strip()
    if not said:
        raise BadInput(_("Say why the decision is wrong."))
    if len(said) > MOST_CHARACTERS:
        raise BadInput(_("Say it in at most %s characters.") % MOST_CHARACTERS)
    with transaction.atomic():
        # Who undoes it at this moment is waited for: nobody appeals against what is undone.
        locked(statement.deed)
        now = timezone.now()
        fresh = Statement.unscoped.filter(
            pk=statement.pk, appealed_at=None, at__gt=now - OPEN_FOR, deed__undone_by=None
        )
        if not fresh.update(appealed_at=now, appeal=said):
            raise Conflict(_("This was appealed against or undone already, or it is too late."))
        return Case.unscoped.create(
            kind=CaseKind.APPEAL, post=statement.deed.post, statement=statement
        )


@outages.told()
def decide(principal: Principal, case: Case, words: str, *, is_upheld: bool) -> Undone | Deed:
    """Answer an appeal: uphold the deed, or undo it. Returns the undoing, or the dismissal.

    Another moderator than the one who did it, where there is one. Raises Missing, Refused,
    BadInput without an answer, Conflict if it's decided already.
    """
    gate.check(principal, gate.Verb.MODERATE, case, _("You don’t moderate this board."))
    why = check_why(Why(words))
    with transaction.atomic():
        statement = _locked_statement(case)
        deed = statement.deed
        if statement.member_id == principal.member_id:
            raise Refused(_("Another moderator decides this: the appeal is your own."))
        if not may_decide(principal, deed):
            raise Refused(_("Another moderator decides this: the deed was your own."))
        outcome = _dismiss(principal, deed, why) if is_upheld else do_undo(principal, deed, why)
        row = outcome if isinstance(outcome, Deed) else outcome.deed
        now = timezone.now()
        Statement.unscoped.filter(pk=statement.pk).update(
            decided_at=now, was_upheld=is_upheld, decision=why.reason
        )
        Case.unscoped.filter(pk=case.pk).update(
            closed_at=now, closed_by_id=principal.member_id, verdict=row
        )
        if is_upheld:
            # Whoever is told of the undoing has their notice from there.
            notices.tell_of_statements([statement])
    return outcome if isinstance(outcome, Deed) else go_on(principal, outcome)


def may_decide(principal: Principal, deed: Deed) -> bool:
    """Tell whether a principal may decide an appeal against a deed: not their own, unless they
    are alone. At most two queries."""
    if deed.by_id is None or deed.by_id != principal.member_id:
        return True
    return not _others_who_could(deed).exists()


def _others_who_could(deed: Deed) -> QuerySet[Member]:
    boards = Grant.unscoped.filter(ability=Ability.MODERATE, board=deed.board)
    in_office = Membership.unscoped.filter(
        Q(group__moderates_everywhere=True) | Q(group__in=boards.values("group"))
    )
    members = Member.objects.filter(is_active=True, is_staged=False).exclude(pk=deed.by_id or 0)
    return members.filter(Q(is_administrator=True) | Q(pk__in=in_office.values("member")))


def _locked_statement(case: Case) -> Statement:
    # The first of two deciders changes the row; the second waits for it here and hears so.
    mine = Case.unscoped.filter(pk=case.pk, closed_at=None)
    if not mine.update(closed_at=timezone.now()):
        raise Conflict(_("Somebody has decided this appeal meanwhile."))
    assert case.statement_id is not None
    return Statement.unscoped.select_related("deed__board").get(pk=case.statement_id)


def _dismiss(principal: Principal, deed: Deed, why: Why) -> Deed:
    return record(
        principal,
        DeedKind.DISMISS,
        why,
        board=deed.board,
        thread=deed.thread,
        post=deed.post,
        subject=deed.subject,
        details={"deed": deed.public_id},
    )
