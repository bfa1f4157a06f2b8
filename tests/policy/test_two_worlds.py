"""An outsider crawls two worlds that differ only in private content: every byte is the same.

The crawl itself is tried on leaks that are planted on purpose: it must find each.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Max
from django.http import HttpResponse
from django.test import Client, override_settings

from rejoinder.boards import find as find_board
from rejoinder.boards.models import Board
from rejoinder.errors import Missing, Refused
from rejoinder.gateways.feeds import views as feeds
from rejoinder.limits.table import LIMITS
from rejoinder.policy import gate
from rejoinder.policy.guarded import let_through
from rejoinder.policy.prepared import ForPrincipal
from rejoinder.posts import handed_out, revisions
from rejoinder.threads import by_time, find, front, lines, scopes
from rejoinder.threads.models import Post
from rejoinder.web import error_pages
from rejoinder.web.views import board as board_page
from rejoinder.web.views import member as member_page
from rejoinder.web.views import sitemap
from tests.policy.crawl import Answer, Crawl
from tests.policy.two_worlds import Names, make_one, pinned
from tests.policy.world import undone

# Slow: it reads every page of a site, many times over.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
    settings.REJOINDER_SCREENING = ""
    settings.LIMITS = {name: replace(limit, most=0) for name, limit in LIMITS.items()}


def names_of_both() -> Names:
    """Return the names of all that is in the second world."""
    with pinned() as pins, undone():
        public = make_one(pins, has_private=False).names
    with pinned() as pins, undone():
        names = make_one(pins, has_private=True).names
    names.private |= set(names.posts) - set(public.posts)
    assert set(public.posts) <= set(names.posts)
    assert set(public.boards) <= set(names.boards)
    return names


def walk(names: Names, *, has_private: bool, as_member: bool, **how: Any) -> Iterator[Any]:
    """Yield the answers of one world to an outsider."""
    with pinned() as pins, undone():
        made = make_one(pins, has_private=has_private)
        client = Client(raise_request_exception=False)
        # A session's name that no request's own can equal.
        pins.public()
        if as_member:
            assert made.outsider is not None
            client.force_login(made.outsider)
            # As in a browser: then the page is one that many share.
            client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
        yield from Crawl(client, pins, names, **how).walk()


def difference(as_member: bool = False, **how: Any) -> str:
    """Return where the two worlds first differ for an outsider; empty: nowhere."""
    names = names_of_both()
    first = list(walk(names, has_private=False, as_member=as_member, **how))
    asked = 0
    for one, other in zip(
        first, walk(names, has_private=True, as_member=as_member, **how), strict=False
    ):
        asked += 1
        if one[2].status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return f"{one[0]} {one[1]}: a fault of ours"
        if one != other:
            return _told(one, other)
    if asked != len(first):
        return f"{len(first)} pages in one world, {asked} in the other"
    return ""


def _told(one: tuple[str, str, Answer], other: tuple[str, str, Answer]) -> str:
    method, address, before = one
    if other[:2] != one[:2]:
        return f"another link: {address} and {other[1]}"
    after = other[2]
    if before.status != after.status:
        return f"{method} {address}: {before.status} and {after.status}"
    if before.headers != after.headers:
        return f"{method} {address}: {set(before.headers) ^ set(after.headers)}"
    at = next(
        (n for n, (a, b) in enumerate(zip(before.body, after.body, strict=False)) if a != b),
        min(len(before.body), len(after.body)),
    )
    said = [body[max(0, at - 80) : at + 80] for body in (before.body, after.body)]
    return f"{method} {address}: {said[0]!r} and {said[1]!r}"


@pytest.mark.parametrize("as_member", [False, True], ids=["guest", "member"])
def test_an_outsider_sees_the_same_in_both_worlds(as_member: bool) -> None:
    assert difference(as_member, most=MOST_ASKED) == ""


# Every registered address with every name comes first, then links of links.
MOST_ASKED = 1500


class Ungating:
    """The gate, as a module has it that forgot to ask which rows are seen."""

    def __getattr__(self, name: str) -> Any:
        return getattr(gate, name)

    def visible(self, _principal: object, rows: Any) -> Any:
        return let_through(rows)

    reachable = visible


class Tells:
    """The gate, as a module has it that shows every field."""

    def __getattr__(self, name: str) -> Any:
        return getattr(gate, name)

    def shows(self, *_asked: object) -> bool:
        return True


Plant = Callable[[pytest.MonkeyPatch], None]


def _forgets(*modules: Any) -> Plant:
    def plant(patch: pytest.MonkeyPatch) -> None:
        for module in modules:
            patch.setattr(module, "gate", Ungating())
        # Statements that were written while the gate was still asked.
        for each in gc.get_objects():
            if isinstance(each, ForPrincipal):
                patch.setattr(each, "_shapes", {})

    return plant


def _counts_every_post(patch: pytest.MonkeyPatch) -> None:
    """The front page counts a board's posts by itself, held ones too."""
    row = front._row

    def counted(board: Board, tally: Any, threads: Any) -> Any:
        found = row(board, tally, threads)
        return replace(found, posts_count=Post.unscoped.filter(board=board).count())

    patch.setattr(front, "_row", counted)


def _shows_stubs_words(patch: pytest.MonkeyPatch) -> None:
    """Lines of stubs keep what the post said."""
    patch.setattr(lines, "_blank", lambda line: line)


def _parts_by_serial(patch: pytest.MonkeyPatch) -> None:
    """The sitemap has as many parts as there are posts, whoever reads them."""
    last = lambda _boards: (Post.unscoped.aggregate(last=Max("pk"))["last"] or 0) % 2  # noqa: E731
    patch.setattr(sitemap, "_letters", last)


def _names_the_board(patch: pytest.MonkeyPatch) -> None:
    """The page of a board that one mayn't read says which board that is."""
    by_handle = board_page.board_by_handle

    def told(request: Any, handle: str) -> Board:
        hidden = Board.unscoped.filter(handle=handle).first()
        if hidden and not gate.may(request.principal, gate.Verb.READ, hidden):
            raise Missing(f"{hidden.name} is private.")
        return by_handle(request, handle)

    patch.setattr(board_page, "board_by_handle", told)


def _refuses_what_is_hidden(patch: pytest.MonkeyPatch) -> None:
    """A hidden post is refused, and a missing one missing."""
    one = find._one

    def refused(principal: Any, posts: Any) -> Post:
        if let_through(posts).exists() and not gate.reachable(principal, posts).exists():
            raise Refused("You may not read that.")
        return one(principal, posts)

    patch.setattr(find, "_one", refused)
    by_public_id = find._BY_PUBLIC_ID

    class Telling:
        def first(self, principal: Any, public_id: str) -> Post | None:
            found = by_public_id.first(principal, public_id)
            if found is None and Post.unscoped.filter(public_id=public_id).exists():
                raise Refused("You may not read that.")
            return found

    patch.setattr(find, "_BY_PUBLIC_ID", Telling())


def _keeps_by_what_is_there(patch: pytest.MonkeyPatch) -> None:
    """Whether a page may be cached depends on whether there is something to hide."""
    render = error_pages.render_page

    def kept(request: Any, page: Any, message: str = "") -> HttpResponse:
        response = render(request, page, message)
        name = request.path.strip("/").split("/")[-1]
        if Post.unscoped.filter(public_id=name).exists():
            response["Cache-Control"] = "no-store"
        return response

    patch.setattr(error_pages, "render_page", kept)


def _tells_a_serial(patch: pytest.MonkeyPatch) -> None:
    """The front page tells how many posts there have been on the whole site."""
    render = front.front

    def told(principal: Any, threads_each: int = 3) -> Any:
        rows = render(principal, threads_each)
        last = Post.unscoped.aggregate(last=Max("pk"))["last"]
        return [replace(row, threads_count=last) for row in rows]

    patch.setattr("rejoinder.web.views.front.boards.front", told)


def _shows_every_revision(patch: pytest.MonkeyPatch) -> None:
    """A post's history holds what was changed before anybody had answered."""
    patch.setattr(revisions, "gate", Tells())


LEAKS: dict[str, Plant] = {
    "the front page lists every board": _forgets(front),
    "the front page counts held posts": _counts_every_post,
    "outlines are read past the gate": _forgets(scopes),
    "stubs keep their words": _shows_stubs_words,
    "a post is found past the gate": _forgets(find),
    "a member's posts are read past the gate": _forgets(by_time, member_page),
    "the sitemap has parts by the last serial": _parts_by_serial,
    "the sitemap lists private posts": _forgets(sitemap),
    "the list of feeds has every board": _forgets(feeds),
    "a feed is found past the gate": _forgets(find_board),
    "a file is handed out past the gate": _forgets(handed_out),
    "an error names the hidden board": _names_the_board,
    "hidden is refused, missing is missing": _refuses_what_is_hidden,
    "a header tells hidden from missing": _keeps_by_what_is_there,
    "a page shows a serial": _tells_a_serial,
    "revisions from before anybody answered are shown": _shows_every_revision,
    "a cursor is looked up past the gate": _forgets(by_time),
}


@pytest.fixture(scope="module")
def unpatched(django_db_setup: None, django_db_blocker: Any) -> tuple[Names, list[Any]]:
    """Return the names, and a guest's walk through the world without anything private."""
    unlimited = {name: replace(limit, most=0) for name, limit in LIMITS.items()}
    with django_db_blocker.unblock(), override_settings(LIMITS=unlimited, REJOINDER_SCREENING=""):
        names = names_of_both()
        return names, list(walk(names, has_private=False, as_member=False, sends=False))


@pytest.mark.parametrize("leak", LEAKS)
def test_the_crawl_finds_a_leak_that_was_planted(
    unpatched: tuple[Names, list[Any]], monkeypatch: pytest.MonkeyPatch, leak: str
) -> None:
    names, public = unpatched
    LEAKS[leak](monkeypatch)
    found = walk(names, has_private=True, as_member=False, sends=False)
    differing = []
    for number, (one, other) in enumerate(zip(public, found, strict=False), 1):
        if one != other:
            differing.append((number, other))
        if one[:2] != other[:2] or len(differing) == MOST_DIFFERING:
            break
    found.close()
    assert differing, "the crawl saw no difference"
    # What differs must tell the worlds apart, and not only the code from what it was.
    again = _again(names, differing)
    assert any(
        other != other_again for (_n, other), other_again in zip(differing, again, strict=True)
    )


# A leak that shows nowhere on so many pages is none that the crawl is tried on.
MOST_DIFFERING = 5


def _again(names: Names, asked: list[tuple[int, Any]]) -> list[tuple[str, str, Answer]]:
    """Return the same requests, asked of the world without anything private."""
    with pinned() as pins, undone():
        make_one(pins, has_private=False)
        crawl = Crawl(Client(raise_request_exception=False), pins, names)
        answers = []
        for number, (method, address, _answer) in asked:
            crawl.asked = number - 1
            answers.append((method, address, crawl._ask(method, address)))
        return answers
