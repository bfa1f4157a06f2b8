from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import connection, connections, transaction

from rejoinder.events import read
from rejoinder.events.models import Change
from rejoinder.events.read import EVERYTHING, Changed, Reader, drop_old

# Another connection reads what was committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reader() -> Iterator[Reader]:
    # One from long ago: of an empty table PostgreSQL's reader can't tell whether rows of it
    # were dropped, while other transactions run.
    Change.objects.all().delete()
    Change.objects.create(xid=1)
    opened = Reader.open()
    yield opened
    opened.close()


def note(thread: int) -> None:
    """Note a change of a thread, as a trigger does."""
    xid = "pg_current_xact_id()::text::bigint" if connection.vendor == "postgresql" else "0"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {read.TABLE} (thread_id, xid) VALUES ({thread}, {xid})")


def threads(changes: list[Changed]) -> list[int | None]:
    return [change.thread_id for change in changes]


def test_each_change_is_read_once(reader: Reader) -> None:
    # The first row of an empty table might follow others that were dropped.
    note(1)
    reader.changes()
    note(2)
    note(3)
    assert threads(reader.changes()) == [2, 3]
    assert reader.changes() == []
    note(4)
    assert threads(reader.changes()) == [4]


def test_what_was_there_before_is_not_read() -> None:
    note(1)
    with closing(Reader.open()) as opened:
        assert opened.changes() == []


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has one writer: none runs beside another"
)
def test_beside_a_long_transaction_each_change_is_still_read_once() -> None:
    note(1)
    with in_a_long_transaction(), closing(Reader.open()) as opened:
        assert opened.changes() == []
        note(3)
        assert threads(opened.changes()) == [3]
        assert opened.changes() == []
        note(4)
        assert threads(opened.changes()) == [4]
    # Opened beside it: what was committed since it began isn't new either.
    with in_a_long_transaction():
        note(5)
        with closing(Reader.open()) as opened:
            assert opened.changes() == []


@contextmanager
def in_a_long_transaction() -> Iterator[None]:
    """Let another connection begin to write, and not commit before the end."""
    other = connections.create_connection("default")
    with closing(other), other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_current_xact_id()")
        yield
        cursor.execute("ROLLBACK")


def test_what_is_not_committed_is_not_read_and_is_read_once_it_is(reader: Reader) -> None:
    note(1)
    reader.changes()
    with transaction.atomic():
        note(2)
        assert reader.changes() == []
    assert threads(reader.changes()) == [2]


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'", reason="SQLite has one writer: commits keep their order"
)
def test_a_change_committed_after_a_later_one_is_not_missed(reader: Reader) -> None:
    note(1)
    reader.changes()
    began, may_end = threading.Event(), threading.Event()

    def slowly() -> None:
        with transaction.atomic():
            note(2)
            began.set()
            may_end.wait(10)
        connection.close()

    thread = threading.Thread(target=slowly)
    thread.start()
    assert began.wait(10)
    note(3)
    assert threads(reader.changes()) == [3]
    may_end.set()
    thread.join()
    assert threads(reader.changes()) == [2]
    assert reader.changes() == []


def test_old_changes_are_dropped_and_who_missed_them_takes_all_as_changed(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(1)
    reader.changes()
    for number in range(2, 9):
        note(number)
    monkeypatch.setattr(read, "KEPT", 3)
    assert drop_old() == 6
    assert reader.changes() == [EVERYTHING]
    note(9)
    assert threads(reader.changes()) == [9]
