"""Signing up: who may, by which of the site's ways, and who waits for approval.

The site sets the terms (boards.sign_up). Nothing here asks a third party: an invite link,
an administrator's yes, or a moment's computing by the browser stand for what others buy.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from rejoinder.errors import Refused
from rejoinder.limits import work
from rejoinder.members.accounts import add_member
from rejoinder.members.invites import find_good, use
from rejoinder.members.models import Invite, Member
from rejoinder.members.principals import ban_on
from rejoinder.members.sign_up_terms import SignUp, Terms


@dataclass(frozen=True)
class Credentials:
    """What somebody brings who wants to sign up: an invite's token, or a solved challenge."""

    invite: str = ""
    challenge: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Applicant:
    """Who wants to sign up, and from which address."""

    name: str
    email: str
    password: str
    time_zone: str = ""
    address: str = ""


@dataclass(frozen=True)
class Entry:
    """The way in that was found: at once by an invite or by work, or after approval."""

    invite: Invite | None = None
    challenge: work.Challenge | None = None
    waits: bool = False


def is_open(terms: Terms, invite: str = "") -> bool:
    """Tell whether whoever has this invite, or none, may send the form."""
    if terms.way is SignUp.INVITED:
        return find_good(invite) is not None
    return terms.way is not SignUp.CLOSED


def asks_for_work(terms: Terms, invite: str = "") -> bool:
    """Tell whether the form asks the browser to compute."""
    return terms.way is SignUp.OPEN and terms.work_bits > 0 and find_good(invite) is None


def needs_approval(terms: Terms, invite: str = "") -> bool:
    """Tell whether an administrator decides on everybody who comes with this invite, or none."""
    return terms.way is SignUp.APPROVED and find_good(invite) is None


def check_entry(terms: Terms, brought: Credentials) -> Entry:
    """Return the way in. Raises Refused if there's none, BadInput for work that's late or wrong.

    An invite that is good is enough, except where nobody may sign up. Who brings no work
    where it's asked for, as without script, waits for approval.
    """
    if terms.way is SignUp.CLOSED:
        raise Refused(_("This site takes no new members at present."))
    invite = find_good(brought.invite)
    if invite is not None:
        return Entry(invite=invite)
    if terms.way is SignUp.INVITED:
        raise Refused(_("This invite link is used up, over or revoked. Ask for another."))
    if terms.way is SignUp.APPROVED:
        return Entry(waits=True)
    if not terms.work_bits:
        return Entry()
    if not brought.answer:
        return Entry(waits=True)
    return Entry(challenge=work.check(brought.challenge, brought.answer, terms.work_bits))


def sign_up(terms: Terms, applicant: Applicant, brought: Credentials) -> Member:
    """Add a member, who waits for approval (`is_awaiting`) if the way in says so, and return it.

    One transaction, with the invite's use and the work. Raises BadName, and as `check_entry`.
    """
    if ban_on(applicant.address) is not None:
        raise Refused(_("Nobody can sign up from your network at present."))
    entry = check_entry(terms, brought)
    with transaction.atomic():
        if entry.invite is not None:
            use(entry.invite)
        if entry.challenge is not None:
            work.spend(entry.challenge)
        member = add_member(
            applicant.name,
            email=applicant.email,
            password=applicant.password,
            time_zone=applicant.time_zone,
        )
        member.invited_by = entry.invite
        member.is_awaiting = entry.waits
        member.is_active = not entry.waits
        member.save(update_fields=["invited_by", "is_awaiting", "is_active"])
    return member
