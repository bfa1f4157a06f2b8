"""Attachments as they are handed out: to whom, as which type, and with which words masked."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from rejoinder.errors import Missing, Refused
from rejoinder.files import store
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind, Principal
from rejoinder.posts.models import Attachment
from rejoinder.text.addresses import mask_addresses

# What is text whatever it's called; shown as text/plain.
TEXT = {"text/plain", "text/x-patch", "text/x-diff", "text/x-log", "text/x-csrc"}
IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
# In any charset that holds ASCII.
_ADDRESS = re.compile(rb"[\w.+-]@[A-Za-z0-9][A-Za-z0-9-]{0,62}\.[A-Za-z]")


@dataclass(frozen=True)
class HandedOut:
    """A file for who asked for it. One that is masked is another once they sign in."""

    name: str
    media_type: str
    content: bytes
    is_masked: bool
    # A picture that was drawn anew here: it is looked at, others are saved.
    is_drawn: bool = False

    @property
    def is_text(self) -> bool:
        """Tell whether a browser shows it as text."""
        return self.media_type.startswith("text/plain")


def handed_out(principal: Principal, public_id: str, name: str | None = None) -> HandedOut:
    """Return an attachment of a post that a principal may see, under its name if one is given.

    Raises Missing, and Refused for a guest where it holds mail addresses that can't be masked.
    """
    files = gate.reachable(principal, Attachment.objects.filter(public_id=public_id))
    found = files.first()
    if found is None or name not in (None, found.file_name):
        raise Missing(_("There is no such file, or its post was withdrawn."))
    whole = content = store.read(found.digest)
    media_type = _media_type(found.media_type, content)
    if principal.kind is Kind.GUEST:
        content = _for_guests(whole, media_type)
    is_masked = content != whole
    return HandedOut(found.file_name, media_type, content, is_masked, found.is_picture)


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
