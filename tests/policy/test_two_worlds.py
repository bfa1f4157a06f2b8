"""An outsider crawls two worlds that differ only in private content: every byte is the same.

The crawl itself is tried on leaks that are planted on purpose: it must find each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import Max
from django.http import HttpResponse
from django.test import Client, override_settings

from rejoinder.boards.models import Board
from rejoinder.errors import Missing, Refused
from rejoinder.limits.table import LIMITS
from rejoinder.policy import gate
from rejoinder.policy.guarded import let_through
from rejoinder.threads import by_time, find, front, lines, neighbours
from rejoinder.threads.models import Post
from rejoinder.web import error_pages, middleware
from rejoinder.web.views import board as board_page
from rejoinder.web.views import file as file_page
from rejoinder.web.views import member as member_page
from rejoinder.web.views import sitemap
from tests.policy.crawl import Answer, Crawl
from tests.policy.two_worlds import Names, make_one, pinned
from tests.policy.world import undone

pytestmark = pytest.mark.django_db

@pytest.fixture(autouse=True)
def unlimited(settings: Any) -> None:
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
        client = Client()
        pins.request(0)
        if as_member:
            assert made.outsider is not None
            client.force_login(made.outsider)
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
    assert difference(as_member) == ""
