"""Making members: by sign-up, and for the authors of an imported archive."""

from __future__ import annotations

import secrets
import zoneinfo
from collections.abc import Callable
from functools import cache

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput, BadName, Missing
from rejoinder.members import departed
from rejoinder.members.models import Handle, Member
from rejoinder.policy import gate
from rejoinder.policy.principals import Principal
from rejoinder.text.handles import handle_from
from rejoinder.text.names import clean_name, look_key

_when_added: list[Callable[[Member], object]] = []


def register_when_added(do: Callable[[Member], object]) -> None:
    """Let something be done as a member joins, in that transaction; each once, at the start."""
    _when_added.append(do)


def take_handle(name: str) -> Handle:
    """Return a new handle made from a name; a number follows where it's taken."""
    wanted = handle_from(name)
    for number in range(1, 1000):
        suffix = f"-{number}" if number > 1 else ""
        candidate = f"{wanted[: 40 - len(suffix)]}{suffix}"
        if departed.had_handle(candidate):
            continue
        handle, is_new = Handle.objects.get_or_create(name=candidate)
        if is_new:
            return handle
    return Handle.objects.create(name=f"{wanted[:28]}-{secrets.token_hex(5)}")


def check_name(name: str, *, of: Member | None = None) -> tuple[str, str]:
    """Return a display name as it will be kept, and its key.

    Raises BadName if it can't be a name, or another member's is the same or looks alike.
    """
    name = clean_name(name)
    key = look_key(name)
    others = Member.objects.filter(name_key=key)
    if of is not None:
        others = others.exclude(pk=of.pk)
    if others.exists():
        raise BadName(_("That name is taken, or looks like one that is. Choose another."))
    return name, key


def add_member(
    name: str, *, email: str = "", password: str | None = None, time_zone: str = ""
) -> Member:
    """Add a member who can sign in. Raises BadName if the name can't be had."""
    name, key = check_name(name)
    try:
        with transaction.atomic():
            member = Member(
                handle=take_handle(name),
                name=name,
                name_key=key,
                email=email.lower(),
                time_zone=time_zone,
            )
            member.set_password(password)
            member.save()
            for do in _when_added:
                do(member)
    except IntegrityError:
        raise BadName(_("That name was taken just now. Choose another.")) from None
    return member


def staged_member(name: str, address: str) -> Member:
    """Return the member who stands for an archive's author, made if there's none yet.

    The author claims those posts later by confirming the address. It's never shown.
    Of an address that a member has confirmed already, that member is returned; of one whose
    owner deleted their account, the nameless row that they left.
    """
    address = address.lower()
    if address:
        confirmed = EmailAddress.objects.filter(email=address, verified=True)
        owner = Member.objects.filter(pk__in=confirmed.values("user_id")).first()
        known = (
            owner
            or Member.objects.filter(email=address, is_staged=True).first()
            or departed.had_address(address)
        )
        if known is not None:
            return known.claimed_by or known
    with transaction.atomic():
        member = Member(handle=take_handle(name), name=name[:60], email=address, is_staged=True)
        member.set_unusable_password()
        member.save()
    return member


def find_member(handle: str) -> Member:
    """Return the member that a handle leads to. Raises Missing if there's none.

    The handle of a claimed author of an archive leads to the member who claimed it, whose
    own handle is another.
    """
    member = Member.objects.select_related("claimed_by").filter(handle=handle.lower()).first()
    member = (member and member.claimed_by) or member
    if member is None or not member.is_active or member.erased_at is not None:
        raise no_member()
    return member


def no_member() -> Missing:
    """Return the error for an address where there's no member, or none to be seen."""
    return Missing(_("There is no member at this address."))


def rename(principal: Principal, member: Member, name: str) -> None:
    """Give a member another display name; their posts show it from now on.

    Raises BadName if it can't be had, Refused if the principal isn't that member.
    """
    gate.check(principal, gate.Verb.EDIT, member)
    name, key = check_name(name, of=member)
    try:
        with transaction.atomic():
            # None whose account is deleted meanwhile gets a name again.
            rows = Member.objects.filter(pk=member.pk, erased_at=None)
            rows.update(name=name, name_key=key)
    except IntegrityError:
        raise BadName(_("That name was taken just now. Choose another.")) from None
    member.name, member.name_key = name, key


def set_time_zone(principal: Principal, member: Member, time_zone: str) -> None:
    """Set the zone in which a member reads times; empty: the site's.

    Raises BadInput if it isn't a zone, Refused if the principal isn't that member.
    """
    gate.check(principal, gate.Verb.EDIT, member)
    if time_zone and time_zone not in time_zones():
        raise BadInput(_("There is no such time zone. Choose one of the list."))
    Member.objects.filter(pk=member.pk).update(time_zone=time_zone)
    member.time_zone = time_zone


@cache
def time_zones() -> tuple[str, ...]:
    """Return the IANA zones that a member may choose, in order: regions' own, and UTC."""
    regions = (name for name in zoneinfo.available_timezones() if "/" in name)
    named = sorted(name for name in regions if not name.startswith(("Etc/", "SystemV/")))
    return (*named, "UTC")
