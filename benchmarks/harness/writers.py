"""Members who post by the web form: what they send, and how long each POST takes."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.harness import texts
from benchmarks.harness.client import Connection

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Django takes a bare secret of this length in the cookie and in the form alike.
_CSRF_LENGTH = 32


@dataclass
class Posted:
    """What came of posts: public ids of those acknowledged, milliseconds each, what failed."""

    acknowledged: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass
class Writer:
    """A signed-in member with a connection of their own."""

    cookie: str
    connection: Connection
    chance: random.Random
    # Where it says it comes from, to a server that believes a proxy.
    address: str = ""
    secret: str = field(default_factory=lambda: secrets.token_hex(_CSRF_LENGTH // 2))

    async def respond(self, public_id: str, posted: Posted) -> None:
        """Send the form that answers a post, and note what came of it."""
        form = {
            "csrfmiddlewaretoken": self.secret,
            "title": texts.title(self.chance),
            "text": texts.text(self.chance),
            "submission": secrets.token_urlsafe(16),
            "button": "post",
        }
        headers = {**FORM, "Cookie": f"{self.cookie}; csrftoken={self.secret}"}
        if self.address:
            headers["X-Forwarded-For"] = self.address
        path, body = f"/p/{public_id}/respond", urlencode(form).encode()
        began = time.perf_counter()
        try:
            reply = await self.connection.ask("POST", path, headers, body)
        except (OSError, EOFError, TimeoutError) as error:
            posted.failures.append(repr(error))
            return
        posted.milliseconds.append(1000 * (time.perf_counter() - began))
        if reply.status == 303:
            posted.acknowledged.append(reply.headers["location"].rpartition("/")[2])
        else:
            posted.failures.append(str(reply.status))


def writers(cookies: Sequence[str], port: int, seed: int = 1) -> list[Writer]:
    """Return a writer for each member's cookie."""
    return [
        Writer(cookie, Connection(port), random.Random(f"{seed}:{number}"))
        for number, cookie in enumerate(cookies)
    ]


async def write_for(
    seconds: float, cookies: Sequence[str], posts: Sequence[str], port: int, seed: int
) -> tuple[Posted, float]:
    """Have all these members answer posts, one after another each; also return how long it took."""
    posted, began = Posted(), time.monotonic()

    async def write(writer: Writer) -> None:
        while time.monotonic() - began < seconds:
            await writer.respond(writer.chance.choice(posts), posted)
        writer.connection.close()

    await asyncio.gather(*(write(writer) for writer in writers(cookies, port, seed)))
    return posted, time.monotonic() - began


async def write_every(
    seconds: float, cookie: str, posts: Sequence[str], port: int, posted: Posted
) -> None:
    """Have one member answer a post every so many seconds, until cancelled."""
    (writer,) = writers([cookie], port, seed=secrets.randbits(32))
    try:
        while True:
            await writer.respond(writer.chance.choice(posts), posted)
            await asyncio.sleep(seconds)
    finally:
        writer.connection.close()
