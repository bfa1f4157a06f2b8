"""Every fold and every thread's line says how many new posts stand behind it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from rejoinder.members import ignoring
from rejoinder.members.models import Member
from rejoinder.reading.mark import mark_read
from rejoinder.threads import behind
from rejoinder.threads.models import Post
from rejoinder.web.views import post as post_page
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.web.reading import page, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Member:
    return make_member()


@pytest.fixture
def root(reader: Member) -> Post:
    """A thread that began after the reader joined."""
    root = make_thread(make_board(), title="First", source="Words.")
    top = make_response(root, "Top")
    below = [make_response(top, f"Below {number}") for number in range(6)]
    mark_read(principal_of(reader), [root.pk, below[0].pk])
    return root


@pytest.fixture
def browser(client: Client, reader: Member) -> Client:
    client.force_login(reader)
    return client


def said(source: str) -> str:
    return re.sub(r"\s+([,.])", r"\1", words_of(source))


def test_a_threads_line_says_how_many_of_its_responses_are_new(browser: Client, root: Post) -> None:
    address = f"/b/{root.board.handle_id}?as=compressed"
    # From the first request the page is shared; the second is another's filling of it.
    for _turn in range(2):
        source = browser.get(address).content.decode()
        assert "7 responses, 6 new" in said(source)
    browser.post("/account/catch-up", {"post": root.public_id})
    source = browser.get(address).content.decode()
    assert "7 responses" in said(source)
    assert "responses, " not in said(source)


def test_guests_see_no_counts_of_what_is_new(client: Client, root: Post) -> None:
    for address in (f"/b/{root.board.handle_id}?as=compressed", "/", f"/p/{root.public_id}"):
        assert 'class="new"' not in client.get(address).content.decode()


def test_a_folded_branch_and_what_is_left_out_of_it_say_it(
    browser: Client, root: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post_page, "MOST_UNFOLDED", 2)
    monkeypatch.setattr(post_page, "LINES_EACH", 4)
    text = said(page(browser, "post", root.public_id))
    assert "6 responses, 5 new to “Top”" in text
    assert "and more of 6 below “Top”, 3 new" in text


def test_the_rest_of_a_long_thread_on_the_index_says_it(browser: Client, root: Post) -> None:
    for number in range(20):
        make_response(root, f"Response {number}")
    text = said(page(browser, "board", root.board.handle_id))
    found = re.search(r"and (\d+) more in “First”, (\d+) new", text)
    assert found is not None, text
    assert found[1] == found[2]


def test_the_front_page_says_it_of_each_board(browser: Client, root: Post) -> None:
    assert "1 thread, 8 posts, 6 new" in said(page(browser, "front"))


def test_more_than_99_are_said_so_and_what_was_not_counted_too(
    browser: Client, reader: Member, root: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/b/{root.board.handle_id}?as=compressed"
    monkeypatch.setattr(behind, "MOST_KNOWN", 3)
    behind._latest_ids.cache_clear()
    assert "7 responses, 3+ new" in said(browser.get(address).content.decode())
    monkeypatch.undo()
    behind._latest_ids.cache_clear()
    for _number in range(100):
        make_response(root)
    assert "107 responses, 99+ new" in said(browser.get(address).content.decode())


def test_a_post_of_somebody_who_is_ignored_says_that_it_is_new(
    browser: Client, reader: Member, root: Post
) -> None:
    ignored = make_member()
    ignoring.ignore(principal_of(reader), ignored)
    make_response(root, "Hm", author=ignored)
    assert "A post by someone you ignore, 1 new" in said(page(browser, "post", root.public_id))
