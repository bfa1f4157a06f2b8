from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rejoinder.boards.newsgroup_names import newsgroup_name, site_prefix
from rejoinder.members.models import Member
from rejoinder.reading import options
from rejoinder.reading.mark import mark_read
from rejoinder.reading.marks import marks_of
from rejoinder.threads.models import Post
from rejoinder.web.views import thread as thread_page
from tests.factories import (
    make_group,
    make_member,
    make_private_board,
    make_response,
    make_thread,
    principal_of,
)
from tests.web.reading import page
from tests.web.test_read_marks import new_on

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


def form_on(source: str, action: str) -> dict[str, str] | None:
    """Return what a page's form sends to an address; None if it has none that is shown."""
    form = re.search(rf'<form [^>]*action="{action}"([^>]*)>(.*?)</form>', source, re.DOTALL)
    if form is None or "hidden" in form[1]:
        return None
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[2])
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}


def test_a_board_is_caught_up_with_by_one_press_and_that_is_undone(
    browser: Client, root: Post
) -> None:
    make_response(root, "Second")
    address = f"/b/{root.board.handle_id}"
    form = form_on(page(browser, "board", root.board.handle_id), "/account/catch-up")
    assert form is not None
    late = make_response(root, "Third")
    answer = browser.post("/account/catch-up", form)
    assert (answer.status_code, answer["Location"]) == (303, address)
    source = browser.get(address).content.decode()
    assert "2 posts marked as read." in source
    assert 'href="/account/reading">Undo it</a>' in source
    assert new_on(source) == [late.public_id]
    assert "with 2 posts" in page(browser, "reading")
    assert form_on(page(browser, "reading"), "/account/undo-catch-up") == {}
    browser.post("/account/undo-catch-up")
    assert "2 posts are new again." in page(browser, "reading")
    assert len(new_on(page(browser, "board", root.board.handle_id))) == 3
    assert form_on(page(browser, "reading"), "/account/undo-catch-up") is None


def test_a_thread_and_a_branch_of_several_pages_are_caught_up_with(
    browser: Client, root: Post, reader: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_page, "TITLES", 2)
    top = make_response(root)
    posts = [make_response(top) for _number in range(3)]
    form = form_on(page(browser, "branch", top.public_id), "/account/catch-up")
    assert form is not None
    browser.post("/account/catch-up", form)
    assert marks_of(reader.pk).new_among(p.pk for p in (root, top, *posts)) == {root.pk}
    form = form_on(page(browser, "thread", root.public_id), "/account/catch-up")
    assert form is not None
    browser.post("/account/catch-up", form)
    assert not marks_of(reader.pk).is_new(root.pk)


def test_a_thread_that_is_whole_on_its_page_has_one_button_only(
    browser: Client, root: Post
) -> None:
    assert form_on(page(browser, "thread", root.public_id), "/account/catch-up") is None


def test_a_read_post_is_marked_as_new_from_its_page_and_leads_to_its_place(
    browser: Client, root: Post, reader: Member
) -> None:
    assert form_on(page(browser, "post", root.public_id), "/account/unread") is None
    mark_read(principal_of(reader), [root.pk])
    older = marks_of(reader.pk).version
    form = form_on(page(browser, "post", root.public_id), "/account/unread")
    assert form is not None
    answer = browser.post("/account/unread", form)
    assert answer["Location"] == f"/t/{root.public_id}?at={root.public_id}#p-{root.public_id}"
    assert new_on(browser.get(answer["Location"]).content.decode()) == [root.public_id]
    # Another tab, that showed the post as read or marks what it showed before.
    browser.post("/account/read", {"posts": root.public_id, "as_of": str(older)})
    assert marks_of(reader.pk).is_new(root.pk)


def test_ones_own_posts_and_guests_pages_have_no_such_buttons(
    browser: Client, root: Post, reader: Member
) -> None:
    own = make_thread(author=reader)
    assert "/account/unread" not in page(browser, "post", own.public_id)
    for name, of in (("post", root.public_id), ("board", root.board.handle_id)):
        source = page(Client(), name, of)
        assert "/account/unread" not in source
        assert "/account/catch-up" not in source


def test_everything_before_a_day_is_caught_up_with_and_a_slip_is_said(
    browser: Client, root: Post, reader: Member
) -> None:
    for typed in ("yesterday", "2026-02-31", "0001-01-01"):
        assert browser.post("/account/catch-up", {"before": typed}).status_code == 400
    browser.post("/account/catch-up", {"before": "2001-01-01"})
    assert "Nothing was new there." in page(browser, "reading")
    browser.post("/account/catch-up", {"board": "", "before": "2101-01-01"})
    assert not marks_of(reader.pk).is_new(root.pk)


def test_a_board_that_is_hidden_and_one_that_is_not_there_are_alike(browser: Client) -> None:
    hidden = make_private_board(make_group())
    for named in ({"board": hidden.handle_id}, {"board": "none"}, {"post": "nosuchpost12"}):
        assert browser.post("/account/catch-up", named).status_code == 404
    assert hidden.handle_id not in page(browser, "reading")


def test_odd_numbers_are_as_none(browser: Client, root: Post, reader: Member) -> None:
    odd = {"as_of": "-1", "had_number": "9" * 40, "board": root.board.handle_id}
    browser.post("/account/catch-up", odd)
    assert not marks_of(reader.pk).is_new(root.pk)


def test_a_newsrc_is_downloaded_and_taken_over(browser: Client, root: Post, reader: Member) -> None:
    name = newsgroup_name(root.board.handle_id, site_prefix())
    answer = browser.get("/account/newsrc")
    assert answer["Content-Disposition"] == 'attachment; filename="newsrc.txt"'
    assert answer.content.decode() == f"{name}:\n"
    file = SimpleUploadedFile("newsrc", f"rubbish <b>\n{name}: 1\n".encode())
    source = browser.post("/account/newsrc", {"file": file}).content.decode()
    assert "1 line was taken over: 1 post that was new is read now." in source
    assert "Line 1: <code>rubbish &lt;b&gt;</code>" in source
    assert not marks_of(reader.pk).is_new(root.pk)
    assert browser.get("/account/newsrc").content.decode() == f"{name}: 1\n"


def test_a_file_that_is_none_is_refused_on_the_page(browser: Client) -> None:
    for sent in ({}, {"file": SimpleUploadedFile("x", b"\0")}):
        answer = browser.post("/account/newsrc", sent)
        assert answer.status_code == 400
        assert 'role="alert"' in answer.content.decode()


def test_whether_fetched_articles_count_is_kept(browser: Client, reader: Member) -> None:
    browser.post("/account/reading", {"fetching_reads": "on"})
    assert options.fetching_reads(reader.pk)
    assert 'name="fetching_reads" checked' in page(browser, "reading")
    browser.post("/account/reading", {})
    assert not options.fetching_reads(reader.pk)
