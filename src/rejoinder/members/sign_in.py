"""Finds who signs in, by name or by address; every door's way in with a password."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.models import EmailAddress
from django.http import HttpRequest

from rejoinder.limits import security_log
from rejoinder.limits.take import Taken, forget, give_back, take
from rejoinder.members import known_browsers
from rejoinder.members.models import Member
from rejoinder.members.principals import may_sign_in
from rejoinder.statements.prepared import NUMBER, Prepared
from rejoinder.text.names import look_key

_BY_ID = Prepared(lambda pk: Member.objects.filter(pk=pk), NUMBER)


class ByNameOrAddress(AuthenticationBackend):  # type: ignore[misc]
    """Signs in by a mail address, or by a name: in any case, as it looks.

    A wrong password takes the same time whether there is such a member or not: a name costs
    one check of a password, an address two, whoever has it. Raises TooMany when too many
    passwords were wrong. A door without an HTTP request calls
    `django.contrib.auth.authenticate(None, username=…, password=…, address=…)`.
    """

    def authenticate(
        self, request: HttpRequest | None, address: str = "", **credentials: Any
    ) -> Member | None:
        """Return the member whose password it is, or None; what fits isn't counted."""
        tried = str(credentials.get("email") or credentials.get("username") or "")
        if principal := getattr(request, "principal", None):
            address = principal.address
        attempt = self._count(request, tried, address, credentials)
        found: Member | None = super().authenticate(request, **credentials)
        if found is not None:
            give_back(attempt)
        else:
            marked = security_log.mark(account_tried(tried))
            security_log.note("sign_in_failed", address=address, how="password", tried=marked)
        return found

    def get_user(self, user_id: int) -> Member | None:
        """Return who a session is of, if they are there and active: once for each request."""
        member = _BY_ID.first(int(user_id))
        return member if member is not None and self.user_can_authenticate(member) else None

    def _count(
        self, request: HttpRequest | None, tried: str, address: str, credentials: dict[str, Any]
    ) -> Taken:
        """Count an attempt: where the member was signed in before, apart from all others'."""
        if known_browsers.holds_marks(request):
            candidates = self._candidates(credentials)
            if browser := known_browsers.browser_known_to(request, candidates):
                return take("sign_in_where_known", account=browser)
        return take("sign_in", account=account_tried(tried), address=address)

    def _candidates(self, credentials: dict[str, Any]) -> list[Member | None]:
        name, address = credentials.get("username") or "", credentials.get("email") or ""
        by_address = address and name in {"", address}
        return holders_of(address) if by_address else [member_named(name)]

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Member | None:
        password = credentials["password"]
        found: Member | None = None
        for member in self._candidates(credentials):
            if member is None:
                self._mitigate_timing_attack(password)
            else:
                found = self._check_password(member, password) or found
        self._did_check_password = True
        return found

    def user_can_authenticate(self, user: Member) -> bool:
        """Tell whether a member may sign in, and stay so: asked at each request."""
        return may_sign_in(user)


def account_tried(login: str) -> str:
    """Return what attempts at a name or mail address are counted under: one for all spellings.

    It's made of what was typed and not of the account: otherwise the limit would tell which
    address belongs to which name.
    """
    login = login.strip()
    return login.lower() if "@" in login else look_key(login)


def forget_attempts(member: Member, address: str = "") -> None:
    """Forget wrong passwords tried on a member's account: all together, and from an address."""
    addresses = EmailAddress.objects.filter(user_id=member.pk).values_list("email", flat=True)
    for tried in {member.name, member.email, *addresses} - {""}:
        forget("sign_in", account=account_tried(tried), address=address)


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
