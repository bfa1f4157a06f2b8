"""Finds who signs in, by name or by address; every door's way in with a password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from rejoinder.limits.take import forget, give_back, take
from rejoinder.members.models import Member
from rejoinder.text.names import look_key


class ByNameOrAddress(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by a mail address, or by a name: in any case, as it looks.

    Raises TooMany when too many passwords were wrong. A door without an HTTP request calls
    `django.contrib.auth.authenticate(None, username=…, password=…, address=…)`.
    """

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, address: str = "", **credentials: Any
    ) -> Member | None:
        """Return the member whose password it is, or None; what fits isn't counted."""
        tried = str(credentials.get("email") or credentials.get("username") or "")
        if principal := getattr(request, "principal", None):
            address = principal.address
        attempt = take("sign_in", account=account_tried(tried), address=address)
        found: Member | None = super().authenticate(request, **credentials)
        if found is not None:
            give_back(attempt)
        return found

    def _authenticate_by_username(self, username: str, password: str) -> Member | None:
        member = Member.objects.filter(name_key=look_key(username)).first()
        found: Member | None = self._check_password(member, password)
        return found


def account_tried(login: str) -> str:
    """Return what attempts at a name or mail address are counted under: one for all spellings.

    It's made of what was typed and not of the account: otherwise the limit would tell which
    address belongs to which name.
    """
    login = login.strip()
    return login.lower() if "@" in login else look_key(login)


def forget_attempts(member: Member) -> None:
    """Forget the wrong passwords that were tried on a member's account."""
    addresses = EmailAddress.objects.filter(user_id=member.pk).values_list("email", flat=True)
    for tried in {member.name, member.email, *addresses} - {""}:
        forget("sign_in", account=account_tried(tried))
