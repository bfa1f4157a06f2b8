"""What every page shows around its own matter: the site's title, who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from rejoinder import __version__
from rejoinder.boards.site import the_site
from rejoinder.members.ignoring import ignored_ids
from rejoinder.web.requests import member_of


def around(request: HttpRequest) -> dict[str, object]:
    """Return the context that the base template uses."""
    return {
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "site": the_site(),
        "member": request.user if request.user.is_authenticated else None,
        # Authors whose posts are folded for the reader; asked for by pages that list posts.
        "ignored": SimpleLazyObject(lambda: ignored_ids(member_of(request))),
        "open_sign_up": settings.OPTIONS.open_sign_up,
        "zone": timezone.get_current_timezone_name(),
        "version": __version__,
    }
