"""The log of what concerns the site's security: one line for each event, without secrets.

Every door notes here, by `note`. A line never holds a password, a token, a mail address, what
was typed as a name, or a whole IP address; docs/security/logging.md lists the events.
"""

from __future__ import annotations

import json
import logging
import re

from django.utils.crypto import salted_hmac

from rejoinder.limits.addresses import UNKNOWN, vicinity_of

log = logging.getLogger("rejoinder.security")

# Each event, and whether it's one that somebody should look at when there are many of it.
EVENTS = {
    "account_deleted": logging.INFO,
    "address_added": logging.INFO,
    "address_confirmed": logging.INFO,
    "address_made_main": logging.INFO,
    "address_removed": logging.INFO,
    "application_password_made": logging.INFO,
    "application_password_revoked": logging.INFO,
    "forged_form": logging.WARNING,
    "groups_changed": logging.INFO,
    "limited": logging.WARNING,
    "password_changed": logging.INFO,
    "password_reset": logging.INFO,
    "refused": logging.WARNING,
    "rights_changed": logging.INFO,
    "second_step_added": logging.INFO,
    "second_step_asked": logging.INFO,
    "second_step_removed": logging.INFO,
    "sessions_ended": logging.INFO,
    "sign_in": logging.INFO,
    "sign_in_failed": logging.WARNING,
    "sign_out": logging.INFO,
    "sign_up": logging.INFO,
    "too_large": logging.WARNING,
    "wrong_host": logging.WARNING,
}
_plain = re.compile(r"[\w.:/@+-]+", re.ASCII)


def note(event: str, *, address: str = "", **facts: object) -> None:
    """Write one line, such as `event=sign_in member=7 network=192.0.2.0/24 how=password`.

    `address` is where it came from; only its network is written. Facts that are None are
    left out; others are written so that no text can end the line or pass for a fact.
    Raises KeyError for an event that isn't in the table.
    """
    told: dict[str, object] = {"event": event, "network": vicinity_of(address) or UNKNOWN, **facts}
    said = [f"{name}={_said(value)}" for name, value in told.items() if value is not None]
    log.log(EVENTS[event], "%s", " ".join(said))


def mark(typed: str) -> str:
    """Return a mark of what somebody typed: the same for the same words, and nothing more.

    People type passwords where names belong, so the words themselves aren't written.
    """
    words = typed.encode(errors="replace")
    return salted_hmac("security log", words, algorithm="sha256").hexdigest()[:16]


def _said(value: object) -> str:
    text = str(value)
    return text if _plain.fullmatch(text) else json.dumps(text)
