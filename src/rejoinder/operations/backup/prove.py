"""Shows that a backup comes back: restores it into a scratch place and compares."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rejoinder.errors import Unavailable
from rejoinder.operations.backup import dumps, give_back, lists, sqlite_copy
from rejoinder.operations.backup.lists import Backup
from rejoinder.operations.backup.store import Store


def prove(store: Store, backup: Backup, database_url: str = "") -> None:
    """Restore everything and compare it. Raises Unavailable, saying what differs.

    Files by their digests. SQLite: its own check of the file, and the rows of every table.
    PostgreSQL: the dump is read into a scratch database, and a dump of that one has the same
    objects, rows and counters.
    """
    with tempfile.TemporaryDirectory(dir=store.folder, prefix=".trial-") as scratch:
        for part in backup.parts:
            if part.name != lists.DUMP:
                path = give_back.write_part(store, part, Path(scratch))
                if part.name == lists.DATABASE:
                    _prove_sqlite(path, backup)
                path.unlink()
    if backup.database.name == lists.DUMP:
        _prove_dump(store, backup, database_url)


def _prove_sqlite(path: Path, backup: Backup) -> None:
    if found := sqlite_copy.faults(path):
        raise Unavailable(f"The restored database is damaged: {'; '.join(found)}.")
    if sqlite_copy.rows(path) != backup.rows:
        raise Unavailable("The restored database has other numbers of rows.")


def _prove_dump(store: Store, backup: Backup, database_url: str) -> None:
    with dumps.scratch(database_url) as scratch:
        dumps.restore(scratch, give_back.checked_pieces(store, backup.database))
        with dumps.dumped(scratch) as stream:
            again = _digest(stream)
    pieces = give_back.checked_pieces(store, backup.database)
    if again != _digest(line for piece in pieces for line in io.BytesIO(piece)):
        raise Unavailable("A dump of the restored database is another than the backup's.")


def _digest(lines: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for line in dumps.lines_that_stay(lines):
        digest.update(line)
    return digest.hexdigest()
