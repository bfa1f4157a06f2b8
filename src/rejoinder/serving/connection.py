"""One client's connection: what is at hand is answered at once, all else by the threads.

uvicorn's protocol reads requests (llhttp: strict about lengths, line ends and folds) and
keeps answers in order. Added here are the answers at once, the bounds on what a client may
send and hold, and refusals in a line without a word in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from time import monotonic
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from rejoinder.serving.bodies import MOST_DROPPED
from rejoinder.serving.replies import MODIFIED, AtOnce, Reply, is_known, matches

log = logging.getLogger(__name__)

# A whole head: the request line and all headers.
MOST_HEAD = 64 * 1024
MOST_HEADERS = 200
# Requests that wait on one connection for the answer to an earlier one.
MOST_WAITING = 32
# From its first octet (or the connection's beginning) until a head is whole.
HEAD_SECONDS = 10
# Longer than proxies keep theirs (nginx: 60), or a request meets a connection that closes.
IDLE_SECONDS = 75
# Once half of the connections that there may be are there.
IDLE_SECONDS_WHEN_FULL = 5
# For a body, and for taking an answer: so long, and a second more for each so many octets.
PATIENCE_SECONDS = 30
SLOWEST_OCTETS_A_SECOND = 1000

# With one of these, a request isn't answered at once.
WITH_MORE = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade"})


class Refused(Exception):
    """What came is no request that can be served."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Desk:
    """What all connections of a worker share."""

    at_once: AtOnce
    most_body: int
    most_connections: int
    # The time, as of the last tick.
    now: float = field(init=False)
    # How an answer at once begins.
    found: bytes = field(init=False)
    unchanged: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.tick(())

    def tick(self, connections: Collection[Any]) -> None:
        """Renew the date of answers and end what takes too long; called once a second."""
        self.now = monotonic()
        date = f"Date: {formatdate(usegmt=True)}\r\n".encode()
        self.found = b"HTTP/1.1 200 OK\r\n" + date
        self.unchanged = b"HTTP/1.1 304 Not Modified\r\n" + date
        is_full = len(connections) > self.most_connections / 2
        idle = IDLE_SECONDS_WHEN_FULL if is_full else IDLE_SECONDS
        for connection in list(connections):
            connection.end_if_late(idle)


class Connection(HttpToolsProtocol):
    """uvicorn's protocol with a desk."""

    def __init__(self, *arguments: Any, desk: Desk, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.desk = desk
        self.url = b""
        self.headers = []
        # Between two requests, or before the first; in a head, or before the first.
        self.is_between = True
        self.is_in_head = True
        self.heads = 0
        self.head_began = desk.now
        self.idle_since = desk.now
        # The headers of the last request, if it was answered at once: as they came, and by name.
        self.said = b""
        self.named: dict[bytes, bytes] = {}
        # Octets of a head that isn't whole; None: it began in what is being read.
        self.head_octets: int | None = 0
        # Of a request with a body: what came after the head, and the body of it.
        self.message_began = desk.now
        self.message_octets = 0
        self.body_octets = 0
        # The request that is being read was answered at once.
        self.is_answered = True
        # What comes belongs to no request that is to be answered.
        self.is_ignoring = False
        # Since when the client hasn't taken all that was sent, and how much that was.
        self.untaken_since: float | None = None
        self.untaken = 0

    # ----- connections -----

    def connection_made(self, transport: Any) -> None:
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.desk.most_connections:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)

    def resume_writing(self) -> None:
        """Note that the client takes what is sent."""
        self.untaken_since = None
        super().resume_writing()

    def end_if_late(self, idle_seconds: float) -> None:
        """End the connection if its client has kept us waiting too long."""
        now = self.desk.now
        if self.transport.is_closing() and not self._is_untaken():
            return
        if self._is_untaken():
            if now > self._deadline(self.untaken_since or now, self.untaken):
                self.transport.abort()
        elif self._is_at_work():
            if self.cycle.more_body and now > self._deadline(
                self.message_began, self.message_octets
            ):
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif self.is_in_head:
            if now > self.head_began + HEAD_SECONDS:
                self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        elif now > self.idle_since + idle_seconds:
            self.transport.close()

    def _is_untaken(self) -> bool:
        size = self.transport.get_write_buffer_size()
        if not size:
            self.untaken_since = None
            return False
        if self.untaken_since is None:
            self.untaken_since, self.untaken = self.desk.now, size
        return True

    def _deadline(self, since: float, octets: int) -> float:
        return since + PATIENCE_SECONDS + octets / SLOWEST_OCTETS_A_SECOND

    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    # ----- requests -----

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        if self.is_ignoring or self.transport.is_closing():
            return
        line, _end, rest = data.partition(b"\r\n")
        if rest and rest == self.said and self._answer_again(line):
            return
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        was_between, self.said, before = self.is_between, b"", self.heads
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Nothing is upgraded: the request was answered as any, and what follows it, whatever
            # it is, isn't read as another.
            self.is_ignoring = True
        except httptools.HttpParserError as error:
            self._refuse(_status_for(error))
        else:
            if not self.is_answered or self.is_in_head:
                self._count(len(data))
            elif was_between and self.is_between and self.heads == before + 1:
                self.said = rest

    def _answer_again(self, line: bytes) -> bool:
        """Answer a request at once whose headers are, octet for octet, those of the last one.

        So reading them once is enough, which is half of what such an answer costs: crawlers,
        feed readers and pages that ask for what is new say the same each time.
        """
        words = line.split(b" ")
        if len(words) != 3 or words[2] != b"HTTP/1.1" or b"\n" in line or self._is_busy():
            return False
        return self._answer(words[0], words[1], self.named, is_last=False)

    def _count(self, octets: int) -> None:
        """Bound what the parser may be holding: a head or trailers without an end."""
        if self.is_in_head:
            self.head_octets = 0 if self.head_octets is None else self.head_octets + octets
            if self.head_octets > MOST_HEAD:
                self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._is_at_work() and self.cycle.more_body:
            self.message_octets += octets
            if self.message_octets > 2 * self.body_octets + 2 * MOST_HEAD + self.desk.most_body:
                self._refuse(HTTPStatus.BAD_REQUEST)

    def on_message_begin(self) -> None:
        """Begin a request."""
        self.url = b""
        self.headers = []
        self.is_between = False
        self.is_in_head = True
        self.head_began = self.desk.now
        self.head_octets = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers after a body are dropped."""
        if self.is_in_head:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Answer at once, or hand the request to the framework."""
        self.is_in_head = False
        self.heads += 1
        if self.transport.is_closing():
            self.is_ignoring = True
            return
        version = self.parser.get_http_version()
        # The parser knows 0.9 too, which has no headers and ends its lines as it likes.
        if version not in ("1.1", "1.0"):
            raise Refused(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        # HTTP/1.0 would want to be told that the connection stays.
        is_last = version == "1.0" or not self.parser.should_keep_alive()
        named = self.named = dict(self.headers)
        self.is_answered = (
            not self._is_busy()
            # A header that is there twice may mean something else to everybody.
            and len(named) == len(self.headers)
            and WITH_MORE.isdisjoint(named)
            and b"host" in named
            and self._answer(self.parser.get_method(), self.url, named, is_last=is_last)
        )
        if not self.is_answered:
            self._check(named, version)
            self._hand_over()

    def _is_busy(self) -> bool:
        """Tell whether an earlier answer isn't made, or hasn't been taken."""
        cycle = self.cycle
        return self.flow.write_paused or (cycle is not None and not cycle.response_complete)

    def _answer(
        self, method: bytes, target: bytes, named: dict[bytes, bytes], *, is_last: bool
    ) -> bool:
        if method not in (b"GET", b"HEAD"):
            return False
        reply = self.desk.at_once(target, named, self.client[0] if self.client else "")
        if reply is None:
            return False
        modified = reply.last_modified if reply.since is not None else ""
        if _has(named, reply, modified):
            start, rest = self.desk.unchanged, reply.unchanged
        else:
            start, rest = self.desk.found, reply.whole
            if modified:
                start += f"{MODIFIED}: {modified}\r\n".encode()
            if method == b"HEAD":
                rest = rest[: reply.body_at]
        if is_last:
            start += b"Connection: close\r\n"
            self.is_ignoring = True
        self.transport.write(start + rest)
        if is_last:
            self.transport.close()
        self.idle_since = self.desk.now
        return True

    def _check(self, named: dict[bytes, bytes], version: str) -> None:
        """Raise Refused for what the parser lets pass and we don't serve."""
        octets = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if octets > MOST_HEAD or len(self.headers) > MOST_HEADERS:
            raise Refused(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        # RFC 9112, 3.2 and 6.1.
        hosts = sum(name == b"host" for name, _value in self.headers)
        if hosts > 1 or (hosts == 0 and version == "1.1"):
            raise Refused(HTTPStatus.BAD_REQUEST)
        if coding := named.get(b"transfer-encoding"):
            if version == "1.0":
                raise Refused(HTTPStatus.BAD_REQUEST)
            if coding.lower() != b"chunked":
                raise Refused(HTTPStatus.NOT_IMPLEMENTED)
        # To the parser a body after such a head is no part of the request.
        if self.parser.should_upgrade() and (
            self.parser.get_method() == b"CONNECT" or coding or b"content-length" in named
        ):
            raise Refused(HTTPStatus.BAD_REQUEST)
        if len(self.pipeline) >= MOST_WAITING:
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS)

    def _hand_over(self) -> None:
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        for name, value in headers:
            super().on_header(name, value)
        super().on_headers_complete()
        if self.parser.should_upgrade() or int(self.named.get(b"content-length", 0)) > MOST_DROPPED:
            self.cycle.keep_alive = False
        self.message_began = self.desk.now
        self.message_octets = self.body_octets = 0

    def on_body(self, body: bytes) -> None:
        """Take a part of a body."""
        if self.is_answered or self.is_ignoring:
            return
        self.body_octets += len(body)
        if self.body_octets > self.desk.most_body and b"content-length" not in self.named:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note that all of a request is here."""
        self.is_between = True
        if not self.is_answered and not self.is_ignoring:
            super().on_message_complete()

    # ----- answers -----

    def on_response_complete(self) -> None:
        """Go on to the next request."""
        self.idle_since = self.head_began = self.desk.now
        super().on_response_complete()

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer with a line and close; answers that are being made are finished first."""
        self.is_ignoring = True
        if self._is_at_work() and (
            self.pipeline or self.cycle.response_started or not self.cycle.more_body
        ):
            self.cycle.keep_alive = False
            return
        body = f"{status.value} {status.phrase}\n".encode()
        self.transport.write(
            f"HTTP/1.1 {status.value} {status.phrase}\r\n"
            f"Date: {formatdate(usegmt=True)}\r\nConnection: close\r\n"
            f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        self.transport.close()


def _has(named: dict[bytes, bytes], reply: Reply, modified: str) -> bool:
    """Tell whether the client has this answer already."""
    tags = named.get(b"if-none-match")
    if not modified:
        return tags is not None and matches(tags.decode("latin-1"), reply.etag)
    since = named.get(b"if-modified-since")
    return is_known(
        reply.etag,
        modified,
        None if tags is None else tags.decode("latin-1"),
        None if since is None else since.decode("latin-1"),
    )


def _status_for(error: httptools.HttpParserError) -> HTTPStatus:
    cause = error.__context__
    if isinstance(cause, Refused):
        return cause.status
    if cause is None or isinstance(cause, httptools.HttpParserError | UnicodeError):
        return HTTPStatus.BAD_REQUEST
    log.error("A request could not be taken.", exc_info=cause)
    return HTTPStatus.INTERNAL_SERVER_ERROR
