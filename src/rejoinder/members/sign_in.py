"""Finds who signs in, by name or by address."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend

from rejoinder.members.models import Member
from rejoinder.text.names import look_key


class ByNameOrAddress(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by a mail address, or by a name: in any case, as it looks."""

    def _authenticate_by_username(self, username: str, password: str) -> Member | None:
        member = Member.objects.filter(name_key=look_key(username)).first()
        found: Member | None = self._check_password(member, password)
        return found
