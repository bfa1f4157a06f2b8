"""What clients may say on a connection, what they get, and for how long they may take."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rejoinder.serving import connection as connections
from rejoinder.serving.connection import MOST_HEAD, MOST_WAITING
from tests.serving.wire import MOST_BODY, PAGE, Site, everything, served, statuses

AT_HAND = b"GET /at-hand HTTP/1.1\r\nHost: board\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: board\r\nConnection: close\r\n\r\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with served(Site()) as running:
        yield running


def post(body: bytes, headers: bytes = b"", length: int | None = None) -> bytes:
    length = len(body) if length is None else length
    return b"POST /write HTTP/1.1\r\nHost: board\r\nContent-Length: %d\r\n%s\r\n%s" % (
        length, headers, body,
    )  # fmt: skip


def test_what_is_at_hand_is_answered_without_the_application(site: Site) -> None:
    answer = site.say(AT_HAND, AT_HAND.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert statuses(answer) == [200, 200]
    assert answer.count(PAGE) == 2
    assert answer.count(b"\r\nDate: ") == 2
    assert b"\r\nConnection: close\r\n" in answer
    assert b"erver:" not in answer
    assert site.asked == []


def test_an_answer_at_hand_to_a_head_request_has_no_body(site: Site) -> None:
    answer = site.say(AT_HAND.replace(b"GET", b"HEAD"), LAST)
    assert statuses(answer) == [200, 200]
    assert b"Content-Length: %d\r\n" % len(PAGE) in answer
    assert PAGE not in answer


def test_who_has_a_page_already_gets_no_body(site: Site) -> None:
    asking = AT_HAND[:-2] + b'If-None-Match: "old", W/"tag"\r\n\r\n'
    answer = site.say(asking, asking.replace(b"tag", b"other"), LAST)
    assert statuses(answer) == [304, 200, 200]
    assert answer.count(PAGE) == 1
    assert b'ETag: "tag"\r\n' in answer


@pytest.mark.parametrize(
    "other",
    [
        AT_HAND.replace(b"/at-hand", b"/elsewhere"),
        AT_HAND.replace(b"GET", b"POST"),
        AT_HAND.replace(b"board", b"another"),
        AT_HAND[:-2] + b"Cookie: a=b\r\n\r\n",
        AT_HAND[:-2] + b"Accept: a\r\nAccept: b\r\n\r\n",
        AT_HAND[:-2] + b"Content-Length: 3\r\n\r\nabc",
    ],
)
def test_all_else_is_the_applications_on_the_same_connection_too(site: Site, other: bytes) -> None:
    """Before and after an answer at hand, so also when the headers are those of the last."""
    with site.connect() as client:
        for asked in (AT_HAND, other, AT_HAND, other):
            client.sendall(asked)
            assert client.recv(65536).startswith(b"HTTP/1.1 200 OK\r\n")
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /at-hand HTTP/1.1", 200),
        (b"HEAD /at-hand HTTP/1.1", 200),
        (b"GET /at-hand HTTP/1.0", 200),
        (b"GET /other HTTP/1.1", 200),
        (b"GET /at-hand HTTP/9.9", 400),
        (b"GET /at-hand\nX: y HTTP/1.1", 505),
        (b"GET /at-hand", 505),
        (b"GET /at hand HTTP/1.1", 400),
    ],
)
def test_a_request_line_is_read_also_where_the_headers_are_those_of_the_last(
    site: Site, line: bytes, status: int
) -> None:
    with site.connect() as client:
        client.sendall(AT_HAND)
        assert client.recv(65536).endswith(PAGE)
        client.sendall(AT_HAND.replace(b"GET /at-hand HTTP/1.1", line))
        assert statuses(client.recv(65536)) == [status]


def test_a_body_that_looks_like_a_request_is_none(site: Site) -> None:
    with site.connect() as client:
        client.sendall(AT_HAND)
        assert client.recv(65536).endswith(PAGE)
        client.sendall(post(b"", length=len(AT_HAND)))
        time.sleep(0.1)
        client.sendall(AT_HAND)
        assert client.recv(65536).endswith(b"POST /write")
    assert site.bodies == [AT_HAND]


def test_a_request_in_pieces_is_one_request(site: Site) -> None:
    with site.connect() as client:
        for octet in AT_HAND:
            client.sendall(bytes([octet]))
        assert client.recv(65536).endswith(PAGE)


def test_answers_come_in_the_order_of_their_requests(site: Site) -> None:
    """One at hand never overtakes one that is being made."""

    def slowly(environ: dict[str, object], start: Callable[..., object]) -> object:
        time.sleep(0.2)
        return site.usual(environ, start)

    site.answer = slowly
    first = b"GET /first HTTP/1.1\r\nHost: board\r\n\r\n"
    answer = site.say(first + AT_HAND + first + AT_HAND + LAST)
    bodies = [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert bodies[0] == bodies[2] == b"GET /first"
    assert bodies[4] == b"GET /last"
    # Behind others it isn't at hand, but the application's.
    assert len(bodies) == 5


def test_only_so_many_requests_may_wait(site: Site) -> None:
    one = b"GET /x HTTP/1.1\r\nHost: board\r\n\r\n"
    answer = site.say(one * 1000)
    assert len(site.asked) == len(statuses(answer)) == MOST_WAITING + 1


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("two lengths", b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 4\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("length twice", b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 4\r\n"
         b"Content-Length: 5\r\n\r\nabcde"),
        ("length with sign", b"POST / HTTP/1.1\r\nHost: b\r\nContent-Length: +4\r\n\r\nabcd"),
        ("fold", b"GET / HTTP/1.1\r\nHost: b\r\nX: a\r\n b\r\n\r\n"),
        ("bare LF", b"GET / HTTP/1.1\nHost: b\n\n"),
        ("bare LF after a header", b"GET / HTTP/1.1\r\nHost: b\nX: y\r\n\r\n"),
        ("bare CR", b"GET / HTTP/1.1\r\nHost: b\rX: y\r\n\r\n"),
        ("NUL", b"GET / HTTP/1.1\r\nHost: b\r\nX: a\0b\r\n\r\n"),
        ("space before the colon", b"GET / HTTP/1.1\r\nHost : b\r\n\r\n"),
        ("chunks in 1.0", b"POST / HTTP/1.0\r\nHost: b\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ("chunk that ends with LF", b"POST / HTTP/1.1\r\nHost: b\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n1\na\n0\n\n"),
        ("chunk of negative size", b"POST / HTTP/1.1\r\nHost: b\r\n"
         b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n"),
        ("no host", b"GET / HTTP/1.1\r\n\r\n"),
        ("two hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("CONNECT", b"CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("upgrade with a body", b"POST / HTTP/1.1\r\nHost: b\r\nConnection: upgrade\r\n"
         b"Upgrade: x\r\nContent-Length: 39\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: board\r\n\r\n"),
        ("octets that are no ASCII", b"GET /\xc3\xa4 HTTP/1.1\r\nHost: b\r\n\r\n"),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
        ("nothing known", b"hello\r\n\r\n"),
    ],
)  # fmt: skip
def test_what_others_may_read_otherwise_is_refused(
    site: Site, name: str, request_: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """RFC 9112: 2.2, 3.2, 5.1, 5.2, 6.1, 6.3 and 7.1. Without a word in the log."""
    assert statuses(site.say(request_)) == [400], name
    assert site.asked == []
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET / HTTP/2.0\r\nHost: b\r\n\r\n", 505),
        (b"GET /at-hand\r\nHost: board\r\n\r\n", 505),
        (b"POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nHost: b\r\nX: " + b"x" * MOST_HEAD + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * MOST_HEAD + b" HTTP/1.1\r\nHost: b\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: b\r\n" + b"X: y\r\n" * 300 + b"\r\n", 431),
    ],
)
def test_what_is_not_served_is_named(site: Site, line: bytes, status: int) -> None:
    assert statuses(site.say(line)) == [status]
    assert site.asked == []


def test_a_head_without_an_end_is_not_kept(site: Site) -> None:
    assert not takes_all(site, b"GET / HTTP/1.1\r\nHost: b\r\nX: ")


def test_an_upgrade_is_not_made_and_nothing_after_it_is_read(site: Site) -> None:
    asking = b"GET /a HTTP/1.1\r\nHost: b\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert statuses(site.say(asking + LAST)) == [200]
    assert [each["PATH_INFO"] for each in site.asked] == ["/a"]


def test_nothing_is_read_after_the_last_request(site: Site) -> None:
    assert statuses(site.say(LAST + LAST)) == [200]
    last = AT_HAND[:-2] + b"Connection: close\r\n\r\n"
    assert statuses(site.say(last + LAST)) == [200]
    assert len(site.asked) == 1


def test_an_old_client_gets_an_answer_and_an_end(site: Site) -> None:
    for target in (b"/at-hand", b"/other"):
        answer = site.say(b"GET %s HTTP/1.0\r\nHost: board\r\n\r\n" % target)
        assert statuses(answer) == [200]
        assert b"onnection: close\r\n" in answer
        assert b"chunked" not in answer


# ----- bodies -----


def test_a_body_is_whole_when_the_application_is_asked(site: Site) -> None:
    body = bytes(range(256)) * 300
    with site.connect() as client:
        client.sendall(post(body)[:-1000])
        time.sleep(0.3)
        assert site.asked == []
        client.sendall(post(body)[-1000:])
        client.recv(65536)
    assert site.bodies == [body]
    assert site.asked[0]["CONTENT_LENGTH"] == str(len(body))


def test_a_body_in_chunks_has_a_length_and_its_trailers_are_dropped(site: Site) -> None:
    answer = site.say(
        b"POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Forwarded-For: 192.0.2.1\r\nCookie: a=b\r\n\r\n"
    )
    assert statuses(answer) == [200]
    assert site.bodies == [b"abcde"]
    assert site.asked[0]["CONTENT_LENGTH"] == "5"
    assert not {"HTTP_X_FORWARDED_FOR", "HTTP_COOKIE"} & site.asked[0].keys()


def test_a_body_that_is_too_long_is_dropped_and_the_application_told(site: Site) -> None:
    body = b"x" * (MOST_BODY + 1)
    assert statuses(site.say(post(body, b"Connection: close\r\n"))) == [200]
    assert site.bodies == [b""]
    assert site.asked[0]["CONTENT_LENGTH"] == str(len(body))


def test_a_body_in_chunks_that_is_too_long_is_refused(site: Site) -> None:
    head = b"POST /a HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n"
    piece = b"2710\r\n" + b"x" * 10_000 + b"\r\n"
    assert statuses(site.say(head, piece * (MOST_BODY // 10_000 + 1))) == [413]
    assert site.asked == []


def test_trailers_without_an_end_are_not_kept(site: Site) -> None:
    chunked = b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: "
    assert not takes_all(site, b"POST /a HTTP/1.1\r\nHost: b\r\n" + chunked)
    assert site.asked == []


def takes_all(site: Site, beginning: bytes) -> bool:
    """Tell whether the server lets a client go on for several megabytes."""
    with site.connect() as client:
        client.sendall(beginning)
        try:
            for _time in range(100):
                client.sendall(b"x" * MOST_HEAD)
                time.sleep(0.01)
        except (BrokenPipeError, ConnectionResetError):
            return False
    return True


def test_who_waits_for_leave_to_send_gets_it(site: Site) -> None:
    with site.connect() as client:
        client.sendall(post(b"", b"Expect: 100-continue\r\nConnection: close\r\n", length=3))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert statuses(everything(client)) == [200]
    assert site.bodies == [b"abc"]


def test_who_goes_away_while_sending_leaves_nothing(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with site.connect() as client:
        client.sendall(post(b"abc", length=1000))
        time.sleep(0.1)
    assert statuses(site.say(LAST)) == [200]
    assert [each["PATH_INFO"] for each in site.asked] == ["/last"]
    assert caplog.records == []


# ----- time -----


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """All limits of time at their end with the first tick."""
    for name in ("HEAD_SECONDS", "IDLE_SECONDS", "IDLE_SECONDS_WHEN_FULL", "PATIENCE_SECONDS"):
        monkeypatch.setattr(connections, name, 0)
    monkeypatch.setattr(connections, "SLOWEST_OCTETS_A_SECOND", 1_000_000_000)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"", [408]),
        (b"GET / HTT", [408]),
        (b"GET / HTTP/1.1\r\nHost: b\r\nX: y", [408]),
        (post(b"abc", length=1000), [408]),
        (AT_HAND, [200]),
        (AT_HAND + b"GET / HTT", [200, 408]),
    ],
)
def test_who_takes_too_long_is_no_longer_waited_for(
    site: Site, said: bytes, status: list[int]
) -> None:
    with site.connect() as client:
        client.sendall(said)
        time.sleep(0.3)
        site.tick()
        assert statuses(everything(client)) == status
    assert site.asked == []


def test_who_takes_their_time_within_bounds_is_waited_for(site: Site) -> None:
    with site.connect() as client:
        client.sendall(AT_HAND[:20])
        time.sleep(0.1)
        site.tick()
        client.sendall(AT_HAND[20:])
        assert client.recv(65536).endswith(PAGE)
        site.tick()
        client.sendall(post(b"abc")[:-1])
        time.sleep(0.1)
        site.tick()
        client.sendall(b"c")
        assert b"POST /write" in client.recv(65536)


@pytest.mark.usefixtures("hurried")
def test_an_answer_that_is_not_taken_is_not_kept(site: Site) -> None:
    def long(_environ: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [])
        return [b"x" * 20_000_000]

    site.answer = long
    with site.connect() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 10_000)
        client.sendall(LAST)
        assert until(lambda: any(one.transport.get_write_buffer_size() for one in held(site)))
        site.tick()
        time.sleep(0.1)
        site.tick()
        assert until(lambda: not held(site))


def held(site: Site) -> set[Any]:
    return set(site.server.server_state.connections)


def until(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    """Return whether something came to be so in time."""
    end = time.monotonic() + seconds
    while not is_so() and time.monotonic() < end:
        time.sleep(0.02)
    return is_so()


def test_beyond_so_many_connections_there_are_no_more(site: Site) -> None:
    site.desk.most_connections = 3
    clients = [site.connect() for _number in range(3)]
    for client in clients:
        client.sendall(AT_HAND)
        assert client.recv(65536).endswith(PAGE)
    assert statuses(site.say(AT_HAND)) == [503]
    clients.pop().close()
    time.sleep(0.2)
    with site.connect() as another:
        another.sendall(AT_HAND)
        assert another.recv(65536).endswith(PAGE)
    for client in clients:
        client.close()
