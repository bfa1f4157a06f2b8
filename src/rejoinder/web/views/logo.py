"""The site's logo."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.boards.site import the_site
from rejoinder.errors import Missing
from rejoinder.files import store

# A new logo has another digest, and so another address.
YEAR = 365 * 24 * 3600


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """Return the logo's bytes as a picture, and as nothing else.

    The digest only makes the address change with the picture: no other file of the store
    is to be had here. Raises Missing if it isn't the logo's.
    """
    site = the_site()
    if not site.logo_digest or digest != site.logo_digest:
        raise Missing(_("There is no such picture."))
    response = HttpResponse(store.read(site.logo_digest), content_type=site.logo_media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return response
