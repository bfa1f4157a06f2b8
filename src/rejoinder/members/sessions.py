"""Where a member is signed in, and how that ends."""

from __future__ import annotations

import ipaddress

from allauth.usersessions.models import UserSession

from rejoinder.members.models import Member


def end_sessions(member: Member) -> None:
    """Sign a member out of every browser, at once."""
    for session in UserSession.objects.filter(user_id=member.pk):
        session.end()


def networks_of(member: Member) -> list[str]:
    """Return the ranges of addresses a member was last signed in from, the latest first.

    A range and not the address: enough to ban by, too little to find a person by.
    """
    seen = UserSession.objects.filter(user_id=member.pk).order_by("-last_seen_at")[:20]
    return list(dict.fromkeys(network_of(str(session.ip)) for session in seen))


def network_of(address: str) -> str:
    """Return the range an address is in as others of its house are: /24, or /48 of IPv6."""
    parsed = ipaddress.ip_address(address)
    length = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))
