"""Ignoring a member: folded for the one who ignores, and for nobody else; the tree stays."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.errors import BadInput
from rejoinder.members.accounts import staged_member
from rejoinder.members.ignoring import ignore, ignored_by, ignored_ids, stop_ignoring
from rejoinder.members.models import Ignore, Member
from rejoinder.policy.principals import GUEST
from rejoinder.posts.claim import claim
from rejoinder.threads.arrangements import registry as of_threads
from rejoinder.threads.board_arrangements import registry as of_boards
from rejoinder.threads.models import Post
from tests.factories import make_board, make_member, make_response, make_thread, principal_of

pytestmark = pytest.mark.django_db
FOLDED = "A post by someone you ignore"


@pytest.fixture
def reader() -> Member:
    return make_member("Reader")


@pytest.fixture
def bore() -> Member:
    return make_member("Borealis")


def as_(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    # As in a browser: then the page is one that many share.
    client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
    return client


def branch(bore: Member) -> Post:
    """Return a root; below it what a bore wrote, and below that an answer."""
    root = make_thread(make_board(), "The root", "Words.")
    below = make_response(root, "Boring title", "Boring words.", bore)
    make_response(below, "Worth reading", "Good words.")
    return root


def shown(html: str) -> str:
    """Return what a page shows before anything is unfolded."""
    kept = ""
    for place, part in enumerate(html.split("<details")):
        kept += part if not place else part.partition("</summary>")[0]
        kept += part.partition("</details>")[2] if place else ""
    return kept


def test_who_is_ignored_is_kept_once_and_forgotten_again(reader: Member, bore: Member) -> None:
    for _twice in range(2):
        ignore(principal_of(reader), bore)
    reader.refresh_from_db()
    assert ignored_by(reader) == [bore]
    assert ignored_ids(reader) == {bore.pk}
    stop_ignoring(principal_of(reader), bore)
    reader.refresh_from_db()
    assert ignored_ids(reader) == frozenset()
    assert not reader.ignores_somebody


def test_nobody_ignores_themselves_and_no_guest_anybody(reader: Member, bore: Member) -> None:
    with pytest.raises(BadInput):
        ignore(principal_of(reader), reader)
    with pytest.raises(BadInput):
        ignore(GUEST, bore)
    assert not Ignore.objects.exists()


def test_an_ignored_author_of_an_archive_stays_ignored_once_claimed(reader: Member) -> None:
    author = staged_member("Bo", "bo@example.org")
    ignore(principal_of(reader), author)
    member = make_member("Borealis")
    Member.objects.filter(pk=author.pk).update(email="bo@example.org")
    claim(member, "bo@example.org")
    reader.refresh_from_db()
    assert member.pk in ignored_ids(reader)
    stop_ignoring(principal_of(reader), member)
    reader.refresh_from_db()
    assert ignored_ids(reader) == frozenset()


def addresses(root: Post) -> list[str]:
    threads = [f"/t/{root.public_id}?as={name}" for name in of_threads.ARRANGEMENTS]
    return [*threads, f"/p/{root.public_id}", f"/p/{root.public_id}/branch"]


def test_in_every_arrangement_the_post_is_folded_and_its_branch_stays(
    reader: Member, bore: Member
) -> None:
    root = branch(bore)
    ignore(principal_of(reader), bore)
    for address in addresses(root):
        if address.endswith("?as=direct"):
            continue
        html = as_(reader).get(address).content.decode()
        assert FOLDED in html, address
        assert "Boring title" not in shown(html).replace("in response to", ""), address
        assert "Boring words" not in shown(html), address
        assert "Worth reading" in shown(html), address
        assert "Boring title" in html, address


@pytest.mark.parametrize("name", sorted(of_boards.ARRANGEMENTS))
def test_a_board_folds_threads_and_posts_too(name: str, reader: Member, bore: Member) -> None:
    board = make_board()
    make_thread(board, "Boring thread", "Boring words.", bore)
    make_thread(board, "Worth reading", "Good words.")
    ignore(principal_of(reader), bore)
    html = as_(reader).get(f"/b/{board.handle_id}?as={name}").content.decode()
    assert FOLDED in html
    assert "Boring" not in shown(html)
    assert "Worth reading" in shown(html)


def test_the_front_page_folds_too(reader: Member, bore: Member) -> None:
    make_thread(make_board(), "Boring thread", "", bore)
    ignore(principal_of(reader), bore)
    assert "Boring" not in shown(as_(reader).get("/").content.decode())


def test_the_post_itself_is_shown_with_a_note(reader: Member, bore: Member) -> None:
    post = make_thread(title="Boring title", source="Boring words.", author=bore)
    ignore(principal_of(reader), bore)
    html = as_(reader).get(f"/p/{post.public_id}").content.decode()
    assert "Boring words." in shown(html)
    assert "You ignore this member" in html


def test_nobody_else_sees_who_is_ignored(reader: Member, bore: Member, client: Client) -> None:
    root = branch(bore)
    pages = [*addresses(root), f"/m/{bore.handle_id}", f"/m/{reader.handle_id}"]
    before = [client.get(page).content for page in pages]
    bores = as_(bore)
    ignore(principal_of(reader), bore)
    assert [client.get(page).content for page in pages] == before
    for page in pages:
        assert b"gnore this member:" not in bores.get(page).content
        assert FOLDED.encode() not in bores.get(page).content


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_it_costs_one_query_and_only_who_ignores_somebody(reader: Member, bore: Member) -> None:
    root = branch(bore)
    client = as_(reader)
    for address in addresses(root):
        before = queries(client, address)
        ignore(principal_of(reader), bore)
        assert queries(client, address) == before + 1
        stop_ignoring(principal_of(reader), bore)


def test_the_button_is_on_the_members_page_and_the_list_in_the_settings(
    reader: Member, bore: Member
) -> None:
    client = as_(reader)
    page = f"/m/{bore.handle_id}"
    assert "Ignore this member" in client.get(page).content.decode()
    assert "Ignore this member" not in client.get(f"/m/{reader.handle_id}").content.decode()
    assert client.post(f"{page}/ignore").status_code == 303
    assert "Ignore no longer" in client.get(page).content.decode()
    assert "Borealis" in client.get("/account/ignored").content.decode()
    sent = client.post(f"{page}/ignore", {"button": "stop", "next": "list"})
    assert sent["Location"] == "/account/ignored"
    assert "You ignore nobody" in client.get("/account/ignored").content.decode()


def test_a_guest_has_no_button_and_is_asked_to_sign_in(bore: Member, client: Client) -> None:
    assert "Ignore" not in client.get(f"/m/{bore.handle_id}").content.decode()
    assert client.post(f"/m/{bore.handle_id}/ignore").status_code == 302
    assert client.get("/account/ignored").status_code == 302
