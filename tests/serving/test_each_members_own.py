"""Every page that members share is, to each kind of member, what Django alone answers them."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings as site_settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, override_settings
from django.urls import reverse

from rejoinder.boards.site import the_site
from rejoinder.config import urls
from rejoinder.limits.table import LIMITS
from rejoinder.members.models import Ignore, Member
from rejoinder.reading import keep
from rejoinder.reading.mark import mark_read
from rejoinder.serving.front import Front
from rejoinder.threads.arrangements import registry as of_threads
from rejoinder.threads.board_arrangements import registry as of_boards
from tests.factories import make_member, make_response, make_thread, principal_of
from tests.policy.roles import ADDRESS, Role
from tests.policy.world import World, make_world
from tests.serving.test_members import OwnThread

assert urls.urlpatterns
# Slow: it reads every page of a site, many times over.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
# How many ask for a page; all of them would be many minutes.
EACH = 5
# A token is another each time; and where nothing is new stand blanks, or nothing.
NOT_COMPARED = re.compile(rb'name="csrfmiddlewaretoken" value="[A-Za-z0-9]+"| +')


class Asking:
    """One who asks by a browser: through the front, or Django alone."""

    def __init__(self, role: Role) -> None:
        client = Client()
        if role.member is not None:
            client.force_login(role.member)
        self.cookies = f"{site_settings.SESSION_COOKIE_NAME}={client.session.session_key}"
        self.cookies += f"; {site_settings.CSRF_COOKIE_NAME}={'t' * 32}"
        self.address = role.address

    def get(self, application: Any, path: str, accept: str = "") -> tuple[int, bytes]:
        path, _mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(), "HTTP_HOST": "testserver", "HTTP_COOKIE": self.cookies,
            "REMOTE_ADDR": self.address, "HTTP_ACCEPT_ENCODING": accept,
        }  # fmt: skip
        heads: list[Any] = []
        body = b"".join(application(environ, lambda *head: heads.append(head)))
        if dict(heads[0][1]).get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return int(heads[0][0][:3]), NOT_COMPARED.sub(b"", body)

    def at_once(self, front: Front, path: str) -> bytes | None:
        headers = {b"host": b"testserver", b"cookie": self.cookies.encode()}
        headers[b"accept-encoding"] = b"gzip"
        reply = front.at_once(path.encode(), headers, self.address)
        return reply and NOT_COMPARED.sub(b"", gzip.decompress(reply.body))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr("rejoinder.serving.freshness.trusted_seconds", lambda: 0.0)
    unlimited = {name: replace(limit, most=0) for name, limit in LIMITS.items()}
    the_site()
    with override_settings(LIMITS=unlimited, REJOINDER_SCREENING=""):
        yield make_world()


def askers(world: World) -> dict[str, Asking]:
    """Return all who come by the pages, and members who differ by what only they chose."""
    roles = {name: role for name, role in world.roles.items() if role.uses_browser}
    author, other = world.roles["author"].member, world.members["another member"]
    assert author is not None
    assert other is not None
    chosen = {
        "of another zone": {"time_zone": "Asia/Tokyo"},
        "of no zone": {"time_zone": "Not/Any"},
        "of another arrangement": {"arrangement": "chronological"},
        "with notices": {"unread_notices": 3},
        "who ignores": {"ignores_somebody": True},
        "who ignores another": {"ignores_somebody": True},
        "new to whom is all": {},
        "new to whom is some": {},
        "<b>\\x02 & 'co'": {},
    }
    for name, columns in chosen.items():
        member = make_member(name)
        Member.objects.filter(pk=member.pk).update(**columns)
        roles[name] = Role(Member.objects.get(pk=member.pk), address=ADDRESS)
    ignoring = roles["who ignores"].member, roles["who ignores another"].member
    for member, ignored in zip(ignoring, (author, other), strict=True):
        Ignore.objects.create(member=member, ignored=ignored)
    roles["another member"] = Role(other)
    _read_some(world, roles)
    return {name: Asking(role) for name, role in roles.items()}


def _read_some(world: World, roles: dict[str, Role]) -> None:
    some, every = roles["new to whom is some"].member, roles["new to whom is all"].member
    assert some is not None
    assert every is not None
    keep.begin(some.pk)
    keep.begin(every.pk)
    root = make_thread(world.boards["public"], title="\x01 name: of a title \x02")
    make_response(root)
    mark_read(principal_of(some), [root.pk])


def addresses(world: World) -> list[str]:
    """Return the kept pages of all that is there, in each arrangement."""
    found = [reverse("front"), reverse("rules")]
    for board in world.boards.values():
        at = reverse("board", args=[board.handle_id])
        found += [at, *(f"{at}?as={name}" for name in of_boards.ARRANGEMENTS)]
        found.append(f"{at}?within=day")
    for post in world.posts.values():
        thread = reverse("thread", args=[post.public_id])
        found += [reverse(name, args=[post.public_id]) for name in ("post", "branch", "thread")]
        found.append(reverse("news", args=[post.public_id]) + "?since=0")
        if post.thread.root_id is not None:
            root = reverse("thread", args=[post.thread.root.public_id])
            found += [f"{root}?at={post.public_id}"]
            found += [f"{root}?as={name}" for name in of_threads.ARRANGEMENTS]
        found.append(thread)
    members = [role.member for role in world.roles.values()] + [*world.members.values()]
    found += [reverse("member", args=[m.handle_id]) for m in members if m and m.handle_id]
    return list(dict.fromkeys(found))


def test_whoever_makes_a_page_and_whoever_gets_it_see_what_is_theirs(world: World) -> None:
    django = WSGIHandler()
    asking = askers(world)
    differing, shared = [], 0
    front = Front(
        django, octets=50_000_000, cookies=[site_settings.SESSION_COOKIE_NAME],
        session=site_settings.SESSION_COOKIE_NAME, watch=OwnThread,
    )  # fmt: skip
    for at, path in enumerate(addresses(world)):
        # Some of them ask for each page, always with others, and each makes some first.
        names = [list(asking)[(at + step) % len(asking)] for step in range(0, 5 * EACH, 5)]
        for name in names:
            alone = asking[name].get(django, path)
            if asking[name].get(front, path) != alone:
                differing.append((name, path))
            at_once = asking[name].at_once(front, path)
            shared += at_once is not None
            if at_once is not None and (200, at_once) != alone:
                differing.append((name, path, "at once"))
    front._watch.close()
    assert differing == []
    assert shared > 300
