"""Finds who signs in, by name or by address."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from rejoinder.members.models import Member
from rejoinder.members.principals import may_sign_in
from rejoinder.text.names import look_key


class ByNameOrAddress(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by a mail address, or by a name: in any case, as it looks.

    A wrong password takes the same time whether there is such a member or not: a name costs
    one check of a password, an address two, whoever has it.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Member | None:
        password = credentials["password"]
        name, address = credentials.get("username") or "", credentials.get("email") or ""
        by_address = address and name in {"", address}
        candidates = holders_of(address) if by_address else [member_named(name)]
        found: Member | None = None
        for member in candidates:
            if member is None:
                self._mitigate_timing_attack(password)
            else:
                found = self._check_password(member, password) or found
        self._did_check_password = True
        return found

    def user_can_authenticate(self, user: Member) -> bool:
        """Tell whether a member may sign in, and stay so: asked at each request."""
        return may_sign_in(user)


def member_named(name: str) -> Member | None:
    """Return the member whose name looks like this one."""
    return Member.objects.filter(name_key=look_key(name)).first()


def holders_of(address: str) -> list[Member | None]:
    """Return who has confirmed an address, and who named it last without confirming it.

    Two places and two queries, always: who confirmed it must not be told by who is let in.
    """
    named = EmailAddress.objects.filter(email=address.lower()).select_related("user")
    places = (
        named.filter(verified=True).first(),
        named.filter(verified=False).order_by("-pk").first(),
    )
    return [place and place.user for place in places]
