"""What an application's answers become, and what it's told of requests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest

from rejoinder.serving import bridge
from rejoinder.serving.bridge import File
from rejoinder.serving.line import FIRST
from tests.serving.wire import Site, everything, served, statuses

LAST = b"GET /a%%20b/%%C3%%A4?x=%%20y HTTP/1.1\r\nHost: board\r\nConnection: close\r\n%s\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with served(Site()) as running:
        yield running


def ask(site: Site, method: bytes = b"GET", headers: bytes = b"") -> tuple[bytes, bytes]:
    """Return head and body of one answer."""
    request = (LAST % headers).replace(b"GET", method, 1)
    head, _end, body = site.say(request).partition(b"\r\n\r\n")
    return head, body


class Parts:
    """A body that notes when it's closed, and by whom."""

    def __init__(self, *parts: bytes, fails: bool = False) -> None:
        self.parts = parts
        self.fails = fails
        self.closed_in = ""

    def __iter__(self) -> Iterator[bytes]:
        yield from self.parts
        if self.fails:
            raise RuntimeError("in the middle")

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


def answering(site: Site, status: str, body: Any, *headers: tuple[str, str]) -> None:
    def answer(_environ: object, start: Any) -> Any:
        start(status, list(headers))
        return body

    site.answer = answer


def test_the_environment_says_what_was_asked(site: Site) -> None:
    ask(
        site, headers=b"Cookie: a=1\r\nCookie: b=2\r\nX-One: 1\r\nX-One: 2\r\nContent-Type: t/x\r\n"
    )
    (environ,) = site.asked
    assert environ["REQUEST_METHOD"] == "GET"
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/a b/ä"
    assert environ["QUERY_STRING"] == "x=%20y"
    assert environ["HTTP_HOST"] == "board"
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_X_ONE"] == "1,2"
    assert environ["CONTENT_TYPE"] == "t/x"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["SERVER_PORT"] == str(site.port)
    assert environ["wsgi.url_scheme"] == "http"


def test_forwarded_headers_change_nothing_here_and_look_alikes_are_dropped(site: Site) -> None:
    forwarded = b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\n"
    ask(site, headers=forwarded + b"X_Forwarded_For: 192.0.2.3\r\nContent_Length: 5\r\n")
    (environ,) = site.asked
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["HTTP_X_FORWARDED_FOR"] == "192.0.2.1"
    assert "HTTP_CONTENT_LENGTH" not in environ


def test_parts_are_sent_whole_with_their_length_and_closed_in_their_thread(site: Site) -> None:
    body = Parts(b"one ", b"", b"two")
    answering(site, "200 OK", body)
    head, sent = ask(site)
    assert sent == b"one two"
    assert b"content-length: 7" in head
    assert body.closed_in.startswith("request")


def test_what_is_long_is_sent_from_a_file(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridge, "MOST_IN_MEMORY", 1000)
    body = Parts(*[bytes([number]) * 300 for number in range(200)])
    answering(site, "200 OK", body)
    head, sent = ask(site)
    assert sent == b"".join(body.parts)
    assert b"content-length: 60000" in head


@pytest.mark.parametrize("is_long", [False, True])
def test_what_fails_in_the_middle_is_an_error_and_no_half_page(
    site: Site, is_long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bridge, "MOST_IN_MEMORY", 10 if is_long else 1000)
    body = Parts(b"half a page", b"and more", fails=True)
    answering(site, "200 OK", body)
    head, sent = ask(site)
    assert statuses(head) == [500]
    assert b"half" not in sent
    assert body.closed_in


def test_an_application_that_fails_is_an_error_without_its_text(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_environ: object, _start: object) -> None:
        raise RuntimeError("secret")

    site.answer = fails
    head, sent = ask(site)
    assert statuses(head) == [500]
    assert b"secret" not in head + sent
    assert "secret" in caplog.text


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_some_answers_have_no_body(site: Site, status: str) -> None:
    answering(site, status, [b"none"], ("ETag", '"a"'))
    head, sent = ask(site)
    assert sent == b""
    assert b"transfer-encoding" not in head
    assert b"content-length" not in head
    assert b'etag: "a"' in head


def test_a_head_request_gets_the_head_alone(site: Site) -> None:
    answering(site, "200 OK", [b"x" * 50])
    head, sent = ask(site, b"HEAD")
    assert sent == b""
    assert b"content-length: 50" in head


def test_a_file_is_sent_and_closed(site: Site) -> None:
    file = BytesIO(bytes(range(256)) * 1000)
    answering(site, "200 OK", File(file), ("Content-Length", "256000"))
    assert ask(site)[1] == bytes(range(256)) * 1000
    _wait(lambda: file.closed)


def test_who_goes_away_gets_no_more_of_a_file(site: Site) -> None:
    class Endless(BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            return b"x" * 65536

    file = Endless()
    answering(site, "200 OK", File(file), ("Content-Length", str(10**12)))
    with site.connect() as client:
        client.sendall(LAST % b"")
        client.recv(1000)
        time.sleep(0.3)
        read = file.reads
        # Nobody takes it, so nobody reads it.
        time.sleep(0.3)
        assert file.reads == read
    _wait(lambda: file.closed)


def test_slow_readers_and_senders_hold_no_thread(site: Site) -> None:
    """There are two threads, and ten clients of each kind."""
    answering(site, "200 OK", [b"x" * 10_000_000])
    clients = [site.connect() for _number in range(20)]
    for reader in clients[:10]:
        reader.sendall(LAST % b"")
    for sender in clients[10:]:
        sender.sendall(b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 9\r\n\r\nabc")
    _wait(lambda: len(site.asked) == 10)
    answering(site, "200 OK", [b"quick"])
    assert ask(site)[1] == b"quick"
    for client in clients:
        client.close()


def test_what_is_in_work_is_finished_when_the_server_ends() -> None:
    site = Site()

    def slowly(environ: dict[str, Any], start: Any) -> Any:
        time.sleep(0.5)
        return site.usual(environ, start)

    site.answer = slowly
    with served(site):
        client = site.connect()
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: board\r\n\r\n")
        _wait(lambda: bool(site.asked))
    assert everything(client).endswith(b"GET /slow")
    client.close()


def _wait(is_so: Any) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_who_goes_first_does_and_the_others_follow() -> None:
    site, free, came = Site(), threading.Event(), threading.Semaphore(0)
    done: list[str] = []

    def answer(environ: dict[str, Any], start: Any) -> Any:
        assert free.wait(10)
        done.append(environ["HTTP_X_WHO"])
        return site.usual(environ, start)

    def rank(environ: dict[str, Any]) -> float:
        came.release()
        return FIRST if environ["HTTP_X_WHO"] == "member" else 0.0

    site.answer = answer
    # One thread, so that they're done in the order in which they were begun.
    with served(site, rank, threads=1) as running, ExitStack() as open_ones:
        clients = []
        # One at work, and one more that is handed over before anybody is chosen.
        for who in [b"soon"] * 2 + [b"guest"] * 2 + [b"member"] * 2:
            clients.append(open_ones.enter_context(running.connect()))
            clients[-1].sendall(LAST % (b"X-Who: " + who + b"\r\n"))
            assert came.acquire(timeout=10)
        free.set()
        assert [statuses(everything(client)) for client in clients] == [[200]] * 6
    assert done == ["soon"] * 2 + ["member"] * 2 + ["guest"] * 2
