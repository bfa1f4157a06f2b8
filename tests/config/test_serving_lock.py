from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rejoinder.config import serving_lock
from rejoinder.errors import Unavailable


def test_a_second_server_is_refused_and_told_of_the_first(tmp_path: Path) -> None:
    with serving_lock.take(tmp_path) as lock:
        serving_lock.sign(lock, "http://localhost:8000")
        with pytest.raises(
            Unavailable, match=f"process {os.getpid()} at http://localhost:8000/.*--share-data"
        ):
            serving_lock.take(tmp_path)


def test_a_second_server_that_is_meant_shares_the_data(tmp_path: Path) -> None:
    with serving_lock.take(tmp_path) as first, serving_lock.take(tmp_path, is_sharing=True) as more:
        serving_lock.sign(first, "http://localhost:8000")
        serving_lock.sign(more, "http://localhost:8001")
        assert [holder.address for holder in serving_lock.holders(tmp_path)] == [
            "http://localhost:8000",
            "http://localhost:8001",
        ]


def test_data_is_still_held_when_the_first_of_two_servers_has_ended(tmp_path: Path) -> None:
    first = serving_lock.take(tmp_path)
    with serving_lock.take(tmp_path, is_sharing=True):
        first.close()
        with pytest.raises(Unavailable):
            serving_lock.take(tmp_path)


def test_a_lock_is_not_left_behind_by_a_server_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, signal; from rejoinder.config import serving_lock as lock;"
        f"lock.sign(lock.take(pathlib.Path({str(tmp_path)!r})), 'http://localhost:1');"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, check=False)
    assert "http://localhost:1" in (tmp_path / "serving.lock").read_text()
    assert serving_lock.holders(tmp_path) == []
    with serving_lock.take(tmp_path) as lock:
        serving_lock.sign(lock, "http://localhost:2")
        assert [holder.pid for holder in serving_lock.holders(tmp_path)] == [os.getpid()]
    assert (tmp_path / "serving.lock").read_text() == f"{os.getpid()} http://localhost:2\n"
