"""The WSGI application that the workers serve: files, and guests' pages, before Django."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, cast

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from rejoinder.serving.by_cost import ByCost
    from rejoinder.serving.front import Front
    from rejoinder.serving.replies import AtOnce, Reply

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")

# Where the arrangement that a guest chose says what's on a page.
BOARDS = "/b/"


class Request(WSGIRequest):
    """A request that is read as UTF-8, whatever charset its Content-Type names.

    Django would read the address, too, in any codec of Python's that a sender names, before
    anything can answer for what goes wrong there: "zlib", or a thousand parameters.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            found = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            # A parameter in an unknown encoding (RFC 2231).
            found = "", {}
        self.content_type, self.content_params = found


class Application(WSGIHandler):
    """Answers requests as `Request` reads them."""

    request_class = Request


def _front() -> Front:
    django.setup(set_prefix=False)
    # Models can be imported only now. With the views come the parameters that pages depend on,
    # by which the front tells addresses apart.
    from rejoinder.config import urls  # noqa: F401
    from rejoinder.serving.front import Choice, Front
    from rejoinder.serving.replica import Replica
    from rejoinder.threads.board_arrangements import registry

    octets = settings.OPTIONS.page_cache * 1_000_000
    return Front(
        _by_cost(Application()),
        octets=octets,
        cookies=[settings.SESSION_COOKIE_NAME],
        session=settings.SESSION_COOKIE_NAME,
        choice=Choice(
            settings.ARRANGEMENT_COOKIE_NAME,
            frozenset(registry.ARRANGEMENTS) - {registry.DEFAULT.name},
            BOARDS,
        ),
        replica=Replica() if settings.OPTIONS.replica_url else None,
    )


def _by_cost(framework: Application) -> ByCost:
    """Return what answers guests by what their addresses have cost."""
    from rejoinder.limits.addresses import network_of
    from rejoinder.limits.asked_from import sender_of
    from rejoinder.serving.by_cost import ByCost
    from rejoinder.serving.costs import Costs
    from rejoinder.web.middleware import security_headers
    from rejoinder.web.who_sits import is_members, session_named

    options = settings.OPTIONS
    return ByCost(
        framework,
        Costs(options.guest_work / 60, options.guest_burst),
        network=lambda environ: network_of(sender_of(environ)),
        session=session_named,
        is_members=is_members,
        headers=list(security_headers().items()),
        language=settings.LANGUAGE_CODE,
    )


def _first(*known: AtOnce) -> AtOnce:
    """Return what asks each of these in turn."""

    def at_once(target: bytes, headers: dict[bytes, bytes], peer: str) -> Reply | None:
        for each in known:
            if (reply := each(target, headers, peer)) is not None:
                return reply
        return None

    return at_once


front = _front()
# Tells in which order they come when many wait.
rank = cast("ByCost", front.application).rank
from rejoinder.web import static_files  # noqa: E402 - as above

application: WSGIApplication = static_files.before(front)
# What `application` would answer a GET or HEAD with, if that needs no waiting.
at_once: AtOnce = _first(front.at_once, static_files.at_once)
