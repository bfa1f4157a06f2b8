"""Seals secrets that are shared with other servers: a stolen database alone signs nothing.

The key is derived from the installation's secret, for this purpose alone.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"rejoinder secrets shared with other servers"


def seal(secret: bytes) -> str:
    """Return a secret as it's kept."""
    return _box().encrypt(secret).decode("ascii")


def unseal(sealed: str) -> bytes | None:
    """Return what was sealed; None if that was by another installation's secret."""
    try:
        return _box().decrypt(sealed.encode())
    except InvalidToken:
        return None


def _box() -> MultiFernet:
    return MultiFernet(
        [Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _key(secret: str | bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derived.derive(force_bytes(secret)))
