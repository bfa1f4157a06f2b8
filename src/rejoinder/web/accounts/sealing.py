"""Seals the secrets of second factors: a stolen database alone makes no codes.

The key is derived from the installation's secret (`secret-key`, beside the database and not
in it). Sealed with an earlier secret (SECRET_KEY_FALLBACKS) they can still be read.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes
from django.utils.translation import gettext as _

from rejoinder.errors import Conflict

PURPOSE = b"rejoinder second factor"


def seal(text: str) -> str:
    """Return a text that can be read with the installation's secret alone."""
    return _box().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises Conflict if it was sealed by another installation's secret."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Conflict(
            _(
                "This account's codes were kept with another secret than the site has now. "
                "Ask an administrator to take the second step away, then set it up anew."
            )
        ) from None


def _box() -> MultiFernet:
    return MultiFernet(
        [Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str | bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(
        force_bytes(secret)
    )
    return base64.urlsafe_b64encode(derived)
