"""What clients send after the head: read whole before a thread is asked, within bounds.

So a sender that takes its time holds a connection, and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any

# What is larger lies on disk while it's read.
MOST_IN_MEMORY = 64 * 1024
# Of a body that is too large, so much is read and dropped: browsers show no answer while they
# still send.
MOST_DROPPED = 64 * 1024 * 1024

Receive = Callable[[], Awaitable[Any]]


class Gone(Exception):
    """The client went away before it had sent everything."""


async def read(receive: Receive, declared: int, most: int) -> tuple[IO[bytes], int]:
    """Return a request's body, and how long it's said to be.

    Of one that is said to be longer than `most` nothing is kept, and who reads it finds it
    empty; one that only turns out longer (without a Content-Length) never gets here.
    Raises Gone.
    """
    if declared > most:
        await _drop(receive)
        return BytesIO(), declared
    with ExitStack() as unless_whole:
        body = unless_whole.enter_context(SpooledTemporaryFile(MOST_IN_MEMORY))
        length, is_more = 0, True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Gone
            length += body.write(message["body"])
            is_more = message["more_body"]
        body.seek(0)
        unless_whole.pop_all()
    return body, length


async def _drop(receive: Receive) -> None:
    length, is_more = 0, True
    while is_more and length < MOST_DROPPED:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        length += len(message["body"])
        is_more = message["more_body"]
