"""Keeps bytes under their SHA-256 digest: once, whole, and on disk before it says so."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from rejoinder.errors import Missing, Unavailable

# Longer than any transaction that keeps a file and then refers to it.
IN_FLIGHT_SECONDS = 600

DIGEST = re.compile(r"[0-9a-f]{64}")


def keep(content: bytes) -> str:
    """Keep these bytes and return their digest in hexadecimal.

    Durable when it returns: the file and its folder's entry are synced. The same bytes
    are kept once. Raises Unavailable if they can't be written.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = _path(digest)
    try:
        if _is_wanted_again(path):
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as unfinished:
            unfinished.write(content)
            unfinished.flush()
            os.fsync(unfinished.fileno())
        Path(unfinished.name).replace(path)
        _sync_folder(path.parent)
        _sync_folder(path.parent.parent)
    except OSError as error:
        raise Unavailable(f"The file can't be kept now: {error.strerror}.") from error
    return digest


def read(digest: str) -> bytes:
    """Return the bytes kept under a digest. Raises Missing if there are none."""
    try:
        return _path(digest).read_bytes()
    except FileNotFoundError:
        raise Missing("There is no such file.") from None


def discard(digest: str) -> bool:
    """Delete the bytes kept under a digest, and tell whether it was done.

    The caller has seen that nothing refers to them. They stay if `keep` was asked for the
    same bytes within the last minutes: what will refer to them may not be committed yet.
    """
    path = _path(digest)
    gone = path.with_suffix(f".gone{os.getpid()}")
    try:
        if time.time() - path.stat().st_mtime < IN_FLIGHT_SECONDS:
            return False
        path.rename(gone)
        # From here on `keep` writes them anew; before, it gave them a new time.
        if time.time() - gone.stat().st_mtime < IN_FLIGHT_SECONDS:
            gone.rename(path)
            return False
        gone.unlink()
    except FileNotFoundError:
        return False
    return True


def folders() -> Iterator[list[str]]:
    """Yield the digests of all bytes that are kept, at most 256 lists of them."""
    for folder in sorted((Path(settings.DATA) / "files").glob("[0-9a-f][0-9a-f]")):
        yield [path.name for path in folder.iterdir() if DIGEST.fullmatch(path.name)]


def is_kept(digest: str) -> bool:
    """Tell whether bytes are kept under a digest."""
    return DIGEST.fullmatch(digest) is not None and _path(digest).exists()


def _is_wanted_again(path: Path) -> bool:
    """Tell whether bytes are kept already, and note that they're asked for now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _path(digest: str) -> Path:
    if not DIGEST.fullmatch(digest):
        raise Missing("There is no such file.")
    return Path(settings.DATA) / "files" / digest[:2] / digest


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
