"""What every request of the pages passes: who asks, in which zone, with which headers."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import DatabaseError, InterfaceError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from rejoinder.events.remembered import held
from rejoinder.limits.asked_from import client_address
from rejoinder.members import known_browsers
from rejoinder.members.models import Member
from rejoinder.members.principals import principal_for
from rejoinder.policy.principals import Principal

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
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
    ]
)
# Passkeys are ours to ask for; nothing else of the device is.
PERMISSIONS = ", ".join(
    [
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation",
                "gyroscope", "magnetometer", "microphone", "midi", "payment", "usb",
            )
        ),
        "publickey-credentials-create=(self)",
        "publickey-credentials-get=(self)",
    ]
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS,
    # A stricter one would make browsers send "Origin: null" with forms, which none may have.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# A year. Its subdomains are the operator's to speak for, by the option `hsts_subdomains`.
TRANSPORT_SECURITY = "max-age=31536000"
# After signing out nothing of the member stays in the browser.
CLEARED_AT_SIGN_OUT = '"cache", "storage"'
# However often somebody comes back, their password or passkey is asked for again then.
LONGEST_SESSION = timedelta(days=180)
SIGNED_IN_AT = "signed_in_at"
ALIVE = "/health/alive"
# Below these addresses is what's nobody else's, also not on a device that two people use.
PRIVATE = ("/account/", "/administration/", "/moderation/", "/welcome/")


def principal_of(request: HttpRequest) -> Principal:
    """Return who makes this request."""
    user = request.user
    address = client_address(request)
    return principal_for(user if isinstance(user, Member) else None, address=address)


class WhoAsks:
    """Gives each request its principal, and has it answered in the member's time zone."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; the database is asked for the principal by whoever needs it."""
        request.principal = SimpleLazyObject(lambda: principal_of(request))  # type: ignore[attr-defined]
        zone = _zone_of(request)
        if zone is None:
            timezone.deactivate()
        else:
            timezone.activate(zone)
        return self.answer(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Put the principal itself where a form was sent: a deed looks at it some four hundred
        times, and through a lazy object each look takes ten times as long."""
        if request.method == "POST":
            # If the database is away, the view finds out too, and gives back what was written.
            with suppress(DatabaseError, InterfaceError):
                request.principal = principal_of(request)  # type: ignore[attr-defined]


def headers(answer: Answer) -> Answer:
    """Add the security headers that every page carries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        for name, value in security_headers().items():
            response.headers.setdefault(name, value)
        if getattr(request, "is_signing_out", False):
            response.headers.setdefault("Clear-Site-Data", CLEARED_AT_SIGN_OUT)
        if request.path_info.startswith(PRIVATE):
            patch_cache_control(response, no_store=True, private=True)
        elif settings.SESSION_COOKIE_NAME in request.COOKIES:
            # It names the member, or holds their form's token: for their own browser alone.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def security_headers() -> dict[str, str]:
    """Return the headers that every answer has, whoever serves it."""
    if settings.HAS_TLS:
        return HEADERS | {"Strict-Transport-Security": transport_security()}
    return HEADERS


def transport_security() -> str:
    """Return for how long browsers shall use https alone, and whether for subdomains too."""
    subdomains = "; includeSubDomains" if settings.HSTS_SUBDOMAINS else ""
    return TRANSPORT_SECURITY + subdomains


@receiver(user_logged_in)
def mark_sign_in(request: HttpRequest, user: Member, **others: object) -> None:
    """Keep with the session when it began, and let the answer make the browser known."""
    request.session[SIGNED_IN_AT] = int(timezone.now().timestamp())
    request.became_known_to = user  # type: ignore[attr-defined]


@receiver(user_logged_out)
def mark_sign_out(request: HttpRequest, **others: object) -> None:
    """Let the answer clear what the browser keeps of the site."""
    request.is_signing_out = True  # type: ignore[attr-defined]


def known_browser(answer: Answer) -> Answer:
    """Let a browser in which somebody signed in be known by its cookie."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if member := getattr(request, "became_known_to", None):
            response.set_cookie(
                known_browsers.cookie_name(),
                known_browsers.cookie_for(request, member),
                max_age=known_browsers.KEPT_SECONDS,
                secure=settings.HAS_TLS,
                httponly=True,
                samesite="Lax",
            )
        return response

    return middleware


def settings_held(answer: Answer) -> Answer:
    """Ask once for each page that is only looked at whether settings have changed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # Who asks whether this process lives shall not wait for the database.
        if request.method not in ("GET", "HEAD") or request.path_info == ALIVE:
            return answer(request)
        with held():
            return answer(request)

    return middleware


def longest_session(answer: Answer) -> Answer:
    """Sign out who signed in too long ago, however active the session is."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = request.session.get(SIGNED_IN_AT)
        if began is not None:
            lasted = timedelta(seconds=timezone.now().timestamp() - began)
            if lasted > LONGEST_SESSION:
                logout(request)
        return answer(request)

    return middleware


def _zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    user = request.user
    if not isinstance(user, Member) or not user.time_zone:
        return None
    try:
        return zoneinfo.ZoneInfo(user.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None
