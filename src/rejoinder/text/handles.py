"""Handles: the short ASCII names in addresses of pages, newsgroups and the fediverse."""

import re

from anyascii import anyascii

from rejoinder.errors import BadName

MAX_HANDLE = 40  # characters
FALLBACK = "member"

# Names that a mail server, a web server or a reader would take for the site itself
# (RFC 2142 lists the mailboxes that every site is expected to have).
_RESERVED = """
    abuse account accounts admin administrator administrators all anonymous api app assets
    atom autoconfig board boards bounce bounces contact daemon default everyone faq favicon
    feed feeds ftp guest guests help helpdesk here host hostmaster imap inbox index info
    invite join list lists local localhost login logout mail mailer-daemon majordomo me
    media member members moderator moderators news newsmaster nntp no-reply nobody nodeinfo
    noreply noc null official operator outbox owner policy pop postmaster posts press
    privacy register rejoinder request robots root rss rules sales search secure security
    self service settings signin signout signup site smtp ssl staff static status story
    stories subscribe support sysadmin system team terms thread threads undefined
    unsubscribe usenet user users uucp webmaster well-known wpad www
"""
RESERVED = frozenset(_RESERVED.split())

_shape = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_other = re.compile(r"[^a-z0-9]+")


def handle_from(name: str) -> str:
    """Return a handle of 1 to MAX_HANDLE characters for any name; never a reserved one.

    Letters of other scripts are spelled in ASCII: "Олена" gives "olena". It may be taken
    already: that is the caller's to see to.
    """
    # 8 ASCII characters for one ideograph are rare; what is past this would be cut anyway.
    spelled = anyascii(name[: MAX_HANDLE * 4]).lower()
    handle = _other.sub("-", spelled.replace("'", "")).strip("-")[:MAX_HANDLE].strip("-")
    if not handle:
        return FALLBACK + "-1"
    return f"{handle}-1" if handle in RESERVED else handle


def check_handle(handle: str) -> None:
    """Raise BadName unless handle has the shape of one and isn't reserved."""
    if not _shape.fullmatch(handle):
        raise BadName(
            f"A handle has 1 to {MAX_HANDLE} of the characters a–z, 0–9 and “-”, "
            "and neither begins nor ends with “-”."
        )
    if handle in RESERVED:
        raise BadName(f"The handle “{handle}” is kept for the site itself. Choose another.")
