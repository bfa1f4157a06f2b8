from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pysqlite3
import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from rejoinder.errors import Unavailable
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.threads import outages
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member, principal_of


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("database is locked", "busy"),
        ("database table is locked: posts", "busy"),
        ("database or disk is full", "no room"),
        ("attempt to write a readonly database", "can't keep anything"),
        ("disk I/O error", "can't keep anything"),
        ("unable to open database file", "can't keep anything"),
    ],
)
def test_an_outage_of_sqlite_is_told_to_the_reader(message: str, said: str) -> None:
    with pytest.raises(Unavailable, match=said), outages.told():
        raise OperationalError(message)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (psycopg.errors.DiskFull(), "no room"),
        (psycopg.errors.AdminShutdown(), "can't keep anything"),
        (psycopg.errors.ReadOnlySqlTransaction(), "can't keep anything"),
        (psycopg.errors.DeadlockDetected(), "can't keep anything"),
        (psycopg.OperationalError("connection refused"), "can't keep anything"),
    ],
)
def test_an_outage_of_postgresql_is_told_to_the_reader(cause: Exception, said: str) -> None:
    with pytest.raises(Unavailable, match=said), outages.told():
        raise OperationalError("…") from cause


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("no such table: posts"),
        DatabaseError("malformed"),
        InterfaceError("bad parameter"),
    ],
)
def test_a_fault_of_ours_is_not_hidden(fault: Exception) -> None:
    with pytest.raises(type(fault)), outages.told():
        raise fault


@pytest.fixture
def draft() -> Draft:
    return Draft(title="News", source="All of it.", board=make_board())


@pytest.mark.django_db(transaction=True)
def test_a_post_to_a_locked_database_is_refused_and_can_be_sent_again(draft: Draft) -> None:
    author = principal_of(make_member())
    with _locked(), pytest.raises(Unavailable, match=r"busy|can't keep"):
        add(author, draft)
    assert add(author, draft).title == "News"
    assert Post.unscoped.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_post_to_a_database_that_cant_be_written_is_refused_and_can_be_sent_again(
    draft: Draft,
) -> None:
    author = principal_of(make_member())
    is_sqlite = connection.vendor == "sqlite"
    on = "PRAGMA query_only=1" if is_sqlite else "SET default_transaction_read_only=on"
    off = "PRAGMA query_only=0" if is_sqlite else "SET default_transaction_read_only=off"
    with connection.cursor() as cursor:
        cursor.execute(on)
        with pytest.raises(Unavailable, match="can't keep anything"):
            add(author, draft)
        cursor.execute(off)
    assert add(author, draft).title == "News"


@pytest.mark.django_db(transaction=True)
def test_a_post_to_a_full_database_is_refused_and_can_be_sent_again(draft: Draft) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no limit that a test could reach; its SQLSTATE is tried above")
    author = principal_of(make_member())
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute(f"PRAGMA max_page_count={pages}")
        with pytest.raises(Unavailable, match="no room"):
            add(author, replace(draft, source="word " * 10_000))
        cursor.execute("PRAGMA max_page_count=1073741823")
    assert add(author, draft).title == "News"


@contextmanager
def _locked() -> Iterator[None]:
    """Hold the whole database from another connection."""
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA busy_timeout = 50")
        other = pysqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        connection.cursor().execute("SET lock_timeout = 50")
        other = psycopg.connect(**connection.get_connection_params())
        other.execute("LOCK TABLE threads_post IN ACCESS EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.close()
        connection.close()
