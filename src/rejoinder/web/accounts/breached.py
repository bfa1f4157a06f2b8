"""Whether a password is known from breaches: asked of files on this machine, of nobody else.

`breached.bin` beside this module has the first octets of the SHA-256 of each known password of
ten characters or more, in lower case, sorted; `.ci/breached.py` makes it. An operator may name
a file of their own (option `breached_passwords`): lines of `SHA1` or `SHA1:COUNT`, sorted, as
Pwned Passwords are published. Both are searched by halves, so the size costs nothing.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import BinaryIO

from rejoinder.errors import BadInput

BUNDLED = Path(__file__).parent / "breached.bin"
# Of 2**40 beginnings some 113,000 are taken: a good password is refused by chance once in ten
# million times.
OCTETS = 5
# How many lines of an operator's file are looked at before it's believed to be sorted.
SAMPLES = 64
_line = re.compile(rb"([0-9A-Fa-f]{40})(:[0-9]+)?\r?\n?")
LONGEST_LINE = 100


def is_bundled(password: str) -> bool:
    """Tell whether the list that comes with the program has a password, in whatever case."""
    known = _bundled()
    beginning = beginning_of(password)
    count = len(known) // OCTETS
    found = bisect_left(range(count), beginning, key=lambda index: _at(known, index))
    return found < count and _at(known, found) == beginning


def is_in_file(path: Path, password: str) -> bool:
    """Tell whether an operator's file has a password, as it is or in lower case.

    Some forty reads. Raises OSError if the file can't be read, BadInput if it isn't such a file.
    """
    forms = {password, password.lower()}
    with path.open("rb") as file:
        return any(_has(file, _sha1(form)) for form in forms)


def check_file(path: Path) -> None:
    """Raise BadInput if a file isn't sorted lines of SHA-1, or can't be read."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, 2)
            places = [end * number // SAMPLES for number in range(SAMPLES)]
            found = [hashed for place in places if (hashed := _next(file, place)[0])]
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.") from None
    if not found or found != sorted(found):
        raise BadInput(
            f"{path} isn't sorted by hash; use the file of Pwned Passwords that is ordered by hash."
        )


def beginning_of(password: str) -> bytes:
    """Return what the bundled list keeps of a password."""
    return hashlib.sha256(password.lower().encode(errors="replace")).digest()[:OCTETS]


@cache
def _bundled() -> bytes:
    return BUNDLED.read_bytes()


def _at(known: bytes, index: int) -> bytes:
    return known[index * OCTETS : (index + 1) * OCTETS]


def _sha1(password: str) -> bytes:
    digest = hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False)
    return digest.hexdigest().upper().encode()


def _has(file: BinaryIO, sought: bytes) -> bool:
    # The line that is sought, if there is one, begins at `low` or later and before `high`.
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        hashed, after = _next(file, middle)
        if hashed == sought:
            return True
        if hashed and hashed < sought:
            low = after
        else:
            high = middle
    return False


def _next(file: BinaryIO, place: int) -> tuple[bytes, int]:
    """Return the hash of the first line that begins at a place or later, and where it ends.

    Empty when there is none. Raises BadInput for what is no such line.
    """
    # From one octet earlier: then the line that begins at the very place is the next one.
    file.seek(max(place - 1, 0))
    if place:
        file.readline(LONGEST_LINE)
    line = file.readline(LONGEST_LINE)
    if not line.strip():
        return b"", file.tell()
    matched = _line.fullmatch(line)
    if matched is None:
        raise BadInput(
            f"{file.name} has a line that is no SHA-1; see “breached_passwords” in settings.md."
        )
    return matched[1].upper(), file.tell()
