"""Report a post: somebody who may read it says what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.moderation import cases
from rejoinder.moderation.models import CaseKind, Report, ReportReason
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Principal
from rejoinder.text.source_text import clean_text
from rejoinder.threads import outages, tree
from rejoinder.threads.lines import Line, lines_by_id
from rejoinder.threads.models import Post
from rejoinder.threads.paging import ByTime, Cursor, Slice, cut, gone

NEWEST_FIRST = ByTime(field="at", newest_first=True)
MOST_CHARACTERS = 2000


@outages.told()
def report(principal: Principal, post: Post, reason: str, words: str = "") -> Report:
    """Lay a post on the desk with what somebody says is wrong with it; return the report.

    Several reports join one case; of one member the latest words stand. Raises Missing if
    the post can't be seen, Refused where guests may not report, TooMany, BadInput.
    """
    limited.take(principal, "report")
    check_may_report(principal, post)
    kind, said = check_words(reason, words)
    with transaction.atomic():
        _threads, (post,) = tree.locked_with(post.pk)
        gate.check(principal, gate.Verb.REPORT, post)
        case = cases.open_case(post, CaseKind.REPORTED)
        if principal.is_member:
            return Report.unscoped.update_or_create(
                case=case, by_id=principal.member_id, defaults={"reason": kind, "words": said}
            )[0]
        return Report.unscoped.create(case=case, address=principal.address, reason=kind, words=said)


def check_may_report(principal: Principal, post: Post) -> None:
    """Raise Missing or Refused if a principal may not report this post."""
    gate.check(
        principal, gate.Verb.REPORT, post, _("Only a visible post of somebody else’s is reported.")
    )
    if not principal.is_member and not the_site().guests_may_report:
        raise Refused(_("Sign in to report a post."))


def check_words(reason: str, words: str) -> tuple[ReportReason, str]:
    """Return a report's reason and words as they are kept. Raises BadInput."""
    if reason not in ReportReason.values:
        raise BadInput(_("Choose what is wrong with the post."))
    said = clean_text(words).strip()
    if len(said) > MOST_CHARACTERS:
        raise BadInput(_("Say it in at most %s characters.") % MOST_CHARACTERS)
    if reason == ReportReason.OTHER and not said:
        raise BadInput(_("Say in a few words what is wrong with the post."))
    return ReportReason(reason), said


@dataclass(frozen=True)
class Reported:
    """A report as its member sees it again, with the post's line if they can see that still."""

    report: Report
    line: Line | None


def reports_of(principal: Principal, cursor: Cursor, limit: int) -> Slice[Reported]:
    """Return a page of the reports that a member made, the newest first: three queries.

    The cursor names a report by its case. Raises Missing if there's none of that name.
    """
    mine = gate.visible(principal, Report.objects.filter(by=principal.member_id or 0))
    found = list(
        NEWEST_FIRST.rows(
            mine.select_related("case__verdict"), cursor, _place_of(mine, cursor), limit
        )
    )
    page = cut(found, cursor, limit, lambda report: report.case.public_id)
    lines = lines_by_id(principal, [report.case.post_id for report in page.rows])
    rows = [Reported(report, lines.get(report.case.post_id or 0)) for report in page.rows]
    return Slice(rows, page.earlier, page.later)


def _place_of(mine: QuerySet[Report], cursor: Cursor) -> tuple[datetime, int] | None:
    if not cursor.post:
        return None
    place = mine.filter(case__public_id=cursor.post).values_list("at", "pk").first()
    if place is None:
        raise gone()
    return place


def report_by_token(principal: Principal, token: str) -> Report:
    """Return the report that a private link leads to, with its case. Raises Missing.

    The link is 133 random bits: whoever has it made the report.
    """
    reports = Report.unscoped.select_related("case__verdict", "case__post__board")
    found = reports.filter(token=token).first()
    if found is None:
        raise Missing(_("There is no such page."))
    return found
