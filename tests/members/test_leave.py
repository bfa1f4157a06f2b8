"""A deleted account leaves no name, address or handle anywhere; the tree loses no post."""

from __future__ import annotations

import os

import pytest
from django.conf import settings
from django.test import Client

from rejoinder.errors import Conflict, Missing, Refused
from rejoinder.files import store
from rejoinder.members.accounts import add_member, find_member, rename, staged_member, take_handle
from rejoinder.members.leave import leave
from rejoinder.members.models import Handle, Member
from rejoinder.operations import checks
from rejoinder.policy.principals import GUEST, Kind, Principal, system
from rejoinder.posts.models import Attachment, Original, Revision
from rejoinder.posts.restore import restore
from rejoinder.posts.states import change_state
from rejoinder.threads.lines import line_of
from rejoinder.threads.models import Post, State
from tests.factories import make_board, make_member, make_response, make_thread, principal_of
from tests.members.everything import (
    ADDRESS,
    NAME,
    OLD_ADDRESS,
    OLD_NAME,
    found,
    somebody_with_everything,
    where_named,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_are_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes kept just now aren't deleted, lest a post that's being made loses its file."""
    monkeypatch.setattr(store, "IN_FLIGHT_SECONDS", -1)


def test_the_search_finds_what_it_looks_for() -> None:
    """The test below is worth nothing if it can't see where names stand."""
    somebody_with_everything()
    places = {place.rpartition("/")[2] for place in where_named()}
    assert places >= {
        "account_emailaddress.email",
        "django_session.session_data",
        "members_handle.name",
        "members_member.email",
        "members_member.handle_id",
        "members_member.name",
        "members_member.name_key",
        "mfa_authenticator.data",
        "posts_original.packed",
        "threads_post.author_name",
        "usersessions_usersession.user_agent",
    }


@pytest.mark.parametrize("withdraws", [False, True], ids=["kept", "withdrawn"])
def test_nothing_is_left_of_name_address_or_handle(
    withdraws: bool, django_capture_on_commit_callbacks: object
) -> None:
    member, _client, _board = somebody_with_everything()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        leave(principal_of(member), member, withdraws=withdraws)
    assert where_named() == []


def test_a_name_that_somebody_typed_stays() -> None:
    member, _client, board = somebody_with_everything()
    make_thread(board, f"About {NAME}", "Words.")
    leave(principal_of(member), member, withdraws=False)
    assert where_named() == ["threads_post.title"]


def test_kept_posts_are_a_former_members_and_the_tree_is_whole(client: Client) -> None:
    member, _client, _board = somebody_with_everything()
    before = Post.unscoped.filter(author=member, state=State.VISIBLE).count()
    leave(principal_of(member), member, withdraws=False)
    posts = Post.unscoped.filter(author=member, state=State.VISIBLE).select_related("author")
    assert len(posts) == before
    assert {line_of(GUEST, post).author_name for post in posts} == {"former member"}
    assert {line_of(GUEST, post).author_handle for post in posts} == {""}
    page = client.get(f"/p/{posts[0].public_id}").content.decode()
    assert "former member" in page
    assert "/m/" not in page.partition("<article")[2].partition("</article")[0]


def test_the_attribution_above_a_quotation_follows_the_member(client: Client) -> None:
    member, _client, _board = somebody_with_everything()
    response = Post.unscoped.get(title="Somebody's")
    address = f"/p/{response.public_id}"
    assert f">{NAME}</a> wrote:" in client.get(address).content.decode()
    rename(principal_of(member), member, "Another")
    assert ">Another</a> wrote:" in client.get(address).content.decode()
    member.refresh_from_db()
    leave(principal_of(member), member, withdraws=False)
    assert ">former member</a> wrote:" in client.get(address).content.decode()


def test_of_withdrawn_posts_nothing_is_kept_but_their_places(client: Client) -> None:
    member, _client, _board = somebody_with_everything()
    mine = Post.unscoped.get(title="Mine, edited")
    response = Post.unscoped.get(parent=mine)
    leave(principal_of(member), member, withdraws=True)
    posts = Post.unscoped.filter(author=member)
    assert set(posts.values_list("state", "title", "text__source")) == {("w", "", "")}
    assert not Attachment.unscoped.filter(post__in=posts).exists()
    assert not Revision.unscoped.filter(post__in=posts).exists()
    assert client.get(f"/p/{mine.public_id}").status_code == 410
    page = client.get(f"/p/{response.public_id}").content.decode()
    assert "somebody wrote:" in page


@pytest.mark.parametrize("withdraws", [False, True], ids=["kept", "withdrawn"])
def test_all_counts_are_right_afterwards(withdraws: bool) -> None:
    member, _client, _board = somebody_with_everything()
    leave(principal_of(member), member, withdraws=withdraws)
    wrong: list[str] = []
    checks.run(lambda question, findings: wrong.extend(f.what for f in findings if not f.is_notice))
    # The tests' own PostgreSQL is fast instead of safe, and says so.
    assert [what for what in wrong if "PostgreSQL" not in what] == []


def test_files_of_withdrawn_posts_go_unless_another_post_has_them(
    django_capture_on_commit_callbacks: object,
) -> None:
    member, _client, _board = somebody_with_everything()
    digests = {
        each.file_name: each.digest for each in Attachment.unscoped.filter(post__author=member)
    }
    other = make_thread()
    Attachment.unscoped.create(
        post=other, position=0, digest=digests["b.txt"], file_name="b.txt", octets=4
    )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        leave(principal_of(member), member, withdraws=True)
    assert not store.is_kept(digests["a.txt"])
    assert store.is_kept(digests["b.txt"])


def test_bytes_that_are_wanted_again_meanwhile_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "IN_FLIGHT_SECONDS", 600)
    digest = store.keep(b"asked for again")
    path = settings.DATA / "files" / digest[:2] / digest
    os.utime(path, (1, 1))
    store.keep(b"asked for again")
    assert not store.discard(digest)
    os.utime(path, (1, 1))
    assert store.discard(digest)
    assert not store.is_kept(digest)
    assert not store.discard(digest)


def test_the_old_address_of_the_page_leads_nowhere_and_is_given_to_nobody(client: Client) -> None:
    member, _client, _board = somebody_with_everything()
    old = member.handle_id
    leave(principal_of(member), member, withdraws=False)
    missing = client.get("/m/nobody-ever")
    for handle in (old, Member.objects.get(pk=member.pk).handle_id):
        answer = client.get(f"/m/{handle}")
        assert answer.status_code == missing.status_code == 404
        with pytest.raises(Missing):
            find_member(handle)
    assert not Handle.objects.filter(name=old).exists()
    assert take_handle(NAME).name == f"{old}-2"
    assert add_member(NAME).name == NAME


def test_every_session_ends_and_nobody_signs_in_again() -> None:
    member, browser, _board = somebody_with_everything()
    assert browser.get("/account/").status_code == 200
    leave(principal_of(member), member, withdraws=False)
    assert browser.get("/account/").status_code == 302
    for login in (NAME, ADDRESS):
        fresh = Client()
        fresh.post("/account/login/", {"login": login, "password": "correct horse battery"})
        assert "_auth_user_id" not in fresh.session


def test_an_archive_read_again_brings_neither_name_nor_address_back() -> None:
    member, _client, board = somebody_with_everything()
    leave(principal_of(member), member, withdraws=False)
    for number, (name, address) in enumerate([(NAME, ADDRESS), (OLD_NAME, OLD_ADDRESS)], 1):
        again = restore(system("tests"), found(board, number, name, address))
        assert not again.is_new
        fresh = restore(system("tests"), found(board, number + 10, name, address)).post
        assert fresh.author_id == member.pk
        assert not Original.unscoped.filter(post=fresh).exists()
    assert where_named() == []


def test_who_named_anothers_address_takes_it_from_nobody() -> None:
    member = make_member("Eve", email="victim@example.org")
    leave(principal_of(member), member, withdraws=False)
    assert staged_member("Vic", "victim@example.org").pk != member.pk


def test_the_author_of_an_archive_is_erased_at_their_request() -> None:
    board = make_board()
    post = restore(system("tests"), found(board, 1, OLD_NAME, OLD_ADDRESS)).post
    assert post.author is not None
    leave(system("tests"), post.author, withdraws=False)
    assert where_named() == []
    fresh = restore(system("tests"), found(board, 2, OLD_NAME, OLD_ADDRESS)).post
    assert fresh.author_id == post.author_id
    assert where_named() == []


def test_the_last_administrator_stays() -> None:
    boss = make_member("Boss", is_administrator=True)
    with pytest.raises(Refused, match="only administrator"):
        leave(principal_of(boss), boss, withdraws=False)
    make_member("Deputy", is_administrator=True)
    leave(principal_of(boss), boss, withdraws=False)
    assert not Member.objects.filter(name="Boss").exists()


OTHERS = [
    GUEST,
    Principal(Kind.MEMBER, member_id=0),
    Principal(Kind.MEMBER, member_id=0, is_administrator=True, moderates_everywhere=True),
]


@pytest.mark.parametrize("principal", OTHERS)
def test_nobody_else_deletes_an_account(principal: Principal) -> None:
    member = make_member("Ann")
    with pytest.raises(Refused):
        leave(principal, member, withdraws=False)
    assert Member.objects.get(pk=member.pk).name == "Ann"


@pytest.mark.parametrize("kind", [Kind.APPLICATION, Kind.MAIL])
def test_no_program_of_the_member_deletes_the_account(kind: Kind) -> None:
    member = make_member("Ann")
    with pytest.raises(Refused):
        leave(Principal(kind, member_id=member.pk), member, withdraws=False)


def test_an_account_is_deleted_once_and_gets_no_name_again() -> None:
    member = make_member("Ann")
    leave(principal_of(member), member, withdraws=False)
    gone = Member.objects.get(pk=member.pk)
    with pytest.raises(Conflict):
        leave(system("tests"), gone, withdraws=False)
    rename(system("tests"), member, "Ann again")
    assert Member.objects.get(pk=member.pk).name == ""


def test_two_accounts_can_be_deleted() -> None:
    """The rows that stay hold nothing that must be unique."""
    one, other = make_member("Ann"), make_member("Bob")
    leave(principal_of(one), one, withdraws=False)
    leave(principal_of(other), other, withdraws=False)
    assert Member.objects.exclude(erased_at=None).count() == 2


def test_a_removed_post_stays_removed_or_is_withdrawn_with_the_others() -> None:
    for withdraws, left in ((False, ("r", "Bad")), (True, ("w", ""))):
        author = make_member()
        post = make_thread(title="Bad", source="Worse.", author=author)
        make_response(post)
        change_state(post, State.REMOVED)
        leave(principal_of(author), author, withdraws=withdraws)
        post.refresh_from_db()
        assert (post.state, post.title) == left


def test_the_marks_are_ones_that_nothing_else_has() -> None:
    make_thread(make_board(), author=make_member("Somebody Else"))
    assert where_named() == []
