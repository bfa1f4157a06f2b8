"""Members' pages through the whole: the front, Django, the database; what each one gets."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.test import Client
from django.utils import timezone

from rejoinder.boards.site import the_site
from rejoinder.config import urls
from rejoinder.members.models import Group, Member, Membership
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.reading import keep
from rejoinder.reading.catch_up import catch_up, undo
from rejoinder.reading.mark import mark_read, mark_unread
from rejoinder.reading.marks import marks_of
from rejoinder.serving.freshness import Watch
from rejoinder.serving.front import Front
from rejoinder.threads.models import Post
from tests.factories import (
    make_group,
    make_held,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)

# With the views come the parameters that pages depend on.
assert urls.urlpatterns
pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "t" * 32


class Browser:
    """A member's browser before a worker's front."""

    def __init__(self, site: Site, member: Member) -> None:
        client = Client()
        client.force_login(member)
        self.site, self.session = site, client.session
        self.cookies = f"sessionid={client.session.session_key}; csrftoken={TOKEN}"
        self.peer = "127.0.0.1"

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        path, _mark, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(), "HTTP_HOST": "testserver", "HTTP_COOKIE": self.cookies,
            "REMOTE_ADDR": self.peer, **headers,
        }  # fmt: skip
        heads: list[Any] = []
        body = b"".join(self.site.front(environ, lambda *head: heads.append(head)))
        return int(heads[0][0][:3]), dict(heads[0][1]), body

    def text(self, path: str) -> str:
        status, _headers, body = self.get(path)
        assert status == 200
        return body.decode()

    def at_once(self, path: str, accept: bytes = b"") -> bytes | None:
        headers = {
            b"host": b"testserver", b"cookie": self.cookies.encode(), b"accept-encoding": accept,
        }  # fmt: skip
        reply = self.site.front.at_once(path.encode(), headers, self.peer)
        return reply and reply.body


class OwnThread(Watch):
    """A watch that no other thread looks for, and that waits on the event loop too."""

    def glance(self) -> bool:
        return self.look()


class Site:
    """A worker's front before Django; `made` counts what Django was asked."""

    def __init__(self) -> None:
        self.made = 0
        django = WSGIHandler()

        def counted(environ: Any, start: Any) -> Any:
            self.made += 1
            return django(environ, start)

        self.front = Front(
            counted, octets=50_000_000, cookies=["sessionid"], session="sessionid", watch=OwnThread
        )

    def making(self, get: Callable[[], Any]) -> int:
        """Return how often Django is asked for something."""
        before = self.made
        get()
        return self.made - before


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    # What was committed is looked for each time, not after two milliseconds.
    monkeypatch.setattr("rejoinder.serving.freshness.trusted_seconds", lambda: 0.0)
    # Made by who asks first, which is a change that concerns every page.
    the_site()
    made = Site()
    yield made
    made.front._watch.close()


@pytest.fixture
def root() -> Post:
    return make_thread(title="A thread to read")


def address(root: Post) -> str:
    return f"/t/{root.public_id}?as=nested"


def without_own(page: str) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page)


def test_one_page_is_made_for_many_and_each_finds_themselves_on_it(site: Site, root: Post) -> None:
    ann, ben = Browser(site, make_member("Ann")), Browser(site, make_member("Ben <i>"))
    first = ann.text(address(root))
    # Who Ben is must be found out once; the page is there.
    second = ben.text(address(root))
    assert ">Ann</a>" in first
    assert "Ben &lt;i&gt;</a>" in second
    assert "Ann" not in second
    assert without_own(first).replace("Ann", "X") == without_own(second).replace(
        "Ben &lt;i&gt;", "X"
    )
    assert site.making(lambda: (ann.text(address(root)), ben.text(address(root)))) == 0


def test_it_is_what_django_alone_answers(site: Site, root: Post) -> None:
    make_response(root)
    member = make_member()
    browser = Browser(site, member)
    alone = Client()
    alone.force_login(member)
    for path in ["/", f"/b/{root.board.handle_id}", address(root), f"/p/{root.public_id}"]:
        there, again = browser.text(path), browser.text(path)
        assert without_own(there) == without_own(again)
        assert without_own(alone.get(path).content.decode()) == without_own(there)


def test_on_the_event_loop_it_is_the_same_gzipped_or_not(site: Site, root: Post) -> None:
    browser = Browser(site, make_member())
    assert browser.at_once(address(root)) is None
    page = browser.text(address(root)).encode()
    assert browser.at_once(address(root)) == page
    packed = browser.at_once(address(root), b"gzip, br, zstd")
    assert packed is not None
    assert gzip.decompress(packed) == page
    assert browser.at_once(address(root), b"zstd") == page


def test_each_members_page_has_its_own_tag_and_is_not_sent_again(site: Site, root: Post) -> None:
    ann, ben = Browser(site, make_member()), Browser(site, make_member())
    _status, headers, _body = ann.get(address(root))
    assert headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in headers["Vary"]
    again = ann.get(address(root), HTTP_IF_NONE_MATCH=headers["ETag"])
    assert (again[0], again[2]) == (304, b"")
    assert ben.get(address(root), HTTP_IF_NONE_MATCH=headers["ETag"])[0] == 200


def test_a_post_is_on_everybodys_page_at_once(site: Site, root: Post) -> None:
    ann = Browser(site, make_member())
    ann.text(address(root))
    add(principal_of(make_member()), Draft(title="Just in", source="", parent=root))
    assert "Just in" in ann.text(address(root))


def shut_out(site: Site, browser: Browser, path: str) -> None:
    status, _headers, body = browser.get(path)
    assert status != 200 or b"Sign out" not in body
    assert browser.at_once(path) is None


def test_who_signs_out_is_out_at_once(site: Site, root: Post) -> None:
    ann = Browser(site, make_member("Ann"))
    ann.text(address(root))
    assert ann.at_once(address(root)) is not None
    Session.objects.filter(session_key=ann.session.session_key).delete()
    shut_out(site, ann, address(root))


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"session_generation": 5},
        {"access_generation": 5},
        {"password": "another"},
        {"suspended_until": timezone.now() + timedelta(days=1)},
    ],
)
def test_whose_sessions_ended_is_out_at_once(
    site: Site, root: Post, change: dict[str, object]
) -> None:
    member = make_member()
    browser = Browser(site, member)
    browser.text(address(root))
    Member.objects.filter(pk=member.pk).update(**change)
    shut_out(site, browser, address(root))


def test_who_leaves_a_group_no_longer_reads_its_board(site: Site) -> None:
    member, other = make_member(), make_member()
    crew = make_group("Crew", member)
    board = make_private_board(crew)
    root = make_thread(board, author=member)
    inside, outside = Browser(site, member), Browser(site, other)
    inside.text(address(root))
    assert outside.get(address(root))[0] == 404
    Membership.unscoped.filter(group=crew).delete()
    assert inside.get(address(root))[0] == 404
    assert inside.at_once(address(root)) is None


def test_a_new_name_and_a_notice_stand_there_at_once(site: Site, root: Post) -> None:
    member = make_member("Ann")
    browser = Browser(site, member)
    browser.text(address(root))
    Member.objects.filter(pk=member.pk).update(name="Anna", unread_notices=2)
    page = browser.text(address(root))
    assert ">Anna</a>" in page
    assert "2 notices" in page


def test_members_of_two_zones_see_two_pages(site: Site, root: Post) -> None:
    far = make_member()
    Member.objects.filter(pk=far.pk).update(time_zone="Asia/Tokyo")
    here, there = Browser(site, make_member()), Browser(site, Member.objects.get(pk=far.pk))
    assert "Asia/Tokyo" not in here.text(address(root))
    assert "Asia/Tokyo" in there.text(address(root))


def test_who_wrote_a_post_sees_what_is_theirs_to_do_there(site: Site, root: Post) -> None:
    path = f"/p/{root.public_id}"
    author, other = Browser(site, root.author), Browser(site, make_member())
    assert "Withdraw" not in other.text(path)
    assert "Withdraw" in author.text(path)
    assert "Withdraw" not in other.text(path)
    assert "Withdraw" in author.text(path)
    assert author.at_once(path) is None


def test_another_browser_or_place_is_another_sitting(site: Site, root: Post) -> None:
    ann = Browser(site, make_member())
    ann.text(address(root))
    ann.peer = "192.0.2.7"
    assert ann.at_once(address(root)) is None
    ann.peer = "127.0.0.1"
    assert ann.at_once(address(root)) is not None
    ann.cookies = ann.cookies.replace(TOKEN, "u" * 32)
    assert ann.at_once(address(root)) is None


def test_a_message_is_shown_once_and_to_one(site: Site, root: Post) -> None:
    ann, ben = Browser(site, make_member()), Browser(site, make_member())
    ann.text(address(root))
    held = ann.session
    held["_messages"] = '[["__json_message",0,25,"Kept.",""]]'
    held.save()
    assert "Kept." in ann.text(address(root))
    assert "Kept." not in ann.text(address(root))
    assert "Kept." not in ben.text(address(root))


def test_a_members_page_is_never_a_guests(site: Site, root: Post) -> None:
    ann = Browser(site, make_member("Ann"))
    ann.text(address(root))
    guest = Browser(site, make_member())
    guest.cookies = ""
    assert "Sign in" in guest.text(address(root))
    assert "Sign out" in ann.text(address(root))


def test_a_sitting_ends_by_itself(site: Site, root: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    member = make_member()
    Member.objects.filter(pk=member.pk).update(
        silenced_until=timezone.now() + timedelta(seconds=100)
    )
    browser = Browser(site, Member.objects.get(pk=member.pk))
    browser.text(address(root))
    assert browser.at_once(address(root)) is not None
    later = timezone.now().timestamp() + 101
    monkeypatch.setattr("rejoinder.serving.sittings.time.time", lambda: later)
    assert browser.at_once(address(root)) is None


def test_each_member_sees_what_is_new_to_them_on_one_shared_page(site: Site) -> None:
    ann, ben = make_member("Ann"), make_member("Ben")
    keep.begin(ann.pk)
    keep.begin(ben.pk)
    root = make_thread(title="First")
    answer = make_response(root, title="Second")
    mark_read(principal_of(ben), [root.pk])
    hers, his = Browser(site, ann), Browser(site, ben)
    new = '<span class="new">new</span> <a href="/p/{}"'

    def seen(page: str) -> list[bool]:
        return [new.format(post.public_id) in page for post in (root, answer)]

    assert seen(hers.text(address(root))) == [True, True]
    assert seen(his.text(address(root))) == [False, True]
    assert site.making(lambda: (hers.text(address(root)), his.text(address(root)))) == 0
    packed = his.at_once(address(root), b"gzip")
    assert packed is not None
    assert seen(gzip.decompress(packed).decode()) == [False, True]
    mark_read(principal_of(ben), [answer.pk])
    assert seen(his.text(address(root))) == [False, False]
    assert seen(hers.text(address(root))) == [True, True]


def test_a_kept_page_shows_what_was_caught_up_with_undone_and_marked_as_new(site: Site) -> None:
    ann, ben = make_member("Ann"), make_member("Ben")
    root = make_thread(title="First")
    hers, his = Browser(site, ann), Browser(site, ben)
    path, new = f"/p/{root.public_id}", '<span class="new">new</span> First'

    def shown() -> tuple[bool, bool, bool]:
        page = hers.text(path)
        forms = dict(re.findall(r'action="/account/(read|unread)" (hidden)?', page))
        version = f'name="as_of" value="{marks_of(ann.pk).version}"'
        assert version in page
        return new in page, not forms["read"], not forms["unread"]

    assert shown() == (True, True, False)
    assert new in his.text(path)

    def all_deeds() -> None:
        catch_up(principal_of(ann), None)
        assert shown() == (False, False, True)
        undo(principal_of(ann))
        assert shown() == (True, True, False)
        mark_read(principal_of(ann), [root.pk])
        assert shown() == (False, False, True)
        mark_unread(principal_of(ann), [root.pk])
        assert shown() == (True, True, False)
        assert new in his.text(path)

    # What Django is asked for is who sits there, anew after each deed; never for Ben.
    assert site.making(all_deeds) == 4


def test_what_the_desk_knows_of_a_post_is_never_kept(site: Site) -> None:
    with transaction.atomic():
        held = make_held(make_thread())
    chief = make_member("Chief")
    Member.objects.filter(pk=chief.pk).update(is_administrator=True)
    browser = Browser(site, Member.objects.get(pk=chief.pk))
    path = f"/p/{held.public_id}"
    assert held.title in browser.text(path)
    assert browser.at_once(path) is None
    assert site.making(lambda: browser.text(path)) == 1


def test_a_browser_whose_token_cookie_is_no_token_gets_a_good_one(site: Site, root: Post) -> None:
    ann = Browser(site, make_member("Ann"))
    ann.cookies = f"sessionid={ann.session.session_key}; csrftoken=broken"
    for _ in range(2):
        _status, headers, _body = ann.get(address(root))
        assert "csrftoken=" in headers.get("Set-Cookie", "")
        assert ann.at_once(address(root)) is None


def test_who_comes_to_moderate_is_no_longer_anothers_to_moderate(site: Site) -> None:
    stewards = make_group("Stewards", moderates_everywhere=True)
    steward, shown = make_member(), make_member()
    Membership.unscoped.create(group=stewards, member=steward)
    make_thread(author=shown)
    path = f"/m/{shown.handle_id}"
    browser = Browser(site, steward)
    assert "/moderate" in browser.text(path)
    joined = Membership.unscoped.create(group=stewards, member=shown)
    assert "/moderate" not in browser.text(path)
    joined.delete()
    assert "/moderate" in browser.text(path)
    Membership.unscoped.create(group=make_group("Wardens"), member=shown)
    assert "/moderate" in browser.text(path)
    Group.unscoped.filter(name="Wardens").update(moderates_everywhere=True)
    assert "/moderate" not in browser.text(path)
