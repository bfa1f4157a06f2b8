"""The front on the event loop: what is at hand, and only that."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pytest

from rejoinder.serving.front import LONGEST_TARGET
from tests.serving.test_front import OF_THREAD, Site
from tests.serving.test_front import site as site  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.django_db

PEER = "127.0.0.1"
HEADERS = {b"host": b"board.example", b"accept-encoding": b"gzip"}


def made(site: Site, target: str) -> object:
    """Ask for a page as the threads do, and return the answer."""
    path, _mark, query = target.partition("?")
    return site.get(unquote_to_bytes(path).decode("latin-1"), query, HTTP_ACCEPT_ENCODING="gzip")


@pytest.mark.parametrize("target", ["/t/one", "/b/%C3%A4", "/t/one?as=flat&at=x", "/t/a%20b%3Fc"])
def test_a_page_that_was_made_is_at_hand(site: Site, target: str) -> None:
    assert site.front.at_once(target.encode(), HEADERS, PEER) is None
    status, headers, body = made(site, target)  # type: ignore[misc]
    reply = site.front.at_once(target.encode(), HEADERS, PEER)
    assert reply is not None
    assert {name.lower(): value for name, value in reply.headers} == headers
    assert (status, reply.body) == (200, body)
    assert len(site.asked) == 1


def test_a_page_is_at_hand_for_what_means_the_same(site: Site) -> None:
    made(site, "/t/one?as=flat&at=x")
    for target in (b"/t/one?at=x&as=flat", b"/%74/one?as=flat&utm=1&at=x"):
        assert site.front.at_once(target, HEADERS, PEER) is not None


@pytest.mark.parametrize(
    "own",
    [
        {b"cookie": b"sessionid=abc"},
        {b"cookie": b"other=1; __Host-sessionid=abc"},
        {b"authorization": b"Bearer abc"},
        {b"host": b"another.example"},
        {b"accept-encoding": b"zstd"},
        {b"accept-encoding": b""},
    ],
)
def test_nothing_is_at_hand_for_who_brings_something_of_their_own(
    site: Site, own: dict[bytes, bytes]
) -> None:
    made(site, "/t/one")
    assert site.front.at_once(b"/t/one", HEADERS | {b"cookie": b"csrftoken=a"}, PEER) is not None
    assert site.front.at_once(b"/t/one", HEADERS | own, PEER) is None


def test_nothing_is_at_hand_while_nobody_knows_what_has_changed(site: Site) -> None:
    made(site, "/t/one")
    site.watch.knows = False
    assert site.front.at_once(b"/t/one", HEADERS, PEER) is None


def test_what_has_changed_is_not_at_hand(site: Site) -> None:
    made(site, "/t/one")
    site.watch.heard([OF_THREAD])
    assert site.front.at_once(b"/t/one", HEADERS, PEER) is None


def test_what_is_made_up_to_fill_memory_isnt_remembered(site: Site) -> None:
    made(site, "/t/one")
    long = b"/t/one?x=" + b"y" * LONGEST_TARGET
    assert site.front.at_once(long, HEADERS, PEER) is None
