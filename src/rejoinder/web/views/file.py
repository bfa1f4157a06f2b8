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
from rejoinder.policy import gate
from rejoinder.posts.models import Attachment
from rejoinder.threads.models import Post, State
from rejoinder.web.requests import principal_of

# What is text whatever it's called; shown as text/plain.
TEXT = {"text/plain", "text/x-patch", "text/x-diff", "text/x-log", "text/x-csrc"}
IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
YEAR = 365 * 24 * 3600


@require_safe
def file(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Hand out an attachment of a post that the reader may see."""
    posts = gate.visible(principal_of(request), Post.objects.filter(state=State.VISIBLE))
    found = Attachment.objects.filter(public_id=public_id, post__in=posts).first()
    if found is None or found.file_name != name:
        raise Missing(_("There is no such file, or its post was withdrawn."))
    content = store.read(found.digest)
    media_type = _media_type(found.media_type, content)
    is_text = media_type.startswith("text/plain")
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not is_text, found.file_name) or ""
    response["Cache-Control"] = f"private, max-age={YEAR}, immutable"
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


def _media_type(stated: str, content: bytes) -> str:
    """Return the type that a browser is told: text it can show, an image, or bytes."""
    if stated in TEXT:
        try:
            content.decode()
        except UnicodeDecodeError:
            return "application/octet-stream"
        return "text/plain; charset=utf-8"
    return stated if stated in IMAGES else "application/octet-stream"
