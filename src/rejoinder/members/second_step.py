"""Whose rights wait for a second step: what the site asks of those who run or moderate it.

Whoever lacks one keeps all that a member may, and holds no office until it's there
(`members.principals`, for every door).
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from rejoinder.events.remembered import remembered
from rejoinder.members.models import Member, OfficeTerms, SecondStepOf


def asked_of() -> SecondStepOf:
    """Return of whom the site asks a second step."""
    return remembered("second step", _read)


def _read() -> SecondStepOf:
    kept = OfficeTerms.objects.filter(pk=1).values_list("second_step_of", flat=True).first()
    return SecondStepOf(kept or SecondStepOf.NOBODY)


def has_one(member: Member) -> bool:
    """Tell whether a member has an app or a passkey; recovery codes alone are none."""
    made = Authenticator.objects.filter(user_id=member.pk)
    return bool(made.exclude(type=Authenticator.Type.RECOVERY_CODES).exists())


def is_lacking(member: Member, *, belongs: bool) -> bool:
    """Tell whether a member lacks the second step that an office of theirs would ask for.

    `belongs` says whether they are in a group: any may moderate. No query for others, one
    where something is asked.
    """
    if not (member.is_administrator or belongs):
        return False
    asked = asked_of()
    concerns = asked is SecondStepOf.MODERATORS or (
        asked is SecondStepOf.ADMINISTRATORS and member.is_administrator
    )
    return concerns and not has_one(member)
