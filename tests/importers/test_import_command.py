"""`rejoinder import`, as an operator uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.live import run_command

NEWS = Path(__file__).parent.parent / "samples" / "news.mbox"

pytestmark = pytest.mark.slow


def test_an_archive_is_brought_to_a_board_that_is_made_and_told_of(tmp_path: Path) -> None:
    command = ["import", "mbox", str(NEWS), "--board", "Islands", "--data", str(tmp_path)]
    first = run_command(*command).stdout
    assert "12  messages found" in first
    assert "2  threads they make" in first
    again = run_command(*command).stdout
    assert "12  repeated ids" in again
    reports = list((tmp_path / "imports").iterdir())
    assert len(reports) == 2
    assert "All is well." in run_command("check", "--data", str(tmp_path)).stdout


def test_what_is_no_archive_is_one_line_and_makes_no_board(tmp_path: Path) -> None:
    done = run_command(
        "import", "mbox", __file__, "--board", "x", "--data", str(tmp_path), check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("rejoinder: ")
    assert done.stderr.count("\n") == 1
    shown = run_command("import", "mbox", str(NEWS), "--board", "Islands", "--data", str(tmp_path))
    assert "12  posts added" in shown.stdout


def test_an_interrupted_import_says_how_to_go_on_and_does(tmp_path: Path) -> None:
    archive = tmp_path / "long.mbox"
    message = "From a@b.example Mon Jan  1 10:00:00 2024\nMessage-ID: <m{0}@b.example>\n"
    message += "From: Ada <ada@b.example>\nDate: 1 Jan 2024 10:00:00 +0000\nSubject: T{0}\n\nHi\n\n"
    archive.write_text("".join(message.format(number) for number in range(3_000)))
    data = tmp_path / "data"
    command = ["import", "mbox", str(archive), "--board", "x", "--data", str(data)]
    running = subprocess.Popen(
        [sys.executable, "-m", "rejoinder.config.commands", *command],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    _wait_for_posts(data / "rejoinder.sqlite3")
    running.send_signal(signal.SIGINT)
    told, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Give the same command again" in told
    done = run_command(*command).stdout
    assert "3,000  posts added" in done
    assert "repeated" not in done


def _wait_for_posts(database: Path) -> None:
    import sqlite3

    for _try in range(600):
        time.sleep(0.1)
        if not database.exists():
            continue
        connection = sqlite3.connect(database, timeout=10)
        try:
            if connection.execute("SELECT count(*) FROM threads_post").fetchone()[0]:
                return
        except sqlite3.OperationalError:
            continue  # the tables are being made
        finally:
            connection.close()
    pytest.fail("the import never began")
