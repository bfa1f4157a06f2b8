"""Proof of work: a browser computes for a moment before the site believes that it's no flood.

It needs no account elsewhere, and is asked of those who write, never of readers. The
challenge is signed, ends after an hour and is good once. It is solved by
web/static/work.js: find a number whose SHA-256, with the challenge's nonce and a colon
before it, begins with so many zero bits.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.core.cache import cache
from django.utils.translation import gettext as _

from rejoinder.errors import BadInput

LIVES = timedelta(hours=1)
# Of 2^18 hashes a phone computes the mean in about a second; 2^22 take it half a minute.
MOST_BITS = 22
_SALT = "rejoinder.limits.work"
# A counter beyond that was not found by counting.
_MOST_ANSWER = 20


@dataclass(frozen=True)
class Challenge:
    """What a browser is asked to find: `token` goes back with the answer."""

    token: str
    nonce: str
    bits: int


def new_challenge(bits: int) -> Challenge:
    """Return a fresh challenge that takes about two to the power of `bits` hashes."""
    # With a counter of up to 20 digits it stays within SHA-256's one block of 55 octets.
    nonce = secrets.token_urlsafe(16)
    return Challenge(signing.dumps([nonce, bits], salt=_SALT), nonce, bits)


def check(token: str, answer: str, bits: int) -> Challenge:
    """Return the challenge that an answer solves. Raises BadInput if it's late, used or wrong.

    Asks no less than `bits`, whatever the token says.
    """
    found = read(token)
    if found is None or found.bits < bits or not is_solved(found, answer):
        raise BadInput(_too_late())
    return found


def read(token: str) -> Challenge | None:
    """Return the challenge of a token; None if it's no token of ours, is late or was used."""
    try:
        nonce, bits = signing.loads(token, salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    found = Challenge(token, nonce, bits)
    return None if cache.get(_key(found)) else found


def spend(challenge: Challenge) -> None:
    """Use a challenge up. Raises BadInput if another request was first.

    Within a transaction that fails it is not used up.
    """
    if not cache.add(_key(challenge), 1, timeout=LIVES.total_seconds()):
        raise BadInput(_too_late())


def is_solved(challenge: Challenge, answer: str) -> bool:
    """Tell whether a number, in decimal digits, solves a challenge."""
    if not (answer.isascii() and answer.isdigit() and len(answer) <= _MOST_ANSWER):
        return False
    digest = hashlib.sha256(f"{challenge.nonce}:{answer}".encode()).digest()
    return int.from_bytes(digest) >> (256 - challenge.bits) == 0


def _key(challenge: Challenge) -> str:
    return f"work:{challenge.nonce}"


def _too_late() -> str:
    return _("What your browser computed is too old or was used already. Send the form again.")
