"""A backup in one file: a folder of backups with one in it, as a tar archive."""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rejoinder.errors import BadInput, Unavailable
from rejoinder.operations.backup import store

SUFFIX = ".tar"
# All that such an archive holds; anything else is none of ours.
MEMBER = re.compile(
    rf"{re.escape(store.MARK)}|pieces/[0-9a-f]{{2}}/[0-9a-f]{{64}}|lists/{store.NAME.pattern}"
)


@contextmanager
def being_made(archive: Path) -> Iterator[Path]:
    """Give a folder, and make an archive of it at the end. Raises BadInput if one is there."""
    if archive.exists():
        raise BadInput(f"{archive} is there already. A backup is never written over: name another.")
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent, prefix=f".{archive.name}-") as folder:
        yield Path(folder) / "backups"
        unfinished = Path(folder) / archive.name
        with unfinished.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for path in sorted((Path(folder) / "backups").rglob("*")):
                    if MEMBER.fullmatch(name := str(path.relative_to(Path(folder) / "backups"))):
                        tar.add(path, arcname=name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(archive)


@contextmanager
def opened(archive: Path, beside: Path) -> Iterator[Path]:
    """Give the folder that an archive holds, unpacked beside the place it is restored to.

    Raises Unavailable if it holds anything that a backup doesn't, BadInput if it is no archive.
    """
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=beside, prefix=f".{archive.name}-") as folder:
        try:
            with tarfile.open(archive) as tar:
                for member in tar:
                    _unpack(tar, member, Path(folder))
        except tarfile.TarError:
            raise BadInput(f"{archive} is no archive that rejoinder backup made.") from None
        yield Path(folder)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    content = tar.extractfile(member) if member.isreg() else None
    if content is None or not MEMBER.fullmatch(member.name):
        raise Unavailable(f"The archive holds {member.name!r}, which no backup does.")
    path = folder / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    with content, path.open("xb") as file:
        shutil.copyfileobj(content, file)
