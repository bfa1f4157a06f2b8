"""The folder of backups: `pieces/`, each once, and `lists/`, one for each backup.

A list is written last, after all of its pieces are on disk, so an interrupted backup leaves
pieces that the next one finds and uses, and no list that lies.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zstandard

from rejoinder.errors import BadInput, Unavailable
from rejoinder.operations.backup import lists
from rejoinder.operations.backup.lists import Backup
from rejoinder.operations.backup.seal import Seal

MARK = "rejoinder-backups.json"
FORMAT = 1
LEVEL = 3
NAME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{6}Z(-\d+)?")
# What every key opens alike, so that a wrong one is told at once.
KNOWN = b"rejoinder backups"
# No piece is larger, whatever its header says: a line of a dump may hold a post of megabytes.
MOST_PIECE_OCTETS = 1024 * 1024 * 1024


class Store:
    """A folder of backups, opened with a key or without."""

    def __init__(self, folder: Path, seal: Seal) -> None:
        self.folder = folder
        self._seal = seal
        # How many octets of pieces were new; for who tells what a backup took.
        self.new_octets = 0

    @classmethod
    def open(cls, folder: Path, seal: Seal, *, may_be_new: bool = False) -> Store:
        """Return a folder's store; make it, if it may be new and nothing is there.

        Raises BadInput if the folder holds something else, or the key isn't the one.
        """
        mark = folder / MARK
        if not mark.exists():
            if not may_be_new:
                raise BadInput(f"There are no backups in {folder}.")
            _begin(folder, seal)
        store = cls(folder, seal)
        store._check_key(json.loads(mark.read_text(encoding="utf-8")))
        return store

    def _check_key(self, said: dict[str, object]) -> None:
        if said.get("format") != FORMAT:
            raise BadInput(f"{self.folder} was made by a later Rejoinder; use that one.")
        if said.get("is_secret") and not self._seal.is_secret:
            raise BadInput(f"The backups in {self.folder} are enciphered: name their --key.")
        if self._seal.is_secret and not said.get("is_secret"):
            raise BadInput(
                f"The backups in {self.folder} have no key. Leave --key out, "
                "or name another folder."
            )
        if said.get("known") != self._seal.name(KNOWN):
            raise BadInput(f"The backups in {self.folder} have another key.")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other writers out. Raises Unavailable if one is at work."""
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Unavailable(f"Another backup into {self.folder} is running.") from None
            yield

    # ----- Pieces -----

    def keep(self, content: bytes) -> str:
        """Keep a piece, if it isn't here yet, and return its name. On disk after `settle`."""
        name = self._seal.name(content)
        path = self._piece(name)
        if not path.exists():
            kept = self._seal.close(name, zstandard.ZstdCompressor(level=LEVEL).compress(content))
            path.parent.mkdir(parents=True, exist_ok=True)
            _put(path, kept)
            self.new_octets += len(kept)
        return name

    def piece(self, name: str) -> bytes:
        """Return a piece. Raises Unavailable if it is missing or not what it was."""
        try:
            kept = self._piece(name).read_bytes()
        except FileNotFoundError:
            raise Unavailable(f"The piece {name} is missing from {self.folder}.") from None
        content = self._unpacked(name, kept)
        if self._seal.name(content) != name:
            raise Unavailable(f"The piece {name} in {self.folder} was changed.")
        return content

    def _unpacked(self, name: str, kept: bytes) -> bytes:
        try:
            return zstandard.ZstdDecompressor().decompress(
                self._seal.open(name, kept), max_output_size=MOST_PIECE_OCTETS
            )
        except zstandard.ZstdError:
            raise Unavailable(f"The piece {name} in {self.folder} was changed.") from None

    def _piece(self, name: str) -> Path:
        return self.folder / "pieces" / name[:2] / name

    def settle(self) -> None:
        """Return when everything written is on disk."""
        os.sync()

    # ----- Lists -----

    def names(self) -> list[str]:
        """Return the names of all backups, the oldest first."""
        found = (self.folder / "lists").glob("*Z*")
        return sorted(path.name for path in found if NAME.fullmatch(path.name))

    def write(self, backup: Backup) -> str:
        """Keep a backup's list and return its name. All its pieces are on disk then."""
        self.settle()
        name = self._free_name(backup.made_at)
        packed = zstandard.ZstdCompressor(level=LEVEL).compress(lists.written(backup))
        kept = self._seal.close(name, packed)
        path = self.folder / "lists" / name
        path.parent.mkdir(exist_ok=True)
        _put(path, hashlib.sha256(kept).digest() + kept)
        self.settle()
        return name

    def read(self, name: str) -> Backup:
        """Return a backup by its name. Raises BadInput if there is none, Unavailable if damaged."""
        if name not in self.names():
            raise BadInput(f"There is no backup {name} in {self.folder}.")
        octets = (self.folder / "lists" / name).read_bytes()
        digest, kept = octets[:32], octets[32:]
        if hashlib.sha256(kept).digest() != digest:
            raise Unavailable(f"The list of backup {name} is damaged.")
        return lists.read(self._unpacked(name, kept))

    def forget(self, names: list[str]) -> int:
        """Delete backups and every piece that no other has; return how many octets that freed."""
        for name in names:
            (self.folder / "lists" / name).unlink()
        wanted = {
            piece
            for name in self.names()
            for part in self.read(name).parts
            for piece in part.pieces
        }
        freed = 0
        for path in (self.folder / "pieces").glob("*/*"):
            if path.name not in wanted:
                freed += path.stat().st_size
                path.unlink()
        return freed

    def _free_name(self, made_at: str) -> str:
        name = made_at.replace(":", "")
        again = 1
        while (self.folder / "lists" / name).exists():
            again += 1
            name = f"{made_at.replace(':', '')}-{again}"
        return name


def _begin(folder: Path, seal: Seal) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise BadInput(f"{folder} holds something else. Name an empty or a new folder.")
    said = {"format": FORMAT, "is_secret": seal.is_secret, "known": seal.name(KNOWN)}
    _put(folder / MARK, json.dumps(said).encode())


def _put(path: Path, content: bytes) -> None:
    """Write a file whole, or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as unfinished:
        unfinished.write(content)
    Path(unfinished.name).replace(path)
