"""Draws pictures anew, in a process of its own with bounds on memory, time and files.

What comes from a stranger's camera holds where they live; what comes from an attacker holds more.
So nothing of the original's octets is kept: it is decoded, turned upright, made no larger than a
screen shows, and encoded again. The decoder is the part that breaks; it has no way to anything.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from rejoinder.errors import BadInput
from rejoinder.files.pictures import media_type

SECONDS = 20
# By its path: nothing of the package is loaded with it.
PROGRAM = Path(__file__).with_name("drawing.py")


@dataclass(frozen=True)
class Drawn:
    """A picture that was drawn anew."""

    content: bytes
    media_type: str
    ending: str
    width: int
    height: int


def redrawn(content: bytes) -> Drawn | None:
    """Return a PNG, JPEG, GIF or WebP picture drawn anew; None for what is none.

    Raises BadInput for a picture that is damaged or has too many dots. Takes about 0.2 s.
    """
    if media_type(content) is None:
        return None
    try:
        # Our own module and no words of a stranger's; the octets go by a pipe.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(PROGRAM)],
            input=content, capture_output=True, timeout=SECONDS, check=False, env={},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise BadInput(_("The picture takes too long to draw. Make it smaller.")) from None
    head, _newline, octets = done.stdout.partition(b"\n")
    if done.returncode or not octets:
        raise BadInput(_said(done.stderr))
    return Drawn(content=octets, **json.loads(head))


def _said(stderr: bytes) -> str:
    if b"too many dots" in stderr:
        return _("The picture has more than 50 million dots. Make it smaller.")
    return _("The picture can’t be drawn: it is damaged, or of a kind that is not known here.")
