"""The database: a safe SQLite in the data directory, or PostgreSQL by URL."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pysqlite3
import pysqlite3.dbapi2

from rejoinder.errors import BadInput, Unavailable

# The WAL-reset bug can corrupt a database that several processes write to.
# It was fixed in 3.51.3 and in the maintenance releases 3.50.7 and 3.44.6.
FIRST_SAFE = (3, 51, 3)
SAFE_BRANCHES: dict[tuple[int, ...], int] = {(3, 50): 7, (3, 44): 6}

# FULL: a commit is on disk before it's acknowledged (rule 3 of the design).
# secure_delete: what is deleted is overwritten, so that the file holds nothing of it any more.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON;"
)
SQLITE_BUSY_TIMEOUT_SECONDS = 10
# What looks for changes has a connection for good; the daily work has one at times, and what
# tells those who follow feeds has two.
BESIDE_REQUESTS = 5
# Longer than this nobody waits for a connection: they're told to try again.
POOL_WAIT_SECONDS = 10
# How long a replica may take to answer a call, and to say that a packet came.
REPLICA_OPTIONS = {
    "target_session_attrs": "standby",
    "connect_timeout": "2",
    "tcp_user_timeout": "5000",
}


def is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether this SQLite version is free of the WAL-reset corruption bug."""
    if version >= FIRST_SAFE or version < (3, 7, 0):
        return True
    patch = SAFE_BRANCHES.get(version[:2])
    return patch is not None and version[2] >= patch


def install_bundled_sqlite() -> None:
    """Make `import sqlite3` give the SQLite that comes with the `pysqlite3` wheel.

    Django's backend imports `sqlite3` by name, so this is called by the settings
    before any backend is loaded. Raises Unavailable if even that one is unsafe.
    """
    if not is_safe(pysqlite3.dbapi2.sqlite_version_info):
        raise Unavailable(
            f"SQLite {pysqlite3.dbapi2.sqlite_version} can corrupt a database in WAL mode. "
            "Upgrade the pysqlite3 package, or set database_url to a PostgreSQL database."
        )
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def database_settings(database_url: str, data: Path) -> dict[str, Any]:
    """Return Django's DATABASES["default"] for a URL, or for SQLite when it's empty.

    Raises BadInput if the URL names no engine that Rejoinder runs on.
    """
    if not database_url:
        return {
            "ENGINE": "rejoinder.config.sqlite",
            "NAME": str(data / "rejoinder.sqlite3"),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
                "init_command": SQLITE_PRAGMAS,
            },
            "CONN_MAX_AGE": None,
        }
    return _postgresql(
        "database_url", database_url, otherwise="Leave it out to use the embedded SQLite."
    )


def replica_settings(replica_url: str, database_url: str) -> dict[str, Any]:
    """Return Django's DATABASES["replica"] for the URL of a standby of that database.

    Raises BadInput if there's no PostgreSQL to have one, or the URL names no PostgreSQL.
    """
    if not database_url:
        raise BadInput(
            "replica_url names a standby of PostgreSQL, and this site is on the embedded SQLite, "
            "which has none. Leave replica_url out, or set database_url too."
        )
    settings = _postgresql(
        "replica_url", replica_url, otherwise="Leave it out to read from database_url alone."
    )
    # Of several hosts none that was made primary meanwhile. Whoever waits for one that is away
    # could have asked the primary.
    settings["OPTIONS"] = REPLICA_OPTIONS | settings["OPTIONS"]
    # A page that meets a dead connection is made from the primary.
    settings["CONN_HEALTH_CHECKS"] = False
    return settings


def _postgresql(option: str, url: str, *, otherwise: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadInput(
            f"{option} begins with {parts.scheme!r}; it must begin with postgresql://. {otherwise}"
        )
    hosts, ports = _hosts(option, parts.netloc.rpartition("@")[2])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": hosts,
        "PORT": ports,
        "OPTIONS": dict(parse_qsl(parts.query)),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


def _hosts(option: str, places: str) -> tuple[str, str]:
    """Return the hosts and the ports of a URL, as libpq takes several: with commas.

    Raises BadInput if a port is no number.
    """
    hosts, ports = [], []
    for place in places.split(","):
        # An IPv6 address stands in brackets and has colons of its own.
        found = re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d*))?", place)
        if found is None:
            raise BadInput(f"{option} names the host {place!r}; write host or host:port.")
        hosts.append(unquote(found[1]).strip("[]"))
        ports.append(found[2] or "")
    return ",".join(hosts), ",".join(ports) if any(ports) else ""


def pool_connections(settings: dict[str, Any], threads: int) -> None:
    """Let the threads of a worker share connections to PostgreSQL; for SQLite, nothing.

    `settings` are changed: Django's of one database. Called in each worker before its
    first query, for a pool has threads, which don't survive a fork.
    """
    if settings["ENGINE"] != "django.db.backends.postgresql":
        return
    settings["CONN_MAX_AGE"] = 0
    settings["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": threads + BESIDE_REQUESTS,
        "timeout": POOL_WAIT_SECONDS,
        # While a server is away, it's tried again soon after it's back.
        "reconnect_timeout": POOL_WAIT_SECONDS,
    }
