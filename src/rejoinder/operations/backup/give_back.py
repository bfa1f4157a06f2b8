"""Gives a backup back: into a new directory, and for PostgreSQL into an empty database."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rejoinder.errors import BadInput, Unavailable
from rejoinder.operations.backup import dumps, lists
from rejoinder.operations.backup.lists import Backup, Part
from rejoinder.operations.backup.store import Store


def give_back(store: Store, backup: Backup, target: Path, database_url: str = "") -> None:
    """Make a site of a backup.

    All of it or nothing: it is made beside the target and takes its name at the end. Raises
    BadInput if the target or the database holds anything, Unavailable if a piece is missing or
    isn't what it was.
    """
    check_target(target)
    check_database(backup, database_url)
    target.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name}.restoring-"))
    try:
        for part in backup.parts:
            if part.name != lists.DUMP:
                write_part(store, part, making)
        if backup.database.name == lists.DUMP:
            dumps.restore(database_url, checked_pieces(store, backup.database))
        _sync(making)
        if target.exists():
            target.rmdir()
        making.rename(target)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise


def check_target(target: Path) -> None:
    """Raise BadInput if there is anything where a site shall be made."""
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise BadInput(f"{target} is no directory.")
    if target.exists() and any(target.iterdir()):
        raise BadInput(f"{target} holds something already. Nothing is written over: name another.")


def check_database(backup: Backup, database_url: str) -> None:
    """Raise BadInput if the database for a backup is missing, not wanted, or not empty."""
    if backup.engine == "sqlite":
        if database_url:
            raise BadInput(
                "This backup is of a site on SQLite. Restore it without --to, and move it then: "
                "rejoinder move."
            )
    elif not database_url:
        raise BadInput("This backup is of a site on PostgreSQL: name an empty database by --to.")
    elif not dumps.is_empty(database_url):
        raise BadInput("The database of --to holds tables already. Name an empty one.")


def write_part(store: Store, part: Part, folder: Path) -> Path:
    """Write a part below a folder, and return its path. Raises Unavailable if it isn't whole."""
    path = folder / part.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in checked_pieces(store, part):
            file.write(piece)
    return path


def checked_pieces(store: Store, part: Part) -> Iterator[bytes]:
    """Yield a part's pieces, and raise Unavailable at the end if they aren't what was kept."""
    digest = hashlib.sha256()
    for name in part.pieces:
        piece = store.piece(name)
        digest.update(piece)
        yield piece
    if digest.hexdigest() != part.sha256:
        raise Unavailable(f"{part.name} isn't what it was when the backup was made.")


def _sync(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
