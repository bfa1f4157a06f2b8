"""Who asks the API: a guest, or a member's program by its application password.

Never by a cookie: a browser sends those by itself, whoever made it ask.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rejoinder.api.problems import Unauthorized
from rejoinder.errors import Refused
from rejoinder.limits.asked_from import client_address
from rejoinder.members import application_passwords
from rejoinder.members.models import ApplicationPassword, Member
from rejoinder.policy.principals import GUEST, Kind, Principal
from rejoinder.policy.scopes import Scope

# An application password may be good for other doors too; what it's good for there doesn't
# count here.
SCOPES = (Scope.READ, Scope.POST, Scope.MODERATE)
# Longer is no name with a password, and isn't looked at.
MOST_CREDENTIALS = 1000


class Asked(HttpRequest):
    """A request as operations get it: who asks has been found."""

    auth: Principal
    # What the program may do, of SCOPES; none for a guest.
    scopes: tuple[Scope, ...]
    # Whether who asks was found already.
    is_found: bool
    # Of a write that answers with a post: its public id (once.py).
    about_post: str
    # Answers what stands at the address, as for GET (preconditions.py).
    read_again: Callable[[], HttpResponse]


def find_caller(request: HttpRequest) -> Principal:
    """Return who asks: by the header Authorization, else a guest.

    Raises Unauthorized if what the header says fits nobody, TooMany after too many of those.
    """
    request = cast("Asked", request)
    if getattr(request, "is_found", False):
        return request.auth
    address = client_address(request)
    given = request.headers.get("Authorization", "")
    request.auth, request.scopes = replace(GUEST, address=address), ()
    if not given:
        request.is_found = True
        return request.auth
    try:
        member, password = _verified(given, address)
    except Refused as error:
        raise Unauthorized(error.message) from None
    request.scopes = tuple(s for s in application_passwords.scopes_of(password) if s in SCOPES)
    principal = application_passwords.principal_of(member, password, address=address, within=SCOPES)
    if principal.kind is not Kind.APPLICATION:
        raise Unauthorized(_("This account can’t be used at present."))
    request.auth, request.is_found = principal, True
    return principal


def _verified(given: str, address: str) -> tuple[Member, ApplicationPassword]:
    scheme, _space, credentials = given.partition(" ")
    credentials = credentials.strip()
    if scheme.lower() == "bearer" and len(credentials) <= MOST_CREDENTIALS:
        return application_passwords.verify_token(credentials, *SCOPES, address=address)
    name, secret = _basic(scheme, credentials)
    return application_passwords.verify(name, secret, *SCOPES, address=address)


def _basic(scheme: str, credentials: str) -> tuple[str, str]:
    """Return name and password (RFC 7617 section 2). Raises Unauthorized if that's no such."""
    unreadable = Unauthorized(
        _("Send “Authorization: Bearer …” with an application password, or Basic with a name.")
    )
    if scheme.lower() != "basic" or len(credentials) > MOST_CREDENTIALS:
        raise unreadable
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, ValueError):
        raise unreadable from None
    name, colon, secret = decoded.partition(":")
    if not colon or "\0" in decoded:
        raise unreadable
    return name, secret
