"""What a view takes from its request."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.http import HttpRequest

from rejoinder.members.models import Member
from rejoinder.members.principals import with_second_step
from rejoinder.moderation.rights import moderates_something
from rejoinder.policy.principals import GUEST, Principal


def principal_of(request: HttpRequest) -> Principal:
    """Return who makes this request, as the middleware found."""
    return cast("Principal", request.principal)  # type: ignore[attr-defined]


def member_of(request: HttpRequest) -> Member | None:
    """Return the member who is signed in; None for a guest."""
    user = request.user
    return user if isinstance(user, Member) and user.is_active else None


def waits_for_second_step(request: HttpRequest) -> bool:
    """Tell whether somebody would run or moderate something here, had they a second step.

    No query for anybody else.
    """
    principal = getattr(request, "principal", GUEST)
    if not principal.lacks_second_step:
        return False
    return moderates_something(with_second_step(member_of(request)))


def leads_to_desk(request: HttpRequest) -> bool:
    """Tell whether to lead somebody to the desk: a query for members of groups alone."""
    principal = getattr(request, "principal", GUEST)
    # The link leads those who lack a second step to where it's set up.
    if principal.approves or waits_for_second_step(request):
        return True
    may_be = principal.is_member and (principal.is_administrator or principal.groups)
    return bool(may_be) and moderates_something(principal)


def absolute(request: HttpRequest, address: str) -> str:
    """Return an address with the site's own before it: the operator's, or the one in use.

    The operator's first: a sender chooses the port that a request names, and a proxy the scheme.
    """
    base: str = settings.PUBLIC_URL
    return base + address if base else request.build_absolute_uri(address)
