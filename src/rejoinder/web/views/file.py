"""Attachments, and the site's logo: bytes from the file store.

Opened by: who wants what came with a post. They save it; a patch or a log they read in
the browser. Whatever it is, it can't act as a page of this site: it's offered for saving,
its type is what we say, and a sandbox holds what a browser shows all the same.
"""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from rejoinder.boards.site import the_site
from rejoinder.errors import Missing, Refused
from rejoinder.files import store
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind
from rejoinder.posts.models import Attachment
from rejoinder.text.addresses import mask_addresses
from rejoinder.web.requests import principal_of

# What is text whatever it's called; shown as text/plain.
TEXT = {"text/plain", "text/x-patch", "text/x-diff", "text/x-log", "text/x-csrc"}
IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
YEAR = 365 * 24 * 3600
# In any charset that holds ASCII.
_ADDRESS = re.compile(rb"[\w.+-]@[A-Za-z0-9][A-Za-z0-9-]{0,62}\.[A-Za-z]")


@require_safe
def file(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """Hand out an attachment of a post that the reader may see."""
    principal = principal_of(request)
    files = gate.reachable(principal, Attachment.objects.filter(public_id=public_id))
    found = files.first()
    if found is None or found.file_name != name:
        raise Missing(_("There is no such file, or its post was withdrawn."))
    whole = content = store.read(found.digest)
    media_type = _media_type(found.media_type, content)
    if principal.kind is Kind.GUEST:
        content = _for_guests(whole, media_type)
    is_text = media_type.startswith("text/plain")
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(not is_text, found.file_name) or ""
    # One that is masked is another file once they sign in.
    keeping = f"max-age={YEAR}, immutable" if content == whole else "no-cache"
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


def _for_guests(content: bytes, media_type: str) -> bytes:
    """Return what a guest gets: a text that is shown, with its mail addresses masked.

    Raises Refused, which leads to signing in, for another file with an address in it, such
    as a message or a page: masked, it would no longer be what it is.
    """
    if media_type in IMAGES:
        return content
    if media_type.startswith("text/plain"):
        return mask_addresses(content.decode()).encode()
    # Chance makes one in many a packed file, where nobody would read it.
    if b"\0" not in content and _ADDRESS.search(content):
        raise Refused(_("This file holds mail addresses: only members may open it."))
    return content


def _media_type(stated: str, content: bytes) -> str:
    """Return the type that a browser is told: text it can show, an image, or bytes."""
    if stated in TEXT:
        try:
            content.decode()
        except UnicodeDecodeError:
            return "application/octet-stream"
        return "text/plain; charset=utf-8"
    return stated if stated in IMAGES else "application/octet-stream"
