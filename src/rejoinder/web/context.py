"""What every page shows around its own matter: the site's title, who is signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from rejoinder.boards.site import the_site


def around(request: HttpRequest) -> dict[str, object]:
    """Return the context that the base template uses."""
    return {
        "language": get_language() or "en",
        "direction": "rtl" if get_language_bidi() else "ltr",
        "site": the_site(),
        "member": request.user if request.user.is_authenticated else None,
    }
