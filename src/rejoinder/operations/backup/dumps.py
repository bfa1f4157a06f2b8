"""PostgreSQL's own programs: pg_dump out, psql in, and a scratch database to try it in."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from rejoinder.errors import BadInput, Unavailable

# What tells of a dump's objects and counters. Their definitions are spelt in another way once
# they have been read back ('e'::varchar::text for ('e'::varchar)::text), and mean the same.
TELLING = (b"-- Name: ", b"-- Data for Name: ", b"SELECT pg_catalog.setval(")


@contextmanager
def dumped(url: str) -> Iterator[BinaryIO]:
    """Give the text of a dump as it is made. Raises Unavailable at the end if it failed."""
    program = _program("pg_dump")
    command = [program, "--format=plain", "--no-owner", "--no-privileges", "--no-password"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [*command, f"--dbname={_without_password(url)}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, env=_environment(url),
        )  # fmt: skip
        try:
            yield cast("BinaryIO", process.stdout)
            _check("pg_dump", process.wait(), said)
        finally:
            process.kill()
            process.wait()
            cast("BinaryIO", process.stdout).close()


def restore(url: str, pieces: Iterable[bytes]) -> None:
    """Fill an empty database from a dump: all of it, or nothing. Raises Unavailable."""
    command = [_program("psql"), "--no-psqlrc", "--quiet", "--single-transaction", "--no-password"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
            [*command, "--set=ON_ERROR_STOP=1", "--output=/dev/null",
             f"--dbname={_without_password(url)}"],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=_environment(url),
        )  # fmt: skip
        feed = cast("BinaryIO", process.stdin)
        try:
            with suppress(BrokenPipeError):
                for piece in pieces:
                    feed.write(piece)
                feed.close()
            _check("psql", process.wait(), said)
        finally:
            process.kill()
            process.wait()


def is_empty(url: str) -> bool:
    """Tell whether a database holds no table yet. Raises Unavailable if it can't be asked."""
    with _connected(url) as database:
        found = database.execute(
            "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        return found.fetchone() is None


def rows(url: str) -> dict[str, int]:
    """Return how many rows each table has now."""
    with _connected(url) as database:
        names = database.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        ).fetchall()
        return {str(name): _count(database, str(name)) for (name,) in names}


def _count(database: psycopg.Connection[tuple[Any, ...]], name: str) -> int:
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
    found = database.execute(query).fetchone()
    return int(found[0]) if found else 0


@contextmanager
def scratch(url: str) -> Iterator[str]:
    """Give the URL of an empty database beside another, which is gone afterwards.

    Raises Unavailable if the user may make none.
    """
    name = f"rejoinder_trial_{secrets.token_hex(6)}"
    with _connected(url, autocommit=True) as database:
        try:
            database.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        except psycopg.Error as error:
            raise Unavailable(
                f"No database can be made to try the backup in ({str(error).strip()}). Let the "
                "database's user make some (ALTER USER … CREATEDB), or add --untried."
            ) from None
        try:
            yield make_conninfo(url, dbname=name)
        finally:
            database.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def lines_that_stay(dump: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of a dump that are the same after it was read back.

    Every row of every table, in order; the names of all objects; and the counters.
    """
    is_row = False
    for line in dump:
        if is_row or line.startswith(TELLING):
            yield line
        if is_row:
            is_row = line != b"\\.\n"
        else:
            is_row = line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n")


def _connected(url: str, *, autocommit: bool = False) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        return psycopg.connect(url, autocommit=autocommit)
    except psycopg.OperationalError as error:
        raise Unavailable(f"PostgreSQL can't be reached: {str(error).strip()}.") from None


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BadInput(
            f"{name} isn't here. Install PostgreSQL's client programs (postgresql-client)."
        )
    return found


def _environment(url: str) -> dict[str, str]:
    # Not as an argument: every user of a machine can read those.
    password = conninfo_to_dict(url).get("password")
    return dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})


def _without_password(url: str) -> str:
    # A parameter that is None stays out.
    said = {name: value for name, value in conninfo_to_dict(url).items() if name != "password"}
    return make_conninfo("", **said)


def _check(program: str, status: int, said: BinaryIO) -> None:
    if status == 0:
        return
    said.seek(0)
    words = said.read(4000).decode(errors="replace").strip() or f"status {status}"
    raise Unavailable(f"{program} failed: {words}")
