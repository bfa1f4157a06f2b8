"""Making members: by sign-up, and for the authors of an imported archive."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from rejoinder.errors import BadName
from rejoinder.members.models import Handle, Member
from rejoinder.text.handles import handle_from
from rejoinder.text.names import clean_name, look_key


def take_handle(name: str) -> Handle:
    """Return a new handle made from a name; a number follows where it's taken."""
    wanted = handle_from(name)
    for number in range(1, 1000):
        suffix = f"-{number}" if number > 1 else ""
        candidate = f"{wanted[: 40 - len(suffix)]}{suffix}"
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


def add_member(name: str, *, email: str = "", password: str | None = None) -> Member:
    """Add a member who can sign in. Raises BadName if the name can't be had."""
    name, key = check_name(name)
    try:
        with transaction.atomic():
            member = Member(handle=take_handle(name), name=name, name_key=key, email=email)
            member.set_password(password)
            member.save()
    except IntegrityError:
        raise BadName(_("That name was taken just now. Choose another.")) from None
    return member


def staged_member(name: str, address: str) -> Member:
    """Return the member who stands for an archive's author, made if there's none yet.

    The author claims those posts later by confirming the address. It's never shown.
    """
    address = address.lower()
    if address:
        known = Member.objects.filter(email=address, is_staged=True).first()
        if known is not None:
            return known
    with transaction.atomic():
        member = Member(handle=take_handle(name), name=name[:60], email=address, is_staged=True)
        member.set_unusable_password()
        member.save()
    return member
