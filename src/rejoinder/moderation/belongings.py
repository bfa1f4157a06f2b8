"""What this room keeps about a member: what they were told, what they reported, what befell them.

The log keeps its deeds: who did one, and whom it befell, is a row that has no name any more.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from rejoinder.members.belongings import Archive, Belonging, Json, register
from rejoinder.members.models import Member
from rejoinder.members.own import moment
from rejoinder.moderation.firings import Firing
from rejoinder.moderation.models import Case, Notice, Report, Statement


def register_all() -> None:
    """Register what this room keeps about a member."""
    register(
        Belonging(
            name="statements",
            sentence=_(
                "What moderators told you, and your appeals, are erased; an open appeal ends. That "
                "something was done stays in the log, without your name."
            ),
            count=lambda member: Statement.unscoped.filter(member=member).count(),
            export=_statements,
            erase=_erase_statements,
            covers=frozenset(
                {
                    "moderation.Statement.member",
                    "moderation.Notice.member",
                    "moderation.Deed.by",
                    "moderation.Deed.subject",
                    "moderation.Case.closed_by",
                }
            ),
        ),
        Belonging(
            name="reports",
            sentence=_("Your reports stay with the moderators as if a guest had made them."),
            count=lambda member: Report.unscoped.filter(by=member).count(),
            export=_reports,
            erase=lambda member, withdraws: Report.unscoped.filter(by=member).update(by=None),
            covers=frozenset({"moderation.Report.by"}),
        ),
        Belonging(
            name="firings",
            sentence=_("That a rule held or refused a post of yours is no longer kept of you."),
            count=lambda member: Firing.unscoped.filter(member=member).count(),
            export=_firings,
            erase=_erase_firings,
            covers=frozenset({"moderation.Firing.member"}),
        ),
    )


def _statements(member: Member, archive: Archive) -> Json:
    told = Statement.unscoped.filter(member=member).select_related("deed").order_by("pk")
    return [
        {
            "at": moment(statement.at),
            "deed": statement.deed.kind,
            "reason": statement.deed.reason,
            "rule": statement.deed.rule,
            "until": moment(statement.until),
            "about": [
                {"title": post["title"], "permalink": f"/p/{post['public_id']}"}
                for post in statement.quoted
            ],
            "appeal": statement.appeal,
            "appealed": moment(statement.appealed_at),
            "decision": statement.decision,
            "decided": moment(statement.decided_at),
        }
        for statement in told
    ]


def _erase_statements(member: Member, withdraws: bool) -> None:
    Notice.unscoped.filter(member=member).delete()
    told = Statement.unscoped.filter(member=member)
    # Of one that was decided the log has the deed; of an open one nobody waits for the answer.
    Case.unscoped.filter(statement__in=told).delete()
    told.delete()


def _reports(member: Member, archive: Archive) -> Json:
    made = Report.unscoped.filter(by=member).select_related("case__post").order_by("pk")
    return [
        {
            "at": moment(report.at),
            "about": f"/p/{report.case.post.public_id}" if report.case.post else None,
            "reason": report.reason,
            "words": report.words,
            "answered": moment(report.answered_at),
        }
        for report in made
    ]


def _firings(member: Member, archive: Archive) -> Json:
    fired = Firing.unscoped.filter(member=member).select_related("post").order_by("pk")
    return [
        {
            "at": moment(firing.at),
            "about": f"/p/{firing.post.public_id}" if firing.post else None,
            "rule": firing.rule,
            "message": firing.message,
        }
        for firing in fired
    ]


def _erase_firings(member: Member, withdraws: bool) -> None:
    # It may quote the post: of a refused or withdrawn one it goes; of one that stays, it's
    # the post's history on the desk.
    fired = Firing.unscoped.filter(member=member)
    (fired if withdraws else fired.filter(post=None)).delete()
    fired.update(member=None)
