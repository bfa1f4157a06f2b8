"""Rejoinder, nginx and PostgreSQL as they are measured: processes of their own, on one core."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit

from benchmarks.harness.cores import Cores, pinned
from tests.postgresql import Postgresql

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "rejoinder.config.commands"]
DEADLINE_SECONDS = 120
GRACE_SECONDS = 40
_address = re.compile(r"Rejoinder is at http://\S+:(\d+)/")


class NotServed(Exception):
    """A server didn't start; what it said."""


@dataclass(frozen=True)
class Where:
    """A site's data directory, and its database's URL if that isn't in it."""

    data: Path
    database_url: str = ""
    # Processes of the database, which answer with the server.
    database_pids: tuple[int, ...] = ()

    def environment(self, **options: str) -> dict[str, str]:
        """Return the environment of a process that works on this site; no limits hold there."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("REJOINDER_", "DJANGO_")) and name != "DATABASE_URL"
        }
        paths = [str(ROOT / "src"), str(ROOT), kept.get("PYTHONPATH", "")]
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        kept |= {"REJOINDER_DATA": str(self.data), "REJOINDER_LIMITS": "all=off"}
        kept["REJOINDER_GUEST_WORK"] = "0"
        if self.database_url:
            kept["DATABASE_URL"] = self.database_url
        return kept | {f"REJOINDER_{name.upper()}": value for name, value in options.items()}


class Server:
    """A server's process, on the server's core until the `with` ends."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, also: Sequence[int]) -> None:
        self.process, self.port, self._also = process, port, tuple(also)
        self.url = f"http://127.0.0.1:{port}"

    @property
    def roots(self) -> list[int]:
        """The processes whose trees answer requests."""
        return [self.process.pid, *self._also]

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ask the server to end, and wait until it has."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def rejoinder(where: Where, cores: Cores, **options: str) -> Server:
    """Return `rejoinder serve` on a site once it answers, with these options of its own."""
    log = where.data / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            pinned([*COMMAND, "serve", "--data", str(where.data), "--port", "0"], cores.server),
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=where.data,
            env=where.environment(host="127.0.0.1", **options),
        )  # fmt: skip
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := _address.search(log.read_text(errors="replace")):
            server = Server(process, int(found[1]), where.database_pids)
            if answers(server.url + "/"):
                return server
        time.sleep(0.005)
    process.kill()
    raise NotServed(log.read_text(errors="replace"))


def answers(url: str) -> bool:
    """Tell whether anything answers there, whatever it says."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@dataclass(frozen=True)
class Answer:
    """What a server sent: status, headers and octets as they came, still compressed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    octets: bytes

    def header(self, name: str) -> str:
        """Return a header's value, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def fetch(url: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return what a server answers, also if that's an error; redirects aren't followed."""
    import http.client

    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request("GET", path, headers=dict(headers or {}))
    response = connection.getresponse()
    answer = Answer(response.status, tuple(response.getheaders()), response.read())
    connection.close()
    return answer


@contextmanager
def postgresql(cores: Cores) -> Iterator[Postgresql]:
    """Yield a PostgreSQL server that syncs, on the server's core: it answers with it."""
    server = Postgresql(is_durable=True)
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores.server})
    try:
        server.start()
    finally:
        os.sched_setaffinity(0, allowed)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def scratch(where: str | None) -> Iterator[Path]:
    """Yield a folder for sites: the one named, which stays, or one that goes."""
    if where is not None:
        Path(where).mkdir(parents=True, exist_ok=True)
        yield Path(where).absolute()
        return
    folder = Path(tempfile.mkdtemp(prefix="rejoinder-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port that nobody listens to now."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
