"""A copy of the SQLite database as it is at one moment, while others write to it."""

from __future__ import annotations

from pathlib import Path

import pysqlite3

from rejoinder.errors import Unavailable

BUSY_SECONDS = 60
ALL_PAGES = -1


def copy(database: Path, target: Path) -> None:
    """Copy a database. Readers and writers go on: the copy reads from one snapshot of the WAL."""
    source = pysqlite3.connect(str(database), timeout=BUSY_SECONDS)
    copied = pysqlite3.connect(str(target))
    try:
        source.backup(copied, pages=ALL_PAGES)
        # One file, without a log beside it.
        copied.execute("PRAGMA journal_mode=DELETE").fetchall()
    finally:
        copied.close()
        source.close()


def rows(database: Path) -> dict[str, int]:
    """Return how many rows each table has. Raises Unavailable if the database is damaged."""
    opened = pysqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    try:
        names = [row[1] for row in opened.execute("PRAGMA main.table_list") if row[2] == "table"]
        return {
            name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
            for name in sorted(names)
            if not name.startswith("sqlite_")
        }
    except pysqlite3.DatabaseError as error:
        raise Unavailable(f"The copy of the database can't be read: {error}.") from None
    finally:
        opened.close()


def faults(database: Path) -> list[str]:
    """Return what SQLite finds wrong with a database file; nothing if it is sound."""
    opened = pysqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    try:
        said = [row[0] for row in opened.execute("PRAGMA integrity_check(10)")]
        said += [f"{row[0]} refers to what isn't there" for row in
                 opened.execute("PRAGMA foreign_key_check").fetchmany(10)]  # fmt: skip
    except pysqlite3.DatabaseError as error:
        return [str(error)]
    finally:
        opened.close()
    return [each for each in said if each != "ok"]
