"""The front alone, before an application that says what it was asked."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
import zstandard
from django.http import HttpResponse, StreamingHttpResponse

from rejoinder.events.read import EVERYTHING, Changed
from rejoinder.serving import front as fronts
from rejoinder.serving.front import Front
from rejoinder.serving.kept_page import PARAMETERS
from rejoinder.serving.pages import Tag

# A response that is closed looks after the connections that other tests left.
pytestmark = pytest.mark.django_db

OF_THREAD = Changed(1, None, None)


class Always:
    """A watch that is told what to hear."""

    def __init__(self, heard: Callable[[list[Changed]], None]) -> None:
        self.heard = heard
        self.knows = True

    def look(self) -> bool:
        return self.knows

    glance = look


class Site:
    """A front with an application behind it; `asked` counts what got through."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.make: Callable[[], Any] = lambda: HttpResponse(f"page {len(self.asked)} ä " * 50)
        self.tags = frozenset({Tag("thread", 1)})
        self.front = Front(self._answer, octets=10_000_000, cookies=["sessionid"], watch=Always)  # type: ignore[arg-type]
        self.watch: Any = self.front._watch

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append(environ)
        response = self.make()
        if self.tags:
            response.shown_tags = self.tags
        head = [
            *response.items(),
            *(("Set-Cookie", c.OutputString()) for c in response.cookies.values()),
        ]
        start_response(f"{response.status_code} {response.reason_phrase}", head)
        return response

    def get(
        self, path: str = "/t/one", query: str = "", method: str = "GET", **headers: str
    ) -> Any:
        """Return status, headers and body of an answer."""
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
            "wsgi.url_scheme": "http", "HTTP_HOST": "board.example", **headers,
        }  # fmt: skip
        heads: list[Any] = []
        body = b"".join(self.front(environ, lambda *head: heads.append(head)))
        status, headers_sent = heads[0][:2]
        return int(status[:3]), {k.lower(): v for k, v in headers_sent}, body


@pytest.fixture
def site() -> Site:
    PARAMETERS.update({"as", "after", "at"})
    return Site()


def test_a_guests_page_is_made_once(site: Site) -> None:
    first, second = site.get(), site.get()
    assert first == second
    assert first[0] == 200
    assert len(site.asked) == 1


def test_a_page_is_made_anew_once_something_it_shows_has_changed(site: Site) -> None:
    _status, _headers, first = site.get()
    site.watch.heard([OF_THREAD])
    assert site.get()[2] != first
    site.watch.heard([EVERYTHING])
    site.get()
    assert len(site.asked) == 3


def test_a_page_during_whose_making_something_changed_is_not_kept(site: Site) -> None:
    def changed_meanwhile() -> HttpResponse:
        site.watch.heard([OF_THREAD])
        return HttpResponse("old")

    site.make = changed_meanwhile
    assert site.get()[2] == b"old"
    site.make = lambda: HttpResponse("new")
    assert site.get()[2] == b"new"


def test_while_nobody_knows_what_has_changed_nothing_is_answered_from_memory(site: Site) -> None:
    site.get()
    site.watch.knows = False
    site.get()
    site.get()
    assert len(site.asked) == 3


@pytest.mark.parametrize(
    "own",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_COOKIE": "other=1; __Host-sessionid=abc"},
        {"HTTP_AUTHORIZATION": "Bearer abc"},
    ],
)
def test_who_comes_with_something_of_their_own_is_neither_answered_nor_kept(
    site: Site, own: dict[str, str]
) -> None:
    site.make = lambda: HttpResponse("for a member")
    site.get(**own)
    site.make = lambda: HttpResponse("for guests")
    assert site.get()[2] == b"for guests"
    site.make = lambda: HttpResponse("for a member")
    assert site.get(**own)[2] == b"for a member"
    assert site.get()[2] == b"for guests"


@pytest.mark.parametrize(
    "stray",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.1"},
        {"HTTP_ACCEPT_LANGUAGE": "de"},
        {"HTTP_USER_AGENT": "<script>"},
        {"HTTP_COOKIE": "csrftoken=abc; tracker=1"},
        {"HTTP_IF_MODIFIED_SINCE": "Mon, 23 Nov 2026 01:00:00 GMT"},
        {"HTTP_RANGE": "bytes=0-1"},
        {"query": "utm_source=news&fbclid=1"},
        {"query": "utm_source=" + "x" * 400},
    ],
)
def test_what_no_page_depends_on_changes_nothing(site: Site, stray: dict[str, str]) -> None:
    answer = site.get()
    assert site.get(**stray) == answer
    assert len(site.asked) == 1


def test_a_request_with_a_meaningless_parameter_is_not_kept_itself(site: Site) -> None:
    site.get(query="utm_source=<script>")
    site.get()
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"path": "/t/one"}, {"path": "/t/two"}),
        ({"query": "as=flat"}, {"query": "as=nested"}),
        ({"query": "as=flat"}, {}),
        ({"HTTP_HOST": "a.example"}, {"HTTP_HOST": "b.example"}),
        ({"query": "at=x&as=flat"}, {"query": "at=xas&=flat"}),
    ],
)
def test_pages_that_differ_have_keys_that_differ(
    site: Site, one: dict[str, str], other: dict[str, str]
) -> None:
    assert site.get(**one) != site.get(**other)


def test_the_order_of_parameters_and_a_repeated_one_make_no_other_page(site: Site) -> None:
    answer = site.get(query="as=flat&at=x")
    assert site.get(query="at=x&as=flat") == answer
    assert site.get(query="as=nested&at=x&as=flat") == answer
    assert len(site.asked) == 1


def test_each_client_gets_the_coding_it_takes(site: Site) -> None:
    plain = site.get()
    packed = site.get(HTTP_ACCEPT_ENCODING="gzip")
    best = site.get(HTTP_ACCEPT_ENCODING="gzip, br, zstd")
    assert "content-encoding" not in plain[1]
    assert packed[1]["content-encoding"] == "gzip"
    assert best[1]["content-encoding"] == "zstd"
    assert gzip.decompress(packed[2]) == plain[2]
    assert zstandard.ZstdDecompressor().decompress(best[2]) == plain[2]
    for _status, headers, body in (plain, packed, best):
        assert int(headers["content-length"]) == len(body)
        assert "Accept-Encoding" in headers["vary"]
    assert len({answer[1]["etag"] for answer in (plain, packed, best)}) == 3
    assert len(site.asked) == 1


def test_an_unchanged_page_is_not_sent_again(site: Site) -> None:
    etag = site.get(HTTP_ACCEPT_ENCODING="gzip")[1]["etag"]
    assert not etag.startswith("W/")
    for known in (etag, f'"other", W/{etag}', "*"):
        status, headers, body = site.get(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=known)
        assert (status, body) == (304, b"")
        assert headers["etag"] == etag
        assert "content-length" not in headers
    assert site.get(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH='"other"')[0] == 200
    site.watch.heard([OF_THREAD])
    assert site.get(HTTP_ACCEPT_ENCODING="gzip", HTTP_IF_NONE_MATCH=etag)[0] == 200


def test_a_head_request_gets_the_same_head(site: Site) -> None:
    _status, headers, body = site.get()
    status, head, nothing = site.get(method="HEAD")
    assert (status, head, nothing) == (200, headers, b"")
    assert body


def _with_cookie() -> HttpResponse:
    response = HttpResponse("hello")
    response.set_cookie("csrftoken", "abc")
    return response


@pytest.mark.parametrize(
    "make",
    [
        lambda: HttpResponse("missing", status=404),
        lambda: HttpResponse(status=302, headers={"Location": "/"}),
        lambda: HttpResponse("x", headers={"Cache-Control": "no-store, private"}),
        lambda: HttpResponse("x", headers={"Cache-Control": "private"}),
        lambda: StreamingHttpResponse([b"x"]),
        _with_cookie,
    ],
)
def test_what_is_not_everybodys_or_no_page_is_not_kept(
    site: Site, make: Callable[[], HttpResponse]
) -> None:
    site.make = make
    first = site.get()
    assert site.get()[0] == first[0]
    assert len(site.asked) == 2


def test_a_page_that_says_nothing_of_what_it_shows_is_not_kept(site: Site) -> None:
    site.tags = frozenset()
    site.get()
    site.get()
    assert len(site.asked) == 2


def test_a_writing_request_is_answered_once_every_worker_knows(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    site.make = lambda: order.append("done") or HttpResponse("thanks")  # type: ignore[func-returns-value]
    monkeypatch.setattr(fronts, "wait_until_known", lambda: order.append("known"))
    site.get(method="POST")
    assert order == ["done", "known"]
    site.get()
    assert order == ["done", "known", "done"]
