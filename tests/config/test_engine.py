from __future__ import annotations

from pathlib import Path

import pysqlite3.dbapi2
import pytest
from django.db import connection, transaction

from rejoinder.config import engine
from rejoinder.errors import BadInput, Unavailable


@pytest.mark.parametrize("version", [(3, 51, 3), (3, 52, 0), (3, 50, 7), (3, 44, 6), (3, 6, 23)])
def test_a_sqlite_without_the_wal_reset_fault_is_safe(version: tuple[int, ...]) -> None:
    assert engine.is_safe(version)


@pytest.mark.parametrize(
    "version", [(3, 7, 0), (3, 40, 1), (3, 44, 5), (3, 45, 9), (3, 50, 6), (3, 51, 0), (3, 51, 2)]
)
def test_a_sqlite_with_the_wal_reset_fault_is_unsafe(version: tuple[int, ...]) -> None:
    assert not engine.is_safe(version)


def test_an_unsafe_sqlite_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pysqlite3.dbapi2, "sqlite_version_info", (3, 40, 1))
    with pytest.raises(Unavailable, match="Upgrade the pysqlite3 package"):
        engine.install_bundled_sqlite()


def test_a_postgresql_url_is_taken_apart(tmp_path: Path) -> None:
    url = "postgresql://us%40er:p%2Fw@db.example.org:5433/board?sslmode=require"
    settings = engine.database_settings(url, tmp_path)
    assert (settings["USER"], settings["PASSWORD"]) == ("us@er", "p/w")
    assert (settings["HOST"], settings["PORT"]) == ("db.example.org", "5433")
    assert (settings["NAME"], settings["OPTIONS"]) == ("board", {"sslmode": "require"})


def test_a_postgresql_url_may_name_several_hosts(tmp_path: Path) -> None:
    url = "postgresql://me:pw@one:5432,[::1]:5433/board?target_session_attrs=read-write"
    settings = engine.database_settings(url, tmp_path)
    assert (settings["USER"], settings["PASSWORD"]) == ("me", "pw")
    assert (settings["HOST"], settings["PORT"]) == ("one,::1", "5432,5433")
    assert settings["OPTIONS"] == {"target_session_attrs": "read-write"}
    assert settings["NAME"] == "board"


def test_a_port_that_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="names the host 'two:port'"):
        engine.database_settings("postgresql://one:5432,two:port/board", tmp_path)


def test_a_worker_pools_as_many_connections_as_its_threads_need(tmp_path: Path) -> None:
    settings = engine.database_settings("postgresql://host/board", tmp_path)
    engine.pool_connections(settings, threads=4)
    assert settings["OPTIONS"]["pool"]["max_size"] >= 5
    # Django refuses a pool beside connections that threads keep.
    assert settings["CONN_MAX_AGE"] == 0
    sqlite = engine.database_settings("", tmp_path)
    engine.pool_connections(sqlite, threads=4)
    assert "pool" not in sqlite["OPTIONS"]


def test_another_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="must begin with postgresql://"):
        engine.database_settings("mysql://host/name", tmp_path)


@pytest.mark.django_db(transaction=True)
def test_sqlite_is_safe_durable_and_in_wal_mode() -> None:
    if connection.vendor != "sqlite":
        assert connection.vendor == "postgresql"
        return
    with connection.cursor() as cursor:
        asked = {}
        for name in (
            "journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete",
        ):  # fmt: skip
            asked[name] = cursor.execute(f"PRAGMA {name}").fetchone()[0]
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10_000,
        "secure_delete": 1,
    }
    assert engine.is_safe(tuple(int(part) for part in version.split(".")))


@pytest.mark.django_db(transaction=True)
def test_a_transaction_on_sqlite_holds_the_writers_lock_from_its_beginning() -> None:
    """One that reads first and writes then would find out too late that it may not."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, and the deeds name them")
    with transaction.atomic():
        connection.ensure_connection()
        other = pysqlite3.dbapi2.connect(connection.settings_dict["NAME"], timeout=0)
        with pytest.raises(pysqlite3.dbapi2.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_replica_without_postgresql_is_refused_in_words() -> None:
    with pytest.raises(BadInput, match="embedded SQLite, which has none") as refused:
        engine.replica_settings("postgresql://reader@standby/site", "")
    assert "Leave replica_url out" in str(refused.value)


def test_a_replica_that_is_no_postgresql_is_refused_by_the_options_name() -> None:
    with pytest.raises(BadInput, match="replica_url begins with 'mysql'"):
        engine.replica_settings("mysql://reader@standby/site", "postgresql://primary/site")


def test_a_replica_may_have_several_hosts_of_which_a_standby_is_taken() -> None:
    url = "postgresql://reader:secret@one,two:5433/site?connect_timeout=1"
    settings = engine.replica_settings(url, "postgresql://primary/site")
    assert (settings["HOST"], settings["PORT"]) == ("one,two", ",5433")
    assert settings["OPTIONS"]["target_session_attrs"] == "standby"
    assert settings["OPTIONS"]["connect_timeout"] == "1"
