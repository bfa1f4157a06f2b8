"""Find members: one by name or handle, some for an administrator."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models import Q
from django.utils.translation import gettext as _

from rejoinder.errors import Missing, Refused
from rejoinder.members.models import Member
from rejoinder.members.rights import is_in_charge
from rejoinder.policy.principals import Principal
from rejoinder.text.names import look_key


@dataclass(frozen=True)
class FoundMembers:
    """Some members, and where the next page of them begins."""

    members: list[Member]
    # A handle; empty: this is the last page.
    after: str = ""


def member_named(words: str) -> Member | None:
    """Return the active member whose handle or name this is: by handle, if it's both."""
    words = words.strip()
    if "\0" in words:
        return None
    named = Q(handle=words.lower()) | Q(name_key=look_key(words))
    found = list(Member.objects.filter(named, is_active=True)[:2])
    found.sort(key=lambda member: member.handle_id != words.lower())
    return found[0] if found else None


def search_members(principal: Principal, words: str, after: str, limit: int) -> FoundMembers:
    """Return who has these words as name, handle or address, or whose handle begins so.

    Without words, a page of all, the newest first. Addresses are looked for, so only
    administrators may ask. Raises Refused, or Missing for a handle that nobody has.
    """
    if not is_in_charge(principal):
        raise Refused(_("Only an administrator may look for members."))
    words = words.strip()
    if words:
        return FoundMembers(_matching(words, limit))
    members = Member.objects.filter(is_staged=False).order_by("-pk")
    if after:
        place = Member.objects.filter(handle=after).values_list("pk", flat=True).first()
        if place is None:
            raise Missing(_("This page of the list isn't there any more. Go to its beginning."))
        members = members.filter(pk__lt=place)
    found = list(members[: limit + 1])
    page = found[:limit]
    return FoundMembers(page, page[-1].handle_id if len(found) > limit else "")


def _matching(words: str, limit: int) -> list[Member]:
    if "\0" in words:
        return []
    lowered = words.lower()
    exact = Q(handle=lowered) | Q(name_key=look_key(words)) | Q(email=lowered)
    if "@" in words:
        kept = EmailAddress.objects.filter(email=lowered)
        exact |= Q(pk__in=kept.values("user_id"))
    found = list(Member.objects.filter(exact)[:limit])
    begun = Member.objects.filter(handle__name__startswith=lowered).order_by("handle")
    known = {member.pk for member in found}
    return found + [m for m in begun[:limit] if m.pk not in known][: limit - len(found)]
