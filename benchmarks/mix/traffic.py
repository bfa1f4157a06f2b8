"""Who asks for what, when: an open loop on connections that are kept."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.harness.client import Connection
from benchmarks.harness.writers import Posted, Writer
from benchmarks.mix.figures import Stretch

# As many as wait at once when each waits for seconds, so that all waiting is done in the server.
CONNECTIONS = {"guest": 384, "member": 96, "post": 48, "robot": 1200}
# More of a kind waiting than this, and its further ones are refused here, as errors.
MOST_WAITING = 3000
# A reader opens few pages often and many seldom: the share of requests for the first tenth.
POPULAR_SHARE = 0.8


@dataclass(frozen=True)
class Site:
    """Where the traffic goes: addresses, posts to answer, members' cookies."""

    port: int
    popular: Sequence[str]
    addresses: Sequence[str]
    threads: Sequence[str]
    posts: Sequence[str]
    cookies: Sequence[str]


@dataclass
class Traffic:
    """Makes requests, and notes what came of each in the stretch that is open now."""

    site: Site
    chance: random.Random = field(default_factory=lambda: random.Random(90))
    stretch: Stretch = field(default_factory=Stretch)
    posted: Posted = field(default_factory=Posted)
    _waiting: Counter[str] = field(default_factory=Counter)
    _free: dict[str, asyncio.LifoQueue[Connection]] = field(default_factory=dict)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def waiting(self) -> int:
        """How many requests aren't answered yet."""
        return self._waiting.total()

    def open(self) -> None:
        """Make ready; connections are opened when they're needed."""
        for kind, count in CONNECTIONS.items():
            self._free[kind] = asyncio.LifoQueue()
            for _ in range(count):
                self._free[kind].put_nowait(Connection(self.site.port))

    async def come(self, kind: str, per_second: float, until: float) -> None:
        """Let requests of a kind come at random moments, on average so many a second."""
        due = time.monotonic()
        while (due := due + self.chance.expovariate(per_second)) < until:
            if (pause := due - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            if self._waiting[kind] >= MOST_WAITING:
                self.stretch.note(kind, 0.0, is_error=True)
                continue
            task = asyncio.create_task(self._serve(kind, due))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        """Wait for what is in flight, and close the connections."""
        await asyncio.gather(*self._running)
        for free in self._free.values():
            while not free.empty():
                free.get_nowait().close()

    async def _serve(self, kind: str, due: float) -> None:
        self._waiting[kind] += 1
        connection = await self._free[kind].get()
        ask: dict[str, Callable[[Connection], Awaitable[bool]]] = {
            "guest": self._guest,
            "member": self._member,
            "post": self._post,
            "robot": self._robot,
        }
        try:
            is_good = await ask[kind](connection)
        except (OSError, EOFError, TimeoutError):
            is_good = False
        finally:
            self._free[kind].put_nowait(connection)
            self._waiting[kind] -= 1
        self.stretch.note(kind, 1000 * (time.monotonic() - due), is_error=not is_good)

    async def _guest(self, connection: Connection) -> bool:
        is_popular = self.chance.random() < POPULAR_SHARE
        path = self.chance.choice(self.site.popular if is_popular else self.site.addresses)
        return await self._get(connection, path, address_of(self.chance.randrange(5000), 20))

    async def _robot(self, connection: Connection) -> bool:
        path = self.chance.choice(self.site.addresses)
        return await self._get(connection, path, address_of(self.chance.randrange(10_000), 100))

    async def _member(self, connection: Connection) -> bool:
        number = self.chance.randrange(len(self.site.cookies))
        path = self.chance.choice(self.site.threads)
        return await self._get(
            connection, path, address_of(number, 30), Cookie=self.site.cookies[number]
        )

    async def _post(self, connection: Connection) -> bool:
        number = self.chance.randrange(len(self.site.cookies))
        writer = Writer(self.site.cookies[number], connection, self.chance, address_of(number, 30))
        before = len(self.posted.acknowledged)
        await writer.respond(self.chance.choice(self.site.posts), self.posted)
        # Of those that are sent at once, one may stand for another: in number it's the same.
        return len(self.posted.acknowledged) > before

    async def _get(self, connection: Connection, path: str, address: str, **headers: str) -> bool:
        named = {"Accept-Encoding": "gzip", "X-Forwarded-For": address, **headers}
        reply = await connection.ask("GET", path, named)
        return reply.status == 200


def address_of(number: int, network: int) -> str:
    """Return one of 65,536 addresses of a network of its own."""
    return f"10.{network}.{number // 256}.{number % 256}"
