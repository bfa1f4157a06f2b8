"""Sessions that hold something of a member: theirs, and those that name their address."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import F

from rejoinder.limits.addresses import vicinity_of
from rejoinder.members.models import Member


def of_member(member: Member) -> Iterator[dict[str, Any]]:
    """Yield what the sessions hold in which a member is signed in."""
    keys = UserSession.objects.filter(user=member).values("session_key")
    for session in Session.objects.filter(session_key__in=keys):
        if (held := session.get_decoded()).get(SESSION_KEY) == str(member.pk):
            yield held


def end_all(member: Member) -> None:
    """End every session of a member, also one that isn't listed, and what holds an address.

    A sign-in that waits for its second step, or a page that just confirmed an address, is
    in no list of sessions: so all that are kept are read, once, expired ones too.
    """
    addresses = [
        member.email,
        *EmailAddress.objects.filter(user=member).values_list("email", flat=True),
    ]
    marks = {json.dumps(address.lower()) for address in addresses if address}
    keys = [
        session.session_key
        for session in Session.objects.iterator()
        if _is_of(session.get_decoded(), member, marks)
    ]
    keys += UserSession.objects.filter(user=member).values_list("session_key", flat=True)
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=member).delete()


def _is_of(held: dict[str, Any], member: Member, marks: set[str]) -> bool:
    if held.get(SESSION_KEY) == str(member.pk):
        return True
    said = json.dumps(held).lower()
    return any(mark in said for mark in marks)


def end_sessions(member: Member) -> None:
    """Sign a member out of every browser, at once, also of one that isn't listed."""
    generation = F("session_generation") + 1
    Member.objects.filter(pk=member.pk).update(session_generation=generation)
    for session in UserSession.objects.filter(user_id=member.pk):
        session.end()


def networks_of(member: Member) -> list[str]:
    """Return the ranges of addresses a member was last signed in from, the latest first.

    A range and not the address: enough to ban by, too little to find a person by.
    """
    seen = UserSession.objects.filter(user_id=member.pk).order_by("-last_seen_at")[:20]
    networks = (vicinity_of(str(session.ip)) for session in seen)
    return list(dict.fromkeys(network for network in networks if network))
