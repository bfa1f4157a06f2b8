"""Writers of one SQLite database come in the order in which they asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import groupby
from pathlib import Path

import pytest

from rejoinder.config.sqlite.writers import Line, Turns, turns_of

# A process that takes turns as fast as it can, and notes each in a file while it has it.
WRITER = """
import sys, time
from pathlib import Path
from rejoinder.config.sqlite.writers import Turns
turns, book = Turns(Path(sys.argv[1])), Path(sys.argv[2])
name, count = sys.argv[3], int(sys.argv[4])
print("ready", flush=True)
sys.stdin.readline()
for _ in range(count):
    assert turns.take(20)
    with book.open("a") as notes:
        notes.write(name)
        time.sleep(0.002)
    turns.give_back()
"""


def writer(*arguments: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def begin(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def end(process: subprocess.Popen[str]) -> int:
    """Wait for a process to end, and return its status."""
    process.communicate(timeout=60)
    return process.returncode


def test_threads_get_their_turn_in_the_order_in_which_they_came() -> None:
    line, came = Line(), []
    assert line.take(0)

    def wait(number: int) -> None:
        assert line.take(20)
        came.append(number)
        line.give_back()

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=wait, args=[number]))
        threads[-1].start()
        while len(line._waiting) <= number:
            time.sleep(0.001)
    line.give_back()
    for thread in threads:
        thread.join()
    assert came == list(range(8))


def test_who_waits_too_long_is_out_of_the_line_and_holds_up_nobody() -> None:
    line = Line()
    assert line.take(0)
    assert not line.take(0.01)
    line.give_back()
    assert line.take(0)


def test_no_process_writes_twice_while_another_waits(tmp_path: Path) -> None:
    database, book = tmp_path / "db", tmp_path / "book"
    ours = Turns(database)
    assert ours.take(1)
    writers = [writer(database, book, name, 30) for name in "ab"]
    begin(*writers)
    # Both wait by now; had one gone on alone, the other would find its turns all at the end.
    time.sleep(0.2)
    ours.give_back()
    assert [end(process) for process in writers] == [0, 0]
    order = book.read_text()
    assert sorted(order) == sorted("ab" * 30)
    # A few in a row, where the other wasn't let run by the machine; unfairly, it would be 30.
    assert max(len(list(run)) for _name, run in groupby(order)) <= 10, order


def test_a_process_that_is_killed_gives_its_turn_back(tmp_path: Path) -> None:
    database, book = tmp_path / "db", tmp_path / "book"
    process = writer(database, book, "x", 10_000)
    begin(process)
    while not book.exists() or not book.read_text():
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    end(process)
    ours = Turns(database)
    assert ours.take(1)
    ours.give_back()


def test_a_turn_that_is_held_elsewhere_is_given_up_after_a_while(tmp_path: Path) -> None:
    one, other = Turns(tmp_path / "db"), Turns(tmp_path / "db")
    assert one.take(1)
    assert not other.take(0.02)
    one.give_back()
    assert other.take(1)
    assert not one.take(0.02)


def test_a_forked_process_has_turns_of_its_own(tmp_path: Path) -> None:
    turns = turns_of(tmp_path / "db")
    assert turns.take(1)
    child = os.fork()
    if child == 0:
        # The parent's turn isn't its own, nor what waits there.
        had = turns_of(tmp_path / "db").take(0.02)
        os._exit(int(had))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    turns.give_back()
    assert turns_of(tmp_path / "db").take(0)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_gives_its_turn_back() -> None:
    from django.db import connection, transaction

    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has many writers")
    assert connection.settings_dict["ENGINE"] == "rejoinder.config.sqlite"
    for error in (ValueError, KeyError):
        with pytest.raises(error), transaction.atomic():
            raise error
    with transaction.atomic():
        assert connection._turn is not None or connection.is_in_memory_db()
    assert connection._turn is None
