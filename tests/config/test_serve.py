"""`rejoinder serve` as its operator meets it: a process, its output and its signals."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.live import LiveSite, run_command, wait_until

pytestmark = pytest.mark.slow


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


def test_the_first_start_says_where_it_is_and_how_to_become_administrator(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site()
    lines = site.log.splitlines()
    assert lines[0].startswith("Bringing the database up to date: ")
    assert lines[2] == f"Rejoinder is at {site.url}/"
    assert site.url.startswith("http://localhost:")
    assert site.first_link.startswith(f"{site.url}/welcome/")
    assert b"<title>" in get(site.url)


def test_a_start_with_an_administrator_prints_no_link(start_site: Callable[..., LiveSite]) -> None:
    site = start_site()
    site.python("make_member(is_administrator=True)")
    site.stop()
    site.start()
    assert site.log.splitlines() == [f"Rejoinder is at {site.url}/"]


def test_a_second_server_on_the_same_data_is_refused_unless_it_is_meant(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site()
    assert site.process is not None
    refused = run_command("serve", "--data", str(site.data), check=False)
    assert refused.returncode == 1
    assert f"process {site.process.pid} at {site.url}/" in refused.stderr
    assert refused.stderr.count("\n") == 1
    second = _Sharing(site.data, "--share-data")
    second.start()
    assert b"Talk" in get(second.url)
    assert b"Talk" in get(site.url)
    second.stop()


class _Sharing(LiveSite):
    """A second server on the same data, with a log of its own."""

    @property
    def log_path(self) -> Path:
        return self.data / "second.log"


def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        done = run_command("serve", "--data", str(tmp_path), "--port", port, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(f"rejoinder: Port {port} is in use on localhost.")
    assert not (tmp_path / "rejoinder.sqlite3").exists()


@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_what_is_in_flight_is_finished_when_the_server_is_told_to_stop(
    start_site: Callable[..., LiveSite], which: signal.Signals
) -> None:
    """A form is half sent when the signal comes; its answer still does, whole."""
    site = start_site()
    assert site.process is not None
    port = urlsplit(site.url).port
    assert port
    with socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
        slow.sendall(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20\r\n"
            b"Cookie: csrftoken=" + b"a" * 32 + b"\r\nConnection: close\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntitle=half"
        )
        time.sleep(0.5)
        site.process.send_signal(which)
        time.sleep(1)
        assert site.is_alive
        slow.sendall(b"&rest=1234")
        answer = b""
        while received := slow.recv(65536):
            answer += received
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 403")
    lengths = [line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")]
    assert int(lengths[0].partition(b":")[2]) == len(body) > 0
    assert site.process.wait(20) == 0
    assert "Traceback" not in site.log


def test_an_idle_connection_doesnt_keep_the_server_from_stopping(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site()
    with socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0)) as idle:
        idle.sendall(b"GET /static/rejoinder.css HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        assert site.stop() == 0
        assert time.monotonic() - began < 10


def test_a_worker_that_died_is_replaced(start_site: Callable[..., LiveSite]) -> None:
    site = start_site()
    assert site.process is not None
    (worker,) = _children(site.process.pid)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: _children(site.process.pid) not in ([], [worker]), site)  # type: ignore[union-attr]
    wait_until(site._answers, site)
    assert "Worker 1 was ended by SIGKILL; another takes its place." in site.log
    assert site.is_alive


def test_workers_end_with_a_server_that_was_killed(start_site: Callable[..., LiveSite]) -> None:
    site = start_site("--workers", "2")
    assert site.process is not None
    workers = _children(site.process.pid)
    assert len(workers) == 2
    site.process.kill()
    site.process.wait()
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), site)
    site.start()
    assert get(site.url)


def _children(pid: int) -> list[int]:
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def test_static_files_are_served_to_be_kept_and_nothing_beside_them(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site()
    named = re.search(rb'"(/static/rejoinder\.[0-9a-f]+\.css)"', _page(site))
    assert named
    with urllib.request.urlopen(site.url + named[1].decode()) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Type"].startswith("text/css")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        tag = answer.headers["ETag"]
    again = urllib.request.Request(site.url + named[1].decode(), headers={"If-None-Match": tag})
    with pytest.raises(urllib.error.HTTPError) as unchanged:
        urllib.request.urlopen(again)
    assert unchanged.value.code == 304
    assert unchanged.value.headers["X-Content-Type-Options"] == "nosniff"
    unchanged.value.close()
    with socket.create_connection(("127.0.0.1", urlsplit(site.url).port or 0)) as raw:
        raw.sendall(
            b"GET /static/../urls.py HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        assert raw.recv(100).startswith(b"HTTP/1.1 404")


def _page(site: LiveSite) -> bytes:
    with urllib.request.urlopen(site.url + "/") as answer:
        page: bytes = answer.read()
    return page


def test_errors_are_logged_with_time_and_requests_are_not(
    start_site: Callable[..., LiveSite],
) -> None:
    site = start_site()
    before = site.log
    get(site.url)
    with pytest.raises(urllib.error.HTTPError):
        get(site.url + "/nothing-here")
    assert site.log == before


def test_a_request_with_two_lengths_is_no_two_requests(start_site: Callable[..., LiveSite]) -> None:
    """What the shorter length would leave over must not be read as a request (RFC 9112, 6.3)."""
    port = urlsplit(start_site().url).port
    body = b"1d\r\nGET /rules HTTP/1.1\r\nHost: x\r\n\r\n0\r\n\r\n"
    head = b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + body)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    assert answer.count(b"HTTP/1.1 ") == 1
    assert answer.split()[1] in {b"400", b"403", b"404", b"405"}


def test_check_and_a_link_can_be_had_while_it_serves(start_site: Callable[..., LiveSite]) -> None:
    site = start_site()
    assert site.run("check").stdout.endswith("All is well.\n")
    assert site.run("administrator-link").stdout.startswith(f"{site.url}/welcome/")
