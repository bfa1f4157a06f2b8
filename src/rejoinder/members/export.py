"""All that is a member's, as one zip: written to a temporary file, a piece at a time."""

from __future__ import annotations

import contextlib
import json
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from rejoinder.errors import Refused, Unavailable
from rejoinder.members import belongings
from rejoinder.members.models import Member
from rejoinder.policy import gate, limited
from rejoinder.policy.principals import Kind, Principal

# Grows with changes that a reader of an older export couldn't make out. See docs/export.md.
FORMAT = 1

README = """\
This is everything that this site keeps about you, as of the moment in account.json.

account.json     your name, addresses, settings, and lists of what else is yours
posts.json       your posts as you wrote them, with what they said before
attachments/     the files of your posts; posts.json says which is whose
originals/       posts that came as mail or news, as they came
read.json        which posts you have read since you joined

Passwords, and the secrets of passkeys and authenticator apps, are kept only in a form that
nobody can read back, and are left out. Where a text holds "[@](/p/…)", the site shows the
present name of that post's author.

The documentation of Rejoinder describes every field: docs/export.md.
"""


class ZipArchive:
    """A zip being written: JSON lists and files."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)

    def add_list(self, name: str, things: Iterable[belongings.Json]) -> int:
        """Add a JSON file that holds a list, made as it's read; return its length."""
        count = 0
        with self._zip.open(name, "w", force_zip64=True) as entry:
            for thing in things:
                entry.write(b",\n" if count else b"[\n")
                entry.write(_dumped(thing))
                count += 1
            entry.write(b"\n]\n" if count else b"[]\n")
        return count

    def add_file(self, name: str, content: bytes) -> None:
        """Add a file."""
        self._zip.writestr(name, content)

    def close(self) -> None:
        """Write the zip's directory."""
        self._zip.close()


def export(principal: Principal, member: Member) -> IO[bytes]:
    """Return a zip of all that is a member's, open at its beginning; closing it deletes it.

    Raises Refused unless the member or the operator asks, TooMany, or Unavailable if it
    can't be written.
    """
    limited.take(principal, "export")
    is_in_person = principal.kind in (Kind.MEMBER, Kind.SYSTEM)
    if not is_in_person or not gate.may(principal, gate.Verb.EDIT, member):
        raise Refused(_("Only a member may export what is theirs, after signing in."))
    try:
        with contextlib.ExitStack() as undone:
            # Beside the data: the system's own folder for such files is often memory.
            file = undone.enter_context(tempfile.TemporaryFile(dir=settings.DATA))
            _write(ZipArchive(file), member)
            file.seek(0)
            undone.pop_all()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Unavailable(_("The export can't be written now: %s.") % reason) from error
    return file


def _write(archive: ZipArchive, member: Member) -> None:
    archive.add_file("README.txt", README.encode())
    account: dict[str, belongings.Json] = {
        "format": FORMAT,
        "site": settings.PUBLIC_URL,
        "exported": timezone.now().isoformat(timespec="seconds"),
    }
    for belonging in belongings.registered():
        account[belonging.name] = belonging.export(member, archive)
    archive.add_file("account.json", _dumped(account, indent=2) + b"\n")
    archive.close()


def _dumped(thing: belongings.Json, indent: int | None = None) -> bytes:
    return json.dumps(thing, ensure_ascii=False, indent=indent).encode(errors="replace")
