"""The page of what is new, and the way from one new post to the next: links and buttons alone."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.members.models import Member
from rejoinder.reading.mark import mark_read
from rejoinder.reading.marks import marks_of
from rejoinder.threads.models import Post
from rejoinder.web.views import whats_new as view
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.web.reading import page, words_of
from tests.web.test_catching_up import form_on

pytestmark = pytest.mark.django_db


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


def shown_on(source: str) -> list[str]:
    main = source[source.index("<main") :]
    return re.findall(r'<div class="line[^"]*" id="p-(\w+)"', main)


def test_it_shows_what_is_new_with_what_that_answers_and_nothing_else(
    browser: Client, reader: Member, root: Post
) -> None:
    old = make_response(root, "Old")
    beside = make_response(root, "Beside")
    new = make_response(make_response(old, "Between"), "Deep and new")
    between = new.parent
    assert between is not None
    mark_read(principal_of(reader), [root.pk, old.pk, beside.pk, between.pk])
    source = page(browser, "new")
    assert shown_on(source) == [each.public_id for each in (root, old, between, new)]
    assert "1 new post in 1 thread" in words_of(source)
    above = re.findall(r'class="line above" id="p-(\w+)"', source)
    assert above == [each.public_id for each in (root, old, between)]
    assert 'content="noindex' in source or "no-store" in browser.get("/new/")["Cache-Control"]
    # Looking at it marks nothing.
    assert marks_of(reader.pk).is_new(new.pk)


def test_next_new_goes_through_all_and_then_says_so(
    browser: Client, reader: Member, root: Post
) -> None:
    author = make_member()
    first = make_response(root, "One", author=author)
    below = make_response(first, "Below", author=author)
    second = make_response(root, "Two", author=author)
    other = make_thread(make_board(), "Elsewhere", author=author)
    way, after = [], ""
    while True:
        answer = browser.get(f"/new/next?after={after}")
        assert answer.status_code == 303
        if answer["Location"] == "/new/":
            break
        after = answer["Location"].removeprefix("/p/")
        way.append(after)
        browser.post("/account/read", {"posts": after})
    assert way == [each.public_id for each in (root, first, below, second, other)]
    assert "You have read everything that is new." in words_of(page(browser, "new"))
    assert "Nothing is new" in words_of(page(browser, "new"))


def test_going_on_without_reading_comes_back_to_it_at_the_end(browser: Client, root: Post) -> None:
    one = make_response(root, "One")
    assert browser.get(f"/new/next?after={one.public_id}")["Location"] == f"/p/{root.public_id}"
    assert browser.get("/new/next?after=nobody").status_code == 404


def test_a_branch_a_thread_and_everything_are_caught_up_with_from_there_and_that_is_undone(
    browser: Client, reader: Member, root: Post
) -> None:
    top = make_response(root, "Top of a branch")
    for number in range(3):
        make_response(top, f"Below {number}")
    make_thread(make_board(), "Elsewhere")
    source = page(browser, "new")
    forms = re.findall(r'<form class="row catch-up"(?:.*?)</form>', source, re.DOTALL)
    words = [re.sub(r"<[^>]+>", " ", form).split() for form in forms]
    assert [" ".join(said) for said in words if "branch" in said] == [
        "Mark the branch as read (4 new) “Top of a branch”"
    ]
    by_name = {" ".join(said[:4]): form for said, form in zip(words, forms, strict=True)}
    branch = dict(re.findall(r'name="(\w+)" value="([^"]*)"', by_name["Mark the branch as"]))
    late = make_response(top, "Came since")
    answer = browser.post("/account/catch-up", branch)
    assert (answer.status_code, answer["Location"]) == (303, "/new/")
    source = page(browser, "new")
    assert "4 posts marked as read." in source
    assert shown_on(source)[-3:-1] == [root.public_id, top.public_id] or late.public_id in source
    everything = form_on(source, "/account/catch-up")
    assert everything is not None
    assert "post" not in everything
    later = make_thread(title="Came later still")
    browser.post("/account/catch-up", everything)
    assert shown_on(page(browser, "new")) == [later.public_id]
    undo = form_on(page(browser, "new"), "/account/undo-catch-up")
    assert undo == {"next": "/new/"}
    assert browser.post("/account/undo-catch-up", undo)["Location"] == "/new/"
    assert marks_of(reader.pk).is_new(root.pk)


def test_it_comes_in_pages_and_none_is_left_out(
    browser: Client, root: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "MOST_LINES", 3)
    monkeypatch.setattr(view, "MOST_OF_THREAD", 2)
    threads = [make_thread(root.board, f"Thread {number}") for number in range(4)]
    for number in range(3):
        make_response(root, f"Response {number}")
    source, seen = page(browser, "new"), []
    while True:
        seen += shown_on(source)
        following = re.search(r'href="(/new/\?after=\w+)"', source)
        if following is None:
            break
        source = browser.get(following[1]).content.decode()
    assert {thread.public_id for thread in (*threads, root)} <= set(seen)
    assert len(seen) == len(set(seen))
    assert "and 2 more that are new in “First”" in words_of(source)


def test_what_it_asks_does_not_grow_with_what_is_new(browser: Client, root: Post) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(browser, "new")
        return len(captured)

    author = make_member()
    make_response(root, author=author)
    few = asked()
    for _number in range(30):
        below = make_response(make_thread(root.board, author=author), author=author)
        make_response(below, author=author)
    assert asked() == few
    assert few <= 25


def test_guests_are_asked_to_sign_in_and_come_back(client: Client) -> None:
    assert client.get("/new/")["Location"] == "/account/login/?next=/new/"
