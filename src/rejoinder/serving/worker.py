"""One worker: an event loop with its connections, and the threads behind it."""

from __future__ import annotations

import logging
import resource
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import uvicorn

from rejoinder.serving.bridge import Application, Bridge, Environ
from rejoinder.serving.connection import IDLE_SECONDS, Connection, Desk
from rejoinder.serving.replies import AtOnce

log = logging.getLogger(__name__)

# A connection takes a descriptor and some kilobytes.
MOST_CONNECTIONS = 4000
# For files, the database and the log.
OTHER_DESCRIPTORS = 200
TICKS_A_SECOND = 10


def serve(
    listening: socket.socket,
    application: Application,
    at_once: AtOnce,
    *,
    threads: int,
    most_body: int,
    grace_seconds: int,
    is_multiprocess: bool,
    rank: Callable[[Environ], float],
    say_ready: Callable[[], None],
) -> None:
    """Serve until SIGTERM or SIGINT, and what is in flight then for so long."""
    config = uvicorn.Config(
        Bridge(application, threads, most_body, is_multiprocess, rank),
        loop="uvloop",
        lifespan="off",
        interface="asgi3",
        ws="none",
        log_config=None,
        access_log=False,
        # Whom to believe about where a request comes from, rejoinder.limits.asked_from decides.
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=grace_seconds,
    )
    desk = Desk(at_once, most_body, _most_connections())
    # Whatever makes a protocol will do, says uvicorn's code; only its types say a class.
    config.http = cast("Any", partial(Connection, desk=desk))
    _Server(config, desk, say_ready).run([listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, desk: Desk, say_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self.desk = desk
        self.say_ready = say_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.say_ready()

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS_A_SECOND == 0:
            self.desk.tick(self.server_state.connections)
        return await super().on_tick(counter)


def _most_connections() -> int:
    """Return how many connections there may be, with as many descriptors as are to be had."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_DESCRIPTORS
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(MOST_CONNECTIONS, max(soft - OTHER_DESCRIPTORS, soft // 2))
