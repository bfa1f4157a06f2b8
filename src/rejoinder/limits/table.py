"""The one table of limits. A new limit is a row here, and a test of its N and N+1.

No other module has a number of its own for how often something may be done; an operator
changes a row by its name (docs/settings.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from rejoinder.errors import BadInput

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Per(Enum):
    """Whose attempts are counted together."""

    # The account that does it; or, before anybody is known, the name or mail address tried.
    ACCOUNT = "account"
    # Both: a stranger elsewhere doesn't fill somebody's count.
    ACCOUNT_AND_ADDRESS = "account and address"
    # Where it comes from, whoever does it.
    ADDRESS = "address"
    # Where it comes from, of those without an account.
    GUEST = "guest's address"


@dataclass(frozen=True)
class Limit:
    """So many attempts in any stretch of time as long as the period; one more is refused."""

    name: str
    # What `take` is asked for; one deed may have several limits.
    deed: str
    # 0: no limit.
    most: int
    period: timedelta
    per: Per
    # What the one who is refused reads first; when to come back follows.
    said: str | _StrPromise = field(repr=False)
    reason: str


S, M, H, D = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
UNITS = {"s": S, "m": M, "h": H, "d": D}
# The times of a count are kept in one row, and read with each attempt.
MOST = 1000
LONGEST = 31 * D
_RATE = re.compile(r"([0-9]{1,9}) per ([0-9]{0,6}) ?([smhd])")

_POSTS = _("You have posted as often as one account may for now.")
_SIGN_INS = _("Too many attempts to sign in.")
_SEARCHES = _("You have searched as often as one may for now.")
_REPORTS = _("You have reported as many posts as one may for now. Thank you.")
_RESETS = _("A new password was asked for too often.")
_PROGRAMS = _("Too many attempts to sign in with an application password.")

LIMITS: Mapping[str, Limit] = {
    limit.name: limit
    for limit in (
        # Writing
        Limit(
            "posts_a_minute", "post", 10, M, Per.ACCOUNT, _POSTS,
            "Nobody writes faster; a program that has gone wild does.",
        ),
        Limit(
            "posts_a_day", "post", 200, D, Per.ACCOUNT, _POSTS,
            "A stolen account fills a board no faster than moderators can empty it.",
        ),
        Limit(
            "posts_by_address", "post", 60, 10 * M, Per.ADDRESS,
            _("Too many posts have come from your address for now."),
            "Many accounts of one spammer count together; a school still fits.",
        ),
        Limit(
            "previews", "preview", 30, M, Per.ACCOUNT,
            _("You have previewed as often as one account may for now."),
            "Drawing a text is work for the server, and costs the sender nothing.",
        ),
        Limit(
            "edits", "edit", 30, 10 * M, Per.ACCOUNT,
            _("You have edited as often as one account may for now."),
            "Each edit keeps a revision for ever.",
        ),
        Limit(
            "withdrawals", "withdraw", 30, 10 * M, Per.ACCOUNT,
            _("You have withdrawn as many posts as one account may for now."),
            "A stolen or angry account doesn't take years of threads apart in a minute.",
        ),
        Limit(
            "stashes", "stash", 10, H, Per.GUEST,
            _("Too many texts were sent from your address without signing in."),
            "A guest's text is kept while they sign in; a disk must not fill with them.",
        ),
        Limit(
            "drafts", "draft", 60, M, Per.ACCOUNT,
            _("Your draft was kept as often as one account may for now."),
            "Each is a durable write; a page sends what is written every few seconds.",
        ),
        Limit(
            "attachments", "attach", 40, 10 * M, Per.ACCOUNT,
            _("You have added as many files as one account may for now."),
            "A picture costs a fifth of a second to draw, and its octets a place on the disk.",
        ),
        Limit(
            "hub_requests", "hub", 60, H, Per.ADDRESS,
            _("Too many subscriptions were asked for from your address."),
            "Each lets this site ask a server that somebody named.",
        ),
        # Reading and asking
        Limit(
            "marks", "mark", 120, M, Per.ACCOUNT,
            _("You have marked posts as often as one account may for now."),
            "Each is a durable write; a page sends what was read every few seconds.",
        ),
        Limit(
            "searches", "search", 60, M, Per.ACCOUNT, _SEARCHES,
            "A search costs more than any other page.",
        ),
        Limit(
            "searches_by_guests", "search", 30, M, Per.GUEST, _SEARCHES,
            "A search costs more than any other page, and guests' are not cached.",
        ),
        Limit(
            "reports", "report", 20, H, Per.ACCOUNT, _REPORTS,
            "Whoever reports everything hides what needs a moderator.",
        ),
        Limit(
            "reports_by_guests", "report", 5, H, Per.GUEST, _REPORTS,
            "A guest's report costs a moderator's time, and a guest nothing.",
        ),
        Limit(
            "appeals", "appeal", 5, D, Per.ACCOUNT,
            _("You have appealed as often as one may for now."),
            "An appeal is read by a person.",
        ),
        Limit(
            "exports", "export", 3, D, Per.ACCOUNT,
            _("You have had as many exports as one account may for now."),
            "An export reads all that a member ever wrote.",
        ),
        Limit(
            "newsrcs", "newsrc", 30, H, Per.ACCOUNT,
            _("You have sent or fetched your .newsrc as often as one account may for now."),
            "It is made of every number on every board.",
        ),
        Limit(
            "log_exports", "log_export", 10, H, Per.ADDRESS,
            _("The moderation log was taken away from your address too often."),
            "An export reads the whole log, and guests may have one.",
        ),
        # Accounts
        Limit(
            "sign_ups", "sign_up", 10, H, Per.ADDRESS,
            _("Too many accounts were made from your address."),
            "Accounts by the hundred are a spammer's; a family or a class still fits.",
        ),
        Limit(
            "invites", "invite", 20, H, Per.ADDRESS,
            _("Too many invitations were tried from your address."),
            "An invitation's secret can't be guessed.",
        ),
        Limit(
            "sign_ins", "sign_in", 5, 5 * M, Per.ACCOUNT_AND_ADDRESS, _SIGN_INS,
            "A password can't be guessed from one place, and who tries shuts out nobody elsewhere.",
        ),
        Limit(
            "sign_ins_from_anywhere", "sign_in", 50, H, Per.ACCOUNT, _SIGN_INS,
            "A password can't be guessed from a thousand places; known browsers don't wait for it.",
        ),
        Limit(
            "sign_ins_by_known_browsers", "sign_in_where_known", 5, 5 * M, Per.ACCOUNT, _SIGN_INS,
            "Counted for the browser alone, where the member was signed in before.",
        ),
        Limit(
            "sign_ins_by_address", "sign_in", 30, 10 * M, Per.ADDRESS, _SIGN_INS,
            "One password can't be tried on every name; those that fit don't count.",
        ),
        Limit(
            "codes", "code", 5, 5 * M, Per.ACCOUNT,
            _("Too many codes were tried."),
            "A code has six digits only; those that fit don't count.",
        ),
        Limit(
            "application_passwords", "application_password", 20, 10 * M, Per.ACCOUNT, _PROGRAMS,
            "A program with an old password tries it again and again; those that fit don't count.",
        ),
        Limit(
            "application_passwords_by_address", "application_password", 60, 10 * M, Per.ADDRESS,
            _PROGRAMS,
            "One address can't try every name; those that fit don't count.",
        ),
        Limit(
            "password_changes", "password_change", 5, 15 * M, Per.ACCOUNT,
            _("The password was tried or changed too often."),
            "The form asks for the old password, and must not let it be guessed.",
        ),
        Limit(
            "address_changes", "address_change", 20, D, Per.ACCOUNT,
            _("Your addresses were changed as often as they may be for now."),
            "Each new address gets a mail, whoever's it is.",
        ),
        Limit(
            "confirmations", "confirmation", 5, D, Per.ACCOUNT,
            _("Enough mails to confirm that address have been sent for now."),
            "Counted for the mailbox: nobody's is filled by way of this site.",
        ),
        Limit(
            "resets", "reset", 5, D, Per.ACCOUNT, _RESETS,
            "Counted for the mailbox, known or not: nobody's is filled by way of this site.",
        ),
        Limit(
            "resets_by_address", "reset", 10, H, Per.ADDRESS, _RESETS,
            "One address can't have this site write to a list of mailboxes.",
        ),
    )
}  # fmt: skip


def limits_of(deed: str, limits: Mapping[str, Limit]) -> list[Limit]:
    """Return the limits of a deed, also those that are off. Raises LookupError if it has none."""
    if found := [limit for limit in limits.values() if limit.deed == deed]:
        return found
    raise LookupError(f"no limit is for {deed!r}; add a row to limits/table.py")


def changed(changes: Iterable[tuple[str, str]]) -> Mapping[str, Limit]:
    """Return the table with an operator's changes: "20 per 1h", "off" or "0" for a limit.

    "all" stands for every limit that isn't named itself. Raises BadInput for an unknown
    name or value.
    """
    table = dict(LIMITS)
    for name, value in sorted(changes, key=lambda change: change[0] != "all"):
        if name != "all" and name not in table:
            raise BadInput(f"There is no limit {name!r}; docs/settings.md lists those there are.")
        for each in table if name == "all" else [name]:
            most, period = _rate(name, value, table[each].period)
            table[each] = replace(table[each], most=most, period=period)
    return table


def _rate(name: str, value: str, period: timedelta) -> tuple[int, timedelta]:
    if value.strip().lower() in {"off", "0"}:
        return 0, period
    found = _RATE.fullmatch(value.strip().lower())
    if found is None:
        raise BadInput(
            f'Limit {name!r} must be such as "20 per 1h" (s, m, h or d) or "off", not {value!r}.'
        )
    most, period = int(found[1]), int(found[2] or 1) * UNITS[found[3]]
    if most > MOST or not S <= period <= LONGEST:
        raise BadInput(
            f"Limit {name!r} must be at most {MOST} in from 1 second to {LONGEST.days} days, "
            f"not {value!r}."
        )
    return most, period


def rate_words(limit: Limit) -> str:
    """Return a limit's number and period as an operator writes them."""
    if not limit.most:
        return "off"
    unit = next(u for u in "dhms" if limit.period % UNITS[u] == timedelta(0))
    return f"{limit.most} per {limit.period // UNITS[unit]}{unit}"
