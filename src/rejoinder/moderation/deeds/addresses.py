"""Ban a range of addresses for a while: nobody writes or signs up from there."""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from rejoinder.boards.site import the_site
from rejoinder.errors import BadInput, Conflict
from rejoinder.members.models import AddressBan, Member
from rejoinder.moderation.deeds.record import NO_REASON, Why, check_why, record
from rejoinder.moderation.models import Deed, DeedKind
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.threads import outages

# A ban on addresses hits whoever has them next.
LONGEST = timedelta(days=366)
# Larger ranges would shut out whole countries.
WIDEST = {4: 16, 6: 32}


@outages.told()
def ban_addresses(
    principal: Principal,
    network: str,
    until: datetime,
    why: Why,
    subject: Member | None = None,
) -> Deed:
    """Ban an address, or a range such as 192.0.2.0/24, until then; return the deed.

    Raises BadInput if it's no range, too wide, or its end isn't within a year.
    """
    _check(principal)
    why = check_why(why)
    kept = check_network(network)
    if not timezone.now() < until <= timezone.now() + LONGEST:
        raise BadInput(_("Choose an end within a year: addresses go to other people."))
    with transaction.atomic():
        before = AddressBan.objects.filter(network=kept).first()
        AddressBan.objects.update_or_create(
            network=kept,
            defaults={
                "until": until,
                "reason": why.reason,
                "made_at": timezone.now(),
                "made_by_id": principal.member_id,
            },
        )
        details = {"network": kept, "until": until.isoformat(), "before": _as_json(before)}
        return record(principal, DeedKind.BAN_ADDRESSES, why, subject=subject, details=details)


@outages.told()
def unban_addresses(principal: Principal, network: str, why: Why = NO_REASON) -> Deed:
    """End the ban on a range, and return the deed. Raises Conflict if there's none."""
    _check(principal)
    why = check_why(why, is_needed=False)
    with transaction.atomic():
        lift(network)
        details = {"network": network}
        return record(principal, DeedKind.UNBAN_ADDRESSES, why, details=details)


def lift(network: str) -> None:
    """End the ban on a range in the caller's transaction. Raises Conflict if there's none."""
    ended, _rows = AddressBan.objects.filter(network=network).delete()
    if not ended:
        raise Conflict(_("These addresses aren’t banned (any more)."))


def put_back(deed: Deed) -> None:
    """Undo a ban in the caller's transaction: what it replaced is in force again, if not over.

    Raises Conflict if it isn't in force any more, or somebody has set another end since.
    """
    network, before = deed.details["network"], deed.details["before"]
    ban = AddressBan.objects.filter(network=network).first()
    if ban is not None and ban.until != parse_datetime(deed.details["until"]):
        raise Conflict(_("Somebody has decided otherwise since: change it by hand."))
    lift(network)
    until = parse_datetime(before["until"]) if before else None
    if until is not None and until > timezone.now():
        AddressBan.objects.create(
            network=network,
            until=until,
            reason=before["reason"],
            made_at=datetime.fromisoformat(before["made_at"]),
            made_by_id=before["made_by"],
        )


def _as_json(ban: AddressBan | None) -> dict[str, object] | None:
    if ban is None:
        return None
    return {
        "until": ban.until.isoformat(),
        "reason": ban.reason,
        "made_at": ban.made_at.isoformat(),
        "made_by": ban.made_by_id,
    }


def bans_in_force(principal: Principal) -> list[AddressBan]:
    """Return the bans in force, those that end first at the head; none for who may not ban."""
    if not gate.may(principal, gate.Verb.MODERATE, the_site()):
        return []
    return list(AddressBan.objects.filter(until__gt=timezone.now()).order_by("until", "pk"))


def check_network(text: str) -> str:
    """Return a range of addresses as it is kept. Raises BadInput."""
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        raise BadInput(
            _("Give an address or a range, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/48.")
        ) from None
    if network.prefixlen < WIDEST[network.version]:
        raise BadInput(
            _("This range is too wide: /%(four)s is the widest, /%(six)s of IPv6.")
            % {"four": WIDEST[4], "six": WIDEST[6]}
        )
    return str(network)


def _check(principal: Principal) -> None:
    gate.check(
        principal,
        gate.Verb.MODERATE,
        the_site(),
        _("Only who moderates the whole site may ban addresses."),
    )
