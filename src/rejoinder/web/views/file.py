"""Attachments, and the site's logo: bytes from the file store.

Opened by: who wants what came with a post. They save it; a patch or a log they read in
the browser. Whatever it is, it can't act as a page of this site: it's offered for saving,
its type is what we say, and a sandbox holds what a browser shows all the same.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.boards.site import the_site
from rejoinder.errors import Missing
from rejoinder.files import store
from rejoinder.posts.handed_out import IMAGES, handed_out
from rejoinder.web.requests import principal_of

YEAR = 365 * 24 * 3600


@require_safe
def file(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Hand out an attachment of a post that the reader may see."""
    found = handed_out(principal_of(request), public_id, name)
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Content-Disposition"] = (
        content_disposition_header(not (found.is_text or found.is_drawn), found.name) or ""
    )
    # One that is masked is another file once they sign in.
    keeping = "no-cache" if found.is_masked else f"max-age={YEAR}, immutable"
    response["Cache-Control"] = f"private, {keeping}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """Hand out the site's logo, under its digest."""
    site = the_site()
    if site.logo_digest != digest or site.logo_media_type not in IMAGES:
        raise Missing(_("There is no such file."))
    response = HttpResponse(store.read(digest), content_type=site.logo_media_type)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
