"""Invite links: who made them, how often they're good for, who came by them."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, Missing, Refused
from rejoinder.members.models import Invite
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal

MOST_USES = 1000
MOST_DAYS = 365
MOST_NOTE = 100


def make(principal: Principal, note: str, uses: int, days: int) -> tuple[Invite, str]:
    """Make an invite good for so many members and days; return it and its token, told this once.

    Raises BadInput for numbers that can't be, Missing or Refused for whoever isn't in charge.
    """
    gate.check(principal, gate.Verb.ADMINISTER, Invite())
    if not 1 <= uses <= MOST_USES:
        raise BadInput(_("An invite is good for 1 to %d members.") % MOST_USES)
    if not 1 <= days <= MOST_DAYS:
        raise BadInput(_("An invite is good for 1 to %d days.") % MOST_DAYS)
    token = secrets.token_urlsafe(18)
    invite = Invite.unscoped.create(
        token_hash=_hashed(token),
        made_by_id=principal.member_id,
        note=" ".join(note.split())[:MOST_NOTE],
        uses_left=uses,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return invite, token


def revoke(principal: Principal, invite_id: int) -> None:
    """End an invite at once; who came by it stays. Raises Missing."""
    invite = gate.reachable(principal, Invite.objects.filter(pk=invite_id)).first()
    if invite is None or invite.revoked_at is not None:
        raise Missing(_("There is no such invite."))
    gate.check(principal, gate.Verb.ADMINISTER, invite)
    invite.revoked_at = timezone.now()
    invite.save(update_fields=["revoked_at"])


def find_good(token: str) -> Invite | None:
    """Return the invite of a token if somebody can still sign up by it."""
    return _good().filter(token_hash=_hashed(token)).first() if token else None


def use(invite: Invite) -> None:
    """Take one use of an invite. Raises Refused if none is left this very moment."""
    if not _good().filter(pk=invite.pk).update(uses_left=F("uses_left") - 1):
        raise Refused(_("This invite link is used up, over or revoked. Ask for another."))


def _good() -> QuerySet[Invite]:
    return Invite.unscoped.filter(
        revoked_at__isnull=True, expires_at__gt=timezone.now(), uses_left__gt=0
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
