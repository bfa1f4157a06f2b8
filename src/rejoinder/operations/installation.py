"""Checks of the data directory and the options."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from rejoinder.operations.findings import Finding

LEAST_FREE_OCTETS = 500 * 1024 * 1024


def data_directory() -> Iterator[Finding]:
    """Yield a finding if nothing can be written to the data directory or the files in it."""
    for folder in (Path(settings.DATA), Path(settings.DATA) / "files"):
        if not folder.exists():
            continue
        try:
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            yield Finding(
                f"{folder} can't be written to: {error.strerror}.",
                "Give it to the user who runs Rejoinder (chown), or mount it for writing.",
            )


def disk_space() -> Iterator[Finding]:
    """Yield a finding if the disk is nearly full."""
    free = shutil.disk_usage(settings.DATA).free
    if free < LEAST_FREE_OCTETS:
        yield Finding(
            f"Only {free // 1024**2} MiB are free below {settings.DATA}.",
            "Make room: a post that can't be written is refused.",
        )


def secret_key() -> Iterator[Finding]:
    """Yield a finding if others may read the secret key."""
    path = Path(settings.DATA) / "secret-key"
    # None is there on a node that is told the secret.
    if path.exists() and path.stat().st_mode & 0o077:
        yield Finding(
            f"Other users of this machine may read {path}.",
            f"chmod 600 {path}; if they may have read it, delete it too: everybody signs in anew.",
        )


def address() -> Iterator[Finding]:
    """Yield a notice if the site's address is missing or not https."""
    url = settings.OPTIONS.url
    if not url:
        yield Finding(
            "The option url is not set, so links in mail name the address of the request.",
            "Set it before the site is public: docs/settings.md.",
            is_notice=True,
        )
    elif not url.startswith("https://"):
        yield Finding(
            f"The site's address {url} is not https: passwords travel in the clear.",
            "Put a web server with a certificate before it, and change the option url.",
            is_notice=True,
        )


def mail() -> Iterator[Finding]:
    """Yield a notice if mail is only printed."""
    if not settings.OPTIONS.mail_host:
        yield Finding(
            "No mail server is set, so mail is printed instead of sent.",
            "Set mail_host and mail_from, or nobody can reset a password: docs/settings.md.",
            is_notice=True,
        )
    elif not settings.OPTIONS.mail_from:
        yield Finding(
            "mail_host is set, but mail_from is not.", "Set the address that mail comes from."
        )
