"""Three PostgreSQL nodes under Patroni, with etcd, on loopback: by the operators' own file."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

import psycopg

from tests.live import ROOT
from tests.postgresql import _as_postgres, program

EXAMPLE = ROOT / "docs" / "patroni" / "patroni.yml"
NAMES = ("one", "two", "three")
START_SECONDS = 120


class Cluster:
    """The nodes, each with its PostgreSQL, and one etcd."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="rejoinder-ha-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._started: dict[str, subprocess.Popen[bytes]] = {}
        ports = _free_ports(2 + 2 * len(NAMES))
        self._etcd, self._peers = ports[:2]
        self.ports = dict(zip(NAMES, ports[2:5], strict=True))
        self._apis = dict(zip(NAMES, ports[5:], strict=True))

    def start(self) -> None:
        """Start all, and wait until there's a primary with a synchronous standby."""
        client, peer = f"http://127.0.0.1:{self._etcd}", f"http://127.0.0.1:{self._peers}"
        self._start(
            "etcd",
            [
                _found("etcd"), "--name", "etcd", "--data-dir", str(self.folder / "etcd"),
                "--listen-client-urls", client, "--advertise-client-urls", client,
                "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                "--initial-cluster", f"etcd={peer}",
            ],
        )  # fmt: skip
        for name in NAMES:
            path = self.folder / f"{name}.yml"
            path.write_text(self._configuration(name), encoding="utf-8")
            self._start(name, [_found("patroni"), str(path)])
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if time.monotonic() > deadline:
                raise RuntimeError(f"Patroni didn't come up:\n{self.log()}")
            time.sleep(0.5)

    def stop(self) -> None:
        """End all of them, by their processes, and remove their data."""
        for name in NAMES:
            self.kill(name)
        etcd = self._started.get("etcd")
        if etcd is not None:
            etcd.kill()
            etcd.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self, name: str) -> None:
        """Kill a node at once, Patroni and PostgreSQL, as if its machine lost power."""
        patroni = self._started.get(name)
        if patroni is not None:
            patroni.kill()
            patroni.wait()
        try:
            pid = int((self.folder / f"{name}-data" / "postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            return

    def url(self, database: str) -> str:
        """Return the URL by which whichever node is the primary is reached."""
        hosts = ",".join(f"127.0.0.1:{self.ports[name]}" for name in NAMES)
        return (
            f"postgresql://postgres:change-this@{hosts}/{database}"
            "?target_session_attrs=read-write&connect_timeout=3"
        )

    def primary(self) -> str:
        """Return the name of the primary."""
        with psycopg.connect(self.url("postgres")) as database:
            port = database.info.port
        return next(name for name in NAMES if self.ports[name] == port)

    def log(self) -> str:
        """Return the ends of the logs."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text(errors='replace')[-1500:]}" for log in logs)

    def _is_ready(self) -> bool:
        try:
            with psycopg.connect(self.url("postgres")) as database:
                found = database.execute(
                    "SELECT COUNT(*) FILTER (WHERE sync_state IN ('sync', 'quorum')), COUNT(*)"
                    " FROM pg_stat_replication WHERE state = 'streaming'"
                ).fetchone()
        except psycopg.OperationalError:
            return False
        return found is not None and found[0] >= 1 and found[1] == len(NAMES) - 1

    def _configuration(self, name: str) -> str:
        text = EXAMPLE.read_text(encoding="utf-8")
        for example, here in {
            "name: one": f"name: {name}",
            "10.0.0.11:8008": f"127.0.0.1:{self._apis[name]}",
            "10.0.0.11:2379,10.0.0.12:2379,10.0.0.13:2379": f"127.0.0.1:{self._etcd}",
            "10.0.0.11:5432": f"127.0.0.1:{self.ports[name]}",
            "10.0.0.0/24": "127.0.0.0/8",
            "/var/lib/postgresql/15/rejoinder": str(self.folder / f"{name}-data"),
            "/usr/lib/postgresql/15/bin": str(Path(program("postgres")).parent),
            "/var/lib/postgresql/pgpass-rejoinder": str(self.folder / f"{name}-pgpass"),
            "/var/run/postgresql": str(self.folder),
        }.items():
            assert example in text, example
            text = text.replace(example, here)
        return text

    def _start(self, name: str, command: list[str]) -> None:
        log: IO[bytes]
        with (self.folder / f"{name}.log").open("wb") as log:
            self._started[name] = subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8"},
                **_as_postgres(),
            )  # fmt: skip


def _found(name: str) -> str:
    path = shutil.which(name, path="/usr/bin:/usr/local/bin:/bin")
    if path is None:
        raise RuntimeError(f"{name} isn't installed: install the packages patroni and etcd-server.")
    return path


def _free_ports(count: int) -> list[int]:
    """Return ports that are free now, none of them twice."""
    sockets = [socket.socket() for _port in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
