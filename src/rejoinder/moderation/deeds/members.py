"""Warn, silence, suspend, ban a member, and lift that."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Conflict, Refused
from rejoinder.limits import security_log
from rejoinder.members.models import Member
from rejoinder.members.sessions import end_sessions
from rejoinder.moderation import statements
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record
from rejoinder.moderation.models import FOR_EVER, Deed, DeedKind
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads import outages
from rejoinder.threads.models import Post

Column = Literal["silenced_until", "suspended_until"]
COLUMNS: dict[DeedKind, Column] = {
    DeedKind.SILENCE: "silenced_until",
    DeedKind.UNSILENCE: "silenced_until",
    DeedKind.SUSPEND: "suspended_until",
    DeedKind.BAN: "suspended_until",
    DeedKind.UNSUSPEND: "suspended_until",
}


@outages.told()
def warn(principal: Principal, member: Member, why: Why, post: Post | None = None) -> Deed:
    """Tell a member, in words and for good, what they shall not do again; return the deed.

    About one of their posts, who moderates its board may; otherwise who moderates the site.
    """
    if post is not None and post.author_id == member.pk:
        gate.check(principal, gate.Verb.MODERATE, post, _("You don’t moderate this board."))
        if principal.member_id == member.pk:
            raise Refused(_("You can’t warn yourself."))
    else:
        post = None
        gate.check(principal, gate.Verb.WARN, member, _refusal())
    why = check_why(why)
    with transaction.atomic():
        deed = record(
            principal,
            DeedKind.WARN,
            why,
            board=post.board if post else None,
            thread=post.thread if post else None,
            post=post,
            subject=member,
        )
        statements.state_to_member(deed, member, post)
    return deed


def silence(principal: Principal, member: Member, until: datetime, why: Why) -> Deed:
    """Let a member read and write nothing until then; return the deed."""
    return _set(principal, DeedKind.SILENCE, member, until, why)


def suspend(principal: Principal, member: Member, until: datetime, why: Why) -> Deed:
    """Let a member not even sign in until then; their sessions end at once. Return the deed."""
    return _set(principal, DeedKind.SUSPEND, member, until, why)


def ban(principal: Principal, member: Member, why: Why) -> Deed:
    """Suspend a member for good; return the deed."""
    return _set(principal, DeedKind.BAN, member, FOR_EVER, why)


def unsilence(principal: Principal, member: Member, why: Why = NO_REASON) -> Deed:
    """Let a silenced member write again; return the deed."""
    return _set(principal, DeedKind.UNSILENCE, member, None, why)


def unsuspend(principal: Principal, member: Member, why: Why = NO_REASON) -> Deed:
    """Let a suspended or banned member sign in again; return the deed."""
    return _set(principal, DeedKind.UNSUSPEND, member, None, why)


@outages.told()
def end_all_sessions(principal: Principal, member: Member) -> Deed:
    """Sign a member out of every browser, and do nothing else; return the deed.

    Password, second step and application passwords stay as they are. Raises Refused for
    whoever isn't an administrator.
    """
    refusal = _("Only an administrator may end others’ sessions.")
    gate.check(principal, gate.Verb.ADMINISTER, member, refusal)
    with transaction.atomic():
        end_sessions(member)
        deed = record(principal, DeedKind.END_SESSIONS, subject=member)
    by = principal.member_id
    security_log.note("sessions_ended", address=principal.address, member=member.pk, by=by)
    return deed


def set_back(principal: Principal, deed: Deed) -> None:
    """Make a member what they were before a deed, in the caller's transaction.

    Raises Refused for who mayn't sanction them, such as themselves; Conflict if somebody has
    decided otherwise since.
    """
    assert deed.subject_id is not None
    column = COLUMNS[DeedKind(deed.kind)]
    member = _locked(deed.subject_id)
    gate.check(principal, gate.Verb.SANCTION, member, _refusal())
    if getattr(member, column) != _moment(deed.details["after"]):
        raise Conflict(_("Somebody has decided otherwise since: change it by hand."))
    setattr(member, column, _moment(deed.details["before"]))
    member.save(update_fields=[column])


def is_ahead(moment: datetime | None) -> bool:
    """Tell whether a silence or suspension until then is in force."""
    return moment is not None and moment > timezone.now()


@outages.told()
def _set(
    principal: Principal, kind: DeedKind, member: Member, until: datetime | None, why: Why
) -> Deed:
    gate.check(principal, gate.Verb.SANCTION, member, _refusal())
    why = check_why(why, is_needed=until is not None)
    if until is not None and not is_ahead(until):
        raise BadInput(_("Choose an end that is still to come."))
    column = COLUMNS[kind]
    with transaction.atomic():
        member = _locked(member.pk)
        before: datetime | None = getattr(member, column)
        if before == until or (until is None and not is_ahead(before)):
            raise Conflict(_("That is so already: somebody was first."))
        setattr(member, column, until)
        member.save(update_fields=[column])
        deed = record(
            principal,
            kind,
            why,
            subject=member,
            details={"before": _text(before), "after": _text(until)},
        )
        statements.state_to_member(deed, member, until=None if until == FOR_EVER else until)
        if kind in (DeedKind.SUSPEND, DeedKind.BAN):
            end_sessions(member)
    return deed


def _locked(member_id: int) -> Member:
    members = Member.objects.filter(pk=member_id)
    if connection.features.has_select_for_update:
        members = members.select_for_update(no_key=True)
    return members.get()


def _refusal() -> str:
    return _(
        "Only who moderates the whole site may do that, and to those who moderate it only "
        "an administrator."
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
