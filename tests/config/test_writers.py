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


def test_a_forked_process_does_not_end_its_parents_turn(tmp_path: Path) -> None:
    turns = turns_of(tmp_path / "db")
    assert turns.take(1)
    child = os.fork()
    if child == 0:
        # As a connection does that was copied within a transaction, and is closed.
        turns.give_back()
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert not Turns(tmp_path / "db").take(0.02)
    turns.give_back()


def test_a_forked_process_does_not_hold_on_the_turn_of_a_parent_that_is_killed(
    tmp_path: Path,
) -> None:
    script = (
        "import os, sys, time; from pathlib import Path\n"
        "from rejoinder.config.sqlite.writers import turns_of\n"
        "assert turns_of(Path(sys.argv[1])).take(1)\n"
        "if os.fork() == 0: print(os.getpid(), flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "db")], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        parent.kill()
        parent.wait()
        assert Turns(tmp_path / "db").take(1)
    finally:
        os.kill(child, signal.SIGKILL)
        parent.stdout.close()


def test_where_the_locks_files_cannot_be_had_its_threads_queue_alone(tmp_path: Path) -> None:
    # What no user may open for writing, the superuser neither.
    (tmp_path / "db-turn").mkdir()
    before = len(os.listdir("/proc/self/fd"))
    turns = Turns(tmp_path / "db")
    for _ in range(5):
        assert turns.take(1)
        assert not turns.take(0.01)
        turns.give_back()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only the superuser gives files away")
def test_what_the_superuser_did_first_shuts_out_nobody(tmp_path: Path) -> None:
    database = tmp_path / "db"
    database.touch()
    os.chown(database, 1234, 1235)
    turns = Turns(database)
    assert turns.take(1)
    turns.give_back()
    for word in ("next", "turn"):
        made = (tmp_path / f"db-{word}").stat()
        assert (made.st_uid, made.st_gid) == (1234, 1235)


def test_who_is_called_away_while_waiting_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    line = Line()
    assert line.take(0)

    class CalledAway(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("rejoinder.config.sqlite.writers.threading.Event", CalledAway)
        with pytest.raises(KeyboardInterrupt):
            line.take(1)
    line.give_back()
    assert line.take(0)


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
