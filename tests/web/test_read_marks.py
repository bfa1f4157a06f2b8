from __future__ import annotations

import re

import pytest
from django.test import Client

from rejoinder.members.models import Member
from rejoinder.reading.mark import MOST_POSTS, mark_read
from rejoinder.reading.marks import marks_of
from rejoinder.threads.models import Post, State
from tests.factories import hide, make_member, make_response, make_thread, principal_of
from tests.web.reading import page

pytestmark = pytest.mark.django_db

ARRANGEMENTS = ("", "?as=nested", "?as=flat", "?as=newest")


@pytest.fixture
def reader() -> Member:
    return make_member()


@pytest.fixture
def root(reader: Member) -> Post:
    """A thread that began after the reader joined."""
    return make_thread(title="First", source="Words.")


@pytest.fixture
def browser(client: Client, reader: Member) -> Client:
    client.force_login(reader)
    return client


def new_on(source: str) -> list[str]:
    """Return whose titles are marked, in lists and on a post's own page."""
    own = re.search(r'rel="canonical" href="[^"]*/p/(\w+)"', source)
    marked = r'<span class="new">new</span> (?:<a [^>]*?href="/p/(\w+)")?'
    return [link or (own[1] if own else "?") for link in re.findall(marked, source)]


def offered(source: str) -> list[str]:
    """Return what the page's button marks as read; nothing where it's hidden."""
    form = re.search(r'<form class="row mark-read"([^>]*)>.*?name="posts" value="([^"]*)"', source)
    return form[2].split() if form and "hidden" not in form[1] else []


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_new_titles_are_marked_in_every_arrangement_and_a_button_offers_to_end_that(
    browser: Client, root: Post, reader: Member, arrangement: str
) -> None:
    answer = make_response(root, "Second", "Words.")
    mark_read(principal_of(reader), [root.pk])
    source = page(browser, "thread", root.public_id, query=arrangement)
    assert new_on(source) == [answer.public_id]
    assert answer.public_id in offered(source)


def test_the_front_page_boards_members_and_branches_mark_what_is_new(
    browser: Client, root: Post
) -> None:
    assert new_on(page(browser, "front")) == [root.public_id]
    assert new_on(page(browser, "board", root.board.handle_id)) == [root.public_id]
    assert new_on(page(browser, "branch", root.public_id)) == [root.public_id]
    assert root.author is not None
    assert new_on(page(browser, "member", root.author.handle_id)) == [root.public_id]


def test_opening_a_page_marks_nothing(browser: Client, root: Post, reader: Member) -> None:
    before = marks_of(reader.pk)
    for _time in range(2):
        assert new_on(page(browser, "post", root.public_id)) == [root.public_id]
        assert new_on(page(browser, "thread", root.public_id, query="?as=flat"))
    assert marks_of(reader.pk, before) is before


def test_a_new_posts_page_has_its_button_and_a_read_ones_hides_it(
    browser: Client, root: Post, reader: Member
) -> None:
    make_response(root, "Second", "Words.")
    assert offered(page(browser, "post", root.public_id)) == [root.public_id]
    mark_read(principal_of(reader), [root.pk])
    assert offered(page(browser, "post", root.public_id)) == []


def test_the_button_marks_and_leads_back_to_the_same_page(browser: Client, root: Post) -> None:
    address = f"/t/{root.public_id}?as=flat"
    form = {"posts": root.public_id, "next": address}
    answer = browser.post("/account/read", form)
    assert (answer.status_code, answer["Location"]) == (303, address)
    source = browser.get(address).content.decode()
    assert new_on(source) == []
    assert "Marked as read." in source


def test_the_script_gets_no_page_in_answer(browser: Client, root: Post, reader: Member) -> None:
    answer = browser.post("/account/read", {"posts": root.public_id})
    assert (answer.status_code, answer.content) == (204, b"")
    assert not marks_of(reader.pk).is_new(root.pk)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "\\\\evil", ""])
def test_the_button_leads_nowhere_else(browser: Client, elsewhere: str) -> None:
    answer = browser.post("/account/read", {"posts": "", "next": elsewhere})
    assert answer["Location"] == "/"


def test_hidden_and_made_up_posts_are_answered_alike(
    browser: Client, root: Post, reader: Member
) -> None:
    hidden = hide(make_response(root), State.HELD)
    before = marks_of(reader.pk)
    for name in (hidden.public_id, "nosuchpost12", "'\0"):
        answer = browser.post("/account/read", {"posts": name})
        assert (answer.status_code, answer.content) == (204, b""), name
    assert marks_of(reader.pk, before) is before


def test_too_many_at_once_are_refused(browser: Client) -> None:
    names = " ".join(f"p{number}" for number in range(MOST_POSTS + 1))
    assert browser.post("/account/read", {"posts": names}).status_code == 400


def test_marking_asks_for_the_forms_token(reader: Member, root: Post) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(reader)
    assert strict.post("/account/read", {"posts": root.public_id}).status_code == 403
    assert marks_of(reader.pk).is_new(root.pk)


def test_guests_see_no_marks_and_no_button(client: Client, root: Post) -> None:
    for name in ("post", "thread", "branch"):
        source = page(client, name, root.public_id)
        assert new_on(source) == []
        assert "mark-read" not in source
    answer = client.post("/account/read", {"posts": root.public_id})
    assert "/account/login/" in answer["Location"]


def test_ones_own_and_stubs_are_not_marked(browser: Client, reader: Member) -> None:
    own = make_thread(author=reader)
    stub = make_response(own)
    make_response(stub, author=reader)
    hide(stub, State.WITHDRAWN)
    source = page(browser, "thread", own.public_id)
    assert new_on(source) == []
    assert offered(source) == []
