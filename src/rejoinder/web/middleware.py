"""What every request of the pages passes: who asks, in which zone, with which headers."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from rejoinder.members.models import Member
from rejoinder.members.principals import principal_for
from rejoinder.policy.principals import Principal
from rejoinder.web.addresses import client_address

Answer = Callable[[HttpRequest], HttpResponse]

# No inline script or style, nothing from elsewhere: the second wall behind escaping.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]
)


def principal_of(request: HttpRequest) -> Principal:
    """Return who makes this request."""
    user = request.user
    address = client_address(request)
    return principal_for(user if isinstance(user, Member) else None, address=address)


def principal(answer: Answer) -> Answer:
    """Give each request its principal, and answer in the member's time zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.principal = SimpleLazyObject(lambda: principal_of(request))  # type: ignore[attr-defined]
        zone = _zone_of(request)
        if zone is None:
            timezone.deactivate()
        else:
            timezone.activate(zone)
        return answer(request)

    return middleware


def headers(answer: Answer) -> Answer:
    """Add the security headers that every page carries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "interest-cohort=()")
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # It names the member, or holds their form's token: for their own browser alone.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def _zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    user = request.user
    if not isinstance(user, Member) or not user.time_zone:
        return None
    try:
        return zoneinfo.ZoneInfo(user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
