"""A PostgreSQL server of the tests' own: on a Unix socket, gone when they end."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

DEADLINE_SECONDS = 60
UNSYNCED = [
    "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off",
]  # fmt: skip


class Postgresql:
    """A server with its data in a temporary folder that goes with it.

    Nothing is synced, unless it's durable: for benchmarks, which measure what a commit takes.
    """

    def __init__(self, *, is_durable: bool = False) -> None:
        self._is_durable = is_durable
        self.folder = Path(tempfile.mkdtemp(prefix="rejoinder-pg-"))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers. Raises RuntimeError if it doesn't."""
        if os.geteuid() == 0:
            # PostgreSQL refuses to run as root.
            shutil.chown(self.folder, "postgres", "postgres")
        self._fill()
        self._serve()

    def _fill(self) -> None:
        self._run(
            "initdb", "--pgdata=data", "--username=postgres", "--auth=trust",
            "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        )  # fmt: skip

    def _serve(self) -> None:
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    program("postgres"), "-D", "data", "-k", str(self.folder),
                    "-c", "listen_addresses=", "-c", "max_connections=200",
                    *([] if self._is_durable else UNSYNCED),
                ],
                cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, **_as_postgres(),
            )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        """Stop the server, by its process, and remove its data."""
        self.halt()
        shutil.rmtree(self.folder, ignore_errors=True)

    def halt(self) -> None:
        """Stop the server, by its process, and leave its data."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(DEADLINE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def resume(self) -> None:
        """Start the server again that was halted."""
        self._serve()

    def url(self, database: str) -> str:
        """Return the URL of a database on this server; it need not exist yet."""
        return database_url(self.folder, database)

    def _run(self, name: str, *arguments: str) -> None:
        done = subprocess.run(
            [program(name), *arguments],
            cwd=self.folder, capture_output=True, text=True, check=False, **_as_postgres(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{name} failed: {done.stderr or done.stdout}")

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline and self.process and self.process.poll() is None:
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        log = (self.folder / "log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL didn't start: {log}")


class Standby(Postgresql):
    """A hot standby that streams from a server, and has all that was there when it started."""

    def __init__(self, primary: Postgresql) -> None:
        super().__init__()
        self._primary = primary

    def _fill(self) -> None:
        self._run(
            "pg_basebackup", "--pgdata=data", f"--dbname={self._primary.url('postgres')}",
            "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
        )  # fmt: skip


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, of the newest version installed."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=_version)
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise RuntimeError(f"{name} isn't installed: install the package postgresql.")
    return path


def database_url(folder: Path, database: str) -> str:
    """Return the URL of a database behind a server's Unix socket."""
    return f"postgresql://postgres@/{database}?host={quote(str(folder), safe='')}"


def _version(path: Path) -> int:
    name = path.parent.parent.name
    return int(name) if name.isdigit() else 0


def _as_postgres() -> dict[str, str | list[str]]:
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}
