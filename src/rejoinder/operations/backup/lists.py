"""The list of a backup: what is in it, and of which pieces each part is made."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from rejoinder.errors import Unavailable

FORMAT = 1
DATABASE = "rejoinder.sqlite3"
DUMP = "database.sql"
PIECE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Part:
    """A file of the site, or its database: a name, and the pieces that make it up, in order."""

    name: str
    octets: int
    sha256: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Backup:
    """A site as it was at one moment."""

    made_at: str
    version: str
    engine: str
    parts: tuple[Part, ...]
    # How many rows each table had: told to people, and on SQLite compared after a trial.
    rows: dict[str, int]

    @property
    def octets(self) -> int:
        """How much there is to give back."""
        return sum(part.octets for part in self.parts)

    @property
    def database(self) -> Part:
        """The part that is the database."""
        return next(part for part in self.parts if part.name in {DATABASE, DUMP})


def written(backup: Backup) -> bytes:
    """Return a list as it is kept: JSON."""
    return json.dumps({"format": FORMAT} | asdict(backup), ensure_ascii=False).encode()


def read(octets: bytes) -> Backup:
    """Return the backup of a list.

    Raises Unavailable for a list of another format, and for one that names a file outside of the
    place it is given back to.
    """
    said: dict[str, Any] = json.loads(octets)
    if said.pop("format", None) != FORMAT:
        raise Unavailable("This backup was made by a later Rejoinder; restore it by that one.")
    parts = tuple(Part(**(each | {"pieces": tuple(each["pieces"])})) for each in said.pop("parts"))
    for part in parts:
        _check(part)
    return Backup(parts=parts, **said)


def _check(part: Part) -> None:
    path = PurePosixPath(part.name)
    is_inside = part.name == str(path) and not path.is_absolute() and ".." not in path.parts
    if not is_inside or "\0" in part.name or "\\" in part.name or not path.parts:
        raise Unavailable(f"The backup names a file outside of the site: {part.name!r}.")
    if not all(PIECE.fullmatch(piece) for piece in part.pieces):
        raise Unavailable(f"The backup's list is damaged at {part.name!r}.")
