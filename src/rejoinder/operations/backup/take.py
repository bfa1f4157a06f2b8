"""Takes a backup of a site that may be served meanwhile."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

import rejoinder
from rejoinder.operations.backup import cut, dumps, lists, sqlite_copy
from rejoinder.operations.backup.lists import Backup, Part
from rejoinder.operations.backup.store import Store

# What belongs to the moment, or is copied in its own way.
LEFT_OUT = ("rejoinder.sqlite3*", "*.lock", "wanted-pages.json", "files/*/tmp*", "files/*/*.gone*")


# Whoever has it and a backup can pass for anyone, so it isn't beside one for anybody to read.
SECRET = "secret-key"  # noqa: S105 - a file's name


def take(store: Store, data: Path, database_url: str, *, with_secret: bool) -> tuple[str, Backup]:
    """Take a backup into a store that is locked, and return it with its name.

    The files come first, then the database, then the files that came meanwhile: each file that
    the database's snapshot names was there before its row was, so it is in the backup.
    """
    made_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    unseen = frozenset() if with_secret else frozenset({SECRET})
    parts = {part.name: part for part in _files(store, data, seen=unseen)}
    database, rows = _database(store, data, database_url)
    parts |= {part.name: part for part in _files(store, data, seen=unseen | parts.keys())}
    backup = Backup(
        made_at=made_at,
        version=rejoinder.__version__,
        engine="postgresql" if database_url else "sqlite",
        parts=(database, *(parts[name] for name in sorted(parts))),
        rows=rows,
    )
    return store.write(backup), backup


def _files(store: Store, data: Path, seen: frozenset[str]) -> Iterator[Part]:
    for path in sorted(data.rglob("*")):
        name = str(path.relative_to(data))
        if name in seen or not path.is_file() or path.is_symlink() or _is_left_out(path, data):
            continue
        try:
            with path.open("rb") as file:
                yield part_of(store, name, cut.by_size(file))
        except FileNotFoundError:
            # Its last post was withdrawn meanwhile.
            continue


def _is_left_out(path: Path, data: Path) -> bool:
    return any(fnmatchcase(str(path.relative_to(data)), pattern) for pattern in LEFT_OUT)


def _database(store: Store, data: Path, url: str) -> tuple[Part, dict[str, int]]:
    if url:
        with dumps.dumped(url) as stream:
            return part_of(store, lists.DUMP, cut.by_lines(stream)), dumps.rows(url)
    with tempfile.TemporaryDirectory(dir=store.folder, prefix=".copy-") as folder:
        copied = Path(folder) / lists.DATABASE
        sqlite_copy.copy(data / lists.DATABASE, copied)
        rows = sqlite_copy.rows(copied)
        with copied.open("rb") as file:
            return part_of(store, lists.DATABASE, cut.by_size(file)), rows


def part_of(store: Store, name: str, pieces: Iterable[bytes]) -> Part:
    """Keep the pieces of a file and return the part that they make."""
    digest, octets, names = hashlib.sha256(), 0, []
    for piece in pieces:
        digest.update(piece)
        octets += len(piece)
        names.append(store.keep(piece))
    return Part(name=name, octets=octets, sha256=digest.hexdigest(), pieces=tuple(names))
