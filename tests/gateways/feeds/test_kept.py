"""Feeds are answered from memory, told apart by tag and by time, and never out of date."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.urls import set_script_prefix

from rejoinder.posts.withdraw import withdraw
from rejoinder.serving import replies
from rejoinder.serving.freshness import wait_until_known
from rejoinder.serving.front import Front
from tests.factories import make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db(transaction=True)


class Site:
    """The front before Django, and how often Django was asked."""

    def __init__(self) -> None:
        self.django = WSGIHandler()
        self.passed = 0
        names = [settings.SESSION_COOKIE_NAME]
        self.front = Front(self._counting, octets=64_000_000, cookies=names)

    def _counting(self, environ: Any, start_response: Any) -> Any:
        self.passed += 1
        return self.django(environ, start_response)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body."""
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "",
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "testserver", "wsgi.url_scheme": "http", "wsgi.input": BytesIO(),
            **headers,
        }  # fmt: skip
        heads: list[Any] = []
        body = b"".join(self.front(environ, lambda *head: heads.append(head)))
        status, told = heads[0][:2]
        return int(status[:3]), dict(told), body


@pytest.fixture
def site() -> Iterator[Site]:
    opened = Site()
    yield opened
    opened.front._watch.close()
    set_script_prefix("/")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of day, as the front and its answers read it."""
    now = [1_800_000_000.3]
    monkeypatch.setattr("rejoinder.serving.front.time.time", lambda: now[0])
    monkeypatch.setattr(replies.time, "time", lambda: now[0])
    return now


def test_a_feed_is_made_once_and_its_octets_are_the_same(site: Site) -> None:
    make_thread()
    wait_until_known()
    first = site.get("/feed.atom")
    again = site.get("/feed.atom", HTTP_ACCEPT_ENCODING="gzip")
    assert site.passed == 1
    assert gzip.decompress(again[2]) == first[2]
    assert not first[1]["ETag"].startswith("W/")
    assert first[1]["Cache-Control"] == "no-cache"


def test_who_has_it_is_told_so_without_asking_anybody(site: Site) -> None:
    make_thread()
    wait_until_known()
    tag = site.get("/feed.atom")[1]["ETag"]
    assert site.get("/feed.atom", HTTP_IF_NONE_MATCH=tag)[::2] == (304, b"")
    assert site.passed == 1


def test_who_asks_by_time_is_told_too(site: Site, clock: list[float]) -> None:
    make_thread()
    wait_until_known()
    site.get("/feed.atom")
    clock[0] += 1
    told = site.get("/feed.atom")[1]["Last-Modified"]
    assert told == "Fri, 15 Jan 2027 08:00:00 GMT"
    assert site.get("/feed.atom", HTTP_IF_MODIFIED_SINCE=told)[0] == 304
    # The tag counts first; another date is no date of ours.
    both = {"HTTP_IF_MODIFIED_SINCE": told, "HTTP_IF_NONE_MATCH": '"other"'}
    assert site.get("/feed.atom", **both)[0] == 200
    later = "Fri, 15 Jan 2027 09:00:00 GMT"
    assert site.get("/feed.atom", HTTP_IF_MODIFIED_SINCE=later)[0] == 200


def test_two_that_were_made_in_one_second_are_told_apart(site: Site, clock: list[float]) -> None:
    root = make_thread()
    wait_until_known()
    assert "Last-Modified" not in site.get("/feed.atom")[1]
    make_response(root, "In the same second")
    wait_until_known()
    clock[0] += 0.5
    assert "Last-Modified" not in site.get("/feed.atom")[1]
    clock[0] += 1
    assert "Last-Modified" in site.get("/feed.atom")[1]


def test_what_is_withdrawn_is_gone_for_who_asks_by_time(site: Site, clock: list[float]) -> None:
    author = make_member()
    root = make_thread(None, "Root", "", author)
    answer = make_response(root, "Taken back", "", author)
    wait_until_known()
    site.get("/feed.atom")
    clock[0] += 5
    told = site.get("/feed.atom")[1]["Last-Modified"]
    withdraw(principal_of(author), answer)
    wait_until_known()
    status, _headers, body = site.get("/feed.atom", HTTP_IF_MODIFIED_SINCE=told)
    assert status == 200
    assert b"Taken back" not in body


def test_pages_are_told_apart_by_tag_alone(site: Site, clock: list[float]) -> None:
    make_thread()
    wait_until_known()
    site.get("/")
    clock[0] += 5
    assert "Last-Modified" not in site.get("/")[1]
