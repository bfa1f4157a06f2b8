"""How pieces are named and closed: by what is in them, and, with a key, for nobody else to read."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rejoinder.errors import BadInput, Unavailable

KEY_OCTETS = 32
NONCE_OCTETS = 12
# What a key's file begins with, so that no other file is taken for one.
KEY_MARK = "rejoinder-backup-key-1:"


class Seal(Protocol):
    """Names pieces, and closes and opens them."""

    is_secret: bool

    def name(self, content: bytes) -> str:
        """Return the name of a piece: the same for the same octets."""

    def close(self, name: str, content: bytes) -> bytes:
        """Return a piece as it is kept."""

    def open(self, name: str, kept: bytes) -> bytes:
        """Return a piece as it was. Raises Unavailable if it isn't what was closed."""


class Plain:
    """No key: a piece's name is its SHA-256."""

    is_secret = False

    def name(self, content: bytes) -> str:
        """Return the SHA-256 in hexadecimal."""
        return hashlib.sha256(content).hexdigest()

    def close(self, name: str, content: bytes) -> bytes:
        """Return the piece as it is."""
        return content

    def open(self, name: str, kept: bytes) -> bytes:
        """Return the piece as it is; whoever asked for it compares its name."""
        return kept


class Keyed:
    """AES-256-GCM, a nonce of its own for each piece, which is bound to its name.

    Names are an HMAC: a bare digest would tell who has a file that it is in here. Two keys are
    derived from the operator's one (HKDF, RFC 5869).
    """

    is_secret = True

    def __init__(self, key: bytes) -> None:
        self._naming = _derived(key, b"names of pieces")
        self._cipher = AESGCM(_derived(key, b"contents of pieces"))

    def name(self, content: bytes) -> str:
        """Return an HMAC-SHA-256 in hexadecimal."""
        return hmac.new(self._naming, content, hashlib.sha256).hexdigest()

    def close(self, name: str, content: bytes) -> bytes:
        """Return the nonce, and the piece enciphered."""
        nonce = os.urandom(NONCE_OCTETS)
        return nonce + self._cipher.encrypt(nonce, content, name.encode())

    def open(self, name: str, kept: bytes) -> bytes:
        """Return the piece. Raises Unavailable for another key or a changed octet."""
        try:
            return self._cipher.decrypt(kept[:NONCE_OCTETS], kept[NONCE_OCTETS:], name.encode())
        except (InvalidTag, ValueError):
            raise Unavailable(
                f"The piece {name} can't be deciphered: another key, or it was changed."
            ) from None


def make_key(path: Path) -> None:
    """Write a new key into a file that nobody else may read. Raises BadInput if it is there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BadInput(f"{path} is there already; a key is never written over.") from None
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{KEY_MARK}{secrets.token_hex(KEY_OCTETS)}\n")
        file.flush()
        os.fsync(file.fileno())


def with_key(path: Path | None) -> Seal:
    """Return the seal of a key's file; without one, the open one. Raises BadInput for no key."""
    if path is None:
        return Plain()
    try:
        written = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadInput(f"The key {path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        written = ""
    try:
        key = bytes.fromhex(written.removeprefix(KEY_MARK))
    except ValueError:
        key = b""
    if not written.startswith(KEY_MARK) or len(key) != KEY_OCTETS:
        raise BadInput(f"{path} holds no key; rejoinder backup --new-key FILE makes one.")
    return Keyed(key)


def _derived(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_OCTETS, salt=None, info=purpose).derive(key)
