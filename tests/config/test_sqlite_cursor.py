"""SQLite's driver gets each statement in its own spelling."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, connections, transaction
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import SafeString

from rejoinder.config.sqlite.base import LONGEST_REMEMBERED, Cursor, _with_marks

LONG = "SELECT " + ", ".join(["%s"] * LONGEST_REMEMBERED)
STATEMENTS = [
    "SELECT 1",
    "SELECT %s, %s",
    "SELECT 'a%%', %s",
    "SELECT '100 %% of %%s', %s",
    SafeString("SELECT %s"),
    LONG,
]


@pytest.fixture(autouse=True)
def on_sqlite(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the driver of PostgreSQL spells as Django does")


@pytest.mark.parametrize("statement", STATEMENTS, ids=range(len(STATEMENTS)))
def test_each_statement_is_spelt_as_django_would_have_it_again_and_again(statement: str) -> None:
    with connection.cursor() as cursor:
        ours = cursor.cursor
        assert isinstance(ours, Cursor)
        expected = SQLiteCursorWrapper.convert_query(ours, statement)
        assert [ours.convert_query(statement) for _ in range(3)] == [expected] * 3


def test_values_by_name_are_spelt_for_the_names_that_are_given() -> None:
    with connection.cursor() as cursor:
        for values in ({"a": 1, "b": 2}, {"b": 3, "a": 4}):
            cursor.execute("SELECT %(a)s, %(b)s", values)
            assert cursor.fetchone() == (values["a"], values["b"])


def test_percent_signs_reach_the_database_as_they_are() -> None:
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute("SELECT '100 %%', %s", ["%s"])
            assert cursor.fetchone() == ("100 %", "%s")


def test_a_statement_is_spelt_once_and_long_ones_are_not_remembered() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s, 'spelt once'", [1])
        before = _with_marks.cache_info()
        cursor.execute("SELECT %s, 'spelt once'", [2])
        assert cursor.fetchone() == (2, "spelt once")
        cursor.cursor.convert_query(LONG)
    after = _with_marks.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def test_an_error_in_a_statement_is_told_as_djangos() -> None:
    with connection.cursor() as cursor:
        with pytest.raises(OperationalError) as raised:
            cursor.execute("SELECT nothing_of_this_name, %s", [1])
        assert isinstance(raised.value.__cause__, connection.Database.Error)


@pytest.mark.parametrize("method", ["fetchone", "fetchall"])
def test_an_error_in_a_later_row_is_told_as_djangos(method: str) -> None:
    value = "json(CASE column1 WHEN 3 THEN 'no' || %s ELSE '1' END)"
    broken = f"SELECT {value} FROM (VALUES (1), (2), (3))"
    with connection.cursor() as cursor:
        cursor.execute(broken, [1])
        cursor.fetchone()
        with pytest.raises(OperationalError) as raised:
            getattr(cursor, method)()
        assert isinstance(raised.value.__cause__, connection.Database.Error)


@pytest.mark.django_db(transaction=True)
def test_in_a_broken_transaction_nothing_more_is_run() -> None:
    with transaction.atomic():
        with pytest.raises(OperationalError), transaction.atomic(savepoint=False):
            connection.cursor().execute("SELECT nothing_of_this_name, %s", [1])
        with pytest.raises(transaction.TransactionManagementError):
            connection.cursor().execute("SELECT %s", [1])
        transaction.set_rollback(False)


def test_who_listens_to_statements_hears_of_each() -> None:
    heard: list[str] = []

    def listen(execute: Any, sql: str, *others: Any) -> Any:
        heard.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(listen), connection.cursor() as cursor:
        cursor.execute("SELECT %s", [1])
    with CaptureQueriesContext(connection) as queries, connection.cursor() as cursor:
        cursor.execute("SELECT %s", [2])
    assert heard == ["SELECT %s"]
    assert [query["sql"] for query in queries] == ["SELECT 2"]


def test_a_statement_without_a_cursor_is_as_one_with() -> None:
    assert connection.run("SELECT %s, '100 %%' UNION SELECT 2, %s", [1, "x"]) == [
        (1, "100 %"),
        (2, "x"),
    ]
    assert connection.run("UPDATE boards_site SET label = label WHERE id = %s", [0]) == []
    with pytest.raises(OperationalError) as raised:
        connection.run("SELECT nothing_of_this_name, %s", [1])
    assert isinstance(raised.value.__cause__, connection.Database.Error)


def test_who_listens_hears_of_statements_without_a_cursor_too() -> None:
    heard: list[str] = []

    def listen(execute: Any, sql: str, *others: Any) -> Any:
        heard.append(sql)
        return execute(sql, *others)

    with connection.execute_wrapper(listen):
        assert connection.run("SELECT %s", [1]) == [(1,)]
    with CaptureQueriesContext(connection) as queries:
        connection.run("SELECT %s", [2])
    assert heard == ["SELECT %s"]
    assert [query["sql"] for query in queries] == ["SELECT 2"]


@pytest.mark.django_db(transaction=True)
def test_in_a_broken_transaction_nothing_more_is_run_without_a_cursor_either() -> None:
    with transaction.atomic():
        with pytest.raises(OperationalError), transaction.atomic(savepoint=False):
            connection.run("SELECT nothing_of_this_name, %s", [1])
        with pytest.raises(transaction.TransactionManagementError):
            connection.run("SELECT %s", [1])
        transaction.set_rollback(False)


@pytest.mark.parametrize("way", ["cursor", "run"])
def test_another_threads_connection_is_refused(way: str) -> None:
    refusals: list[DatabaseError] = []
    here = connection.connection and connections["default"]

    def elsewhere() -> None:
        try:
            here.cursor() if way == "cursor" else here.run("SELECT 1", [])
        except DatabaseError as error:
            refusals.append(error)

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(refusals) == 1
