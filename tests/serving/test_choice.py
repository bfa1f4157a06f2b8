"""A guest who chose how boards are laid out is answered from memory too, and gets their own."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import RequestFactory
from django.urls import reverse, set_script_prefix

import rejoinder
from rejoinder.config import wsgi
from rejoinder.serving.front import Front
from rejoinder.threads.board_arrangements import registry
from tests.factories import make_board, make_response, make_thread

pytestmark = pytest.mark.django_db

COOKIE = "arrangement"
OTHERS = [name for name, each in registry.ARRANGEMENTS.items() if each is not registry.DEFAULT]


class Trusting:
    """A watch that nothing ever happens to."""

    def look(self) -> bool:
        return True

    glance = look


class Doors:
    """Django alone, and with the front before it, as workers have it."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.passed = 0
        self.front = Front(
            self._counting, octets=64_000_000, cookies=[settings.SESSION_COOKIE_NAME],
            session=settings.SESSION_COOKIE_NAME, choice=wsgi.front._choice,
            watch=lambda _hear: Trusting(),  # type: ignore[arg-type,return-value]
        )  # fmt: skip

    def _counting(self, environ: Any, start_response: Any) -> Any:
        self.passed += 1
        return self.django(environ, start_response)

    def ask(self, door: Any, address: str, cookies: str = "") -> bytes:
        environ = RequestFactory().get(address, HTTP_HOST="testserver").environ
        environ.pop("HTTP_COOKIE", None)
        if cookies:
            environ["HTTP_COOKIE"] = cookies
        heads: list[Any] = []
        body = b"".join(door(environ, lambda *head: heads.append(head)))
        assert heads[0][0] == "200 OK"
        return body

    def at_once(self, address: str, cookies: str = "") -> bytes | None:
        headers = {b"host": b"testserver", b"accept-encoding": b"gzip"}
        if cookies:
            headers[b"cookie"] = cookies.encode("latin-1")
        reply = self.front.at_once(address.encode(), headers, "192.0.2.1")
        return gzip.decompress(reply.body) if reply else None


@pytest.fixture
def doors() -> Iterator[Doors]:
    root = make_thread(make_board("Quay"))
    make_response(root)
    # They would end the test's transaction with the connection.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield Doors()
    for signal in signals:
        signal.connect(close_old_connections)
    set_script_prefix("/")


@pytest.mark.parametrize("name", OTHERS)
def test_a_board_in_a_chosen_arrangement_is_made_once(doors: Doors, name: str) -> None:
    plain = doors.ask(doors.front, "/b/quay")
    cookies = f"{COOKIE}={name}"
    first = doors.ask(doors.front, "/b/quay", cookies)
    assert first == doors.ask(doors.django, "/b/quay", cookies) != plain
    assert doors.ask(doors.front, "/b/quay", f"csrftoken=x; {cookies}") == first
    assert doors.passed == 2
    assert doors.at_once("/b/quay", cookies) == first
    assert doors.at_once("/b/quay") == plain


@pytest.mark.parametrize(
    "cookies",
    [
        f"{COOKIE}={registry.DEFAULT.name}", f"{COOKIE}=", f"{COOKIE}=unknown", COOKIE,
        f"x{COOKIE}=flat", f"x={COOKIE}=flat", f"{COOKIE}=FLAT", f"{COOKIE}=flat%20",
    ],
)  # fmt: skip
def test_a_value_that_is_no_arrangement_is_none(doors: Doors, cookies: str) -> None:
    plain = doors.ask(doors.front, "/b/quay")
    assert doors.ask(doors.front, "/b/quay", cookies) == plain
    assert doors.ask(doors.django, "/b/quay", cookies) == plain
    assert doors.passed == 1
    assert doors.at_once("/b/quay", cookies) == plain


@pytest.mark.parametrize(
    "cookies",
    [
        *(f"{COOKIE}={name}" for name in registry.ARRANGEMENTS),
        f"{COOKIE}=flat; {COOKIE}=last", f"{COOKIE}=last; {COOKIE}=flat", f'{COOKIE}="flat"',
        f" {COOKIE} = flat ", f"{COOKIE}=flat, {COOKIE}=last", f"a=b;;{COOKIE}=flat;",
        f"{COOKIE}=flat\xc2\xa0", f"{COOKIE}=\xc2\x85flat", f"{COOKIE}\xa0=flat",
        f"{COOKIE}=\tflat", f"{COOKIE}=\x1cflat", f'{COOKIE}="fl\\141t"', f"{COOKIE}=flat" * 300,
        f"={COOKIE}=flat", f"sessionidx={COOKIE}; {COOKIE}=flat",
    ],
)  # fmt: skip
def test_the_front_reads_a_cookie_as_the_view_does(doors: Doors, cookies: str) -> None:
    """However it's written: else one guest would get, or leave behind, another's page."""
    alone = doors.ask(doors.django, "/b/quay", cookies)
    assert doors.ask(doors.front, "/b/quay", cookies) == alone
    for name in registry.ARRANGEMENTS:
        said = f"{COOKIE}={name}"
        wanted = doors.ask(doors.django, "/b/quay", said)
        assert doors.ask(doors.front, "/b/quay", said) == wanted
    assert doors.ask(doors.front, "/b/quay") == doors.ask(doors.django, "/b/quay")
    assert doors.ask(doors.front, "/b/quay", cookies) == alone


def test_other_pages_are_the_same_whatever_was_chosen(doors: Doors) -> None:
    for address in ("/", "/rules"):
        plain = doors.ask(doors.front, address)
        for name in OTHERS:
            assert doors.ask(doors.front, address, f"{COOKIE}={name}") == plain
            assert doors.ask(doors.django, address, f"{COOKIE}={name}") == plain
    assert doors.passed == 2


def test_the_address_counts_for_more_than_what_was_chosen(doors: Doors) -> None:
    """And choosing sets the cookie, so that is never kept."""
    last = doors.ask(doors.front, "/b/quay?as=last", f"{COOKIE}=flat")
    assert last == doors.ask(doors.django, "/b/quay?as=last")
    assert doors.at_once("/b/quay?as=last", f"{COOKIE}=flat") is None


def test_cookies_that_are_long_or_not_ascii_are_the_frameworks(doors: Doors) -> None:
    for cookies in (f"{COOKIE}=flat; a={'x' * 1000}", f"{COOKIE}=flat; a=\xe4"):
        doors.ask(doors.front, "/b/quay", cookies)
        assert doors.at_once("/b/quay", cookies) is None
    assert doors.at_once("/b/quay", f"{COOKIE}=flat") is None
    assert doors.passed == 2


def test_only_boards_read_the_cookie() -> None:
    """Another page that did would be kept for guests who chose otherwise."""
    web = Path(rejoinder.__file__).parent / "web"
    reading = [p.name for p in web.rglob("*.py") if "ARRANGEMENT_COOKIE_NAME" in p.read_text()]
    assert reading == ["board.py"]
    assert reverse("board", args=["quay"]).startswith(wsgi.BOARDS)
