"""An archive's author claims their posts by confirming the address they wrote from."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.utils import timezone

from rejoinder.boards.grants import private_to, put_rights
from rejoinder.errors import Missing
from rejoinder.members.accounts import find_member, staged_member
from rejoinder.members.models import Member
from rejoinder.policy.principals import system
from rejoinder.posts.claim import claim, claimable
from rejoinder.posts.drafts import FoundPost
from rejoinder.posts.restore import restore
from rejoinder.threads.models import Post
from tests.factories import make_board, make_group, make_member, make_thread
from tests.web.accounts import link_in, sign_up, signed_up

pytestmark = pytest.mark.django_db


def archived(address: str, name: str = "A. Uthor", signed: str = "", number: int = 1) -> Post:
    found = FoundPost(
        board=make_board(),
        message_id=f"{number}.{name.replace(' ', '')}@archive.example",
        ancestors=(),
        author=staged_member(name, address),
        author_name=signed,
        title="Found",
        source="Words.",
        markup="plain",
        posted_at=timezone.now(),
    )
    return restore(system("import"), found).post


def test_posts_become_the_members_and_keep_the_name_they_were_signed_with() -> None:
    plain, signed = archived("a@example.org"), archived("a@example.org", signed="Auth", number=2)
    other = archived("b@example.org", "B. Uthor")
    member = make_member("Ann")
    assert claimable("A@example.org") == 2
    assert claim(member, "A@Example.org") == 2
    for post in (plain, signed, other):
        post.refresh_from_db()
    assert [post.author for post in (plain, signed)] == [member, member]
    assert [post.author_name for post in (plain, signed)] == ["A. Uthor", "Auth"]
    assert other.author != member


def test_claiming_twice_changes_nothing() -> None:
    archived("a@example.org")
    first, second = make_member("Ann"), make_member("Bob")
    assert claim(first, "a@example.org") == 1
    assert claim(second, "a@example.org") == 0
    assert Post.unscoped.get().author == first


def test_no_address_claims_no_posts() -> None:
    archived("")
    assert claim(make_member(), "") == 0
    assert claimable("") == 0


def test_a_claimed_handle_leads_to_the_member() -> None:
    old = archived("a@example.org").author
    assert old is not None
    member = make_member("Ann")
    assert find_member(old.handle_id) == old
    claim(member, "a@example.org")
    assert find_member(old.handle_id) == member
    assert find_member(old.handle_id.upper()) == member
    with pytest.raises(Missing):
        find_member("nobody")


def test_the_page_of_a_claimed_author_sends_on_to_the_members(client: Client) -> None:
    old = archived("a@example.org").author
    assert old is not None
    assert client.get(f"/m/{old.handle_id}").status_code == 200
    claim(make_member("Ann"), "a@example.org")
    assert client.get(f"/m/{old.handle_id}")["Location"] == "/m/ann"
    assert client.get("/m/ann").status_code == 200
    assert client.get("/m/nobody").status_code == 404


def test_a_claimed_authors_handle_tells_nobody_who_they_are_that_reads_nothing_of_theirs(
    client: Client,
) -> None:
    post = archived("a@example.org")
    assert post.author is not None
    handle = post.author.handle_id
    member = make_member("Ann")
    claim(member, "a@example.org")
    make_thread(author=member)
    put_rights(post.board, private_to(frozenset({make_group("Crew", member).pk})))
    assert client.get(f"/m/{handle}").status_code == 404
    assert client.get("/m/ann").status_code == 200
    client.force_login(member)
    assert client.get(f"/m/{handle}")["Location"] == "/m/ann"


def test_a_closed_member_is_not_found() -> None:
    member = make_member("Ann")
    Member.objects.update(is_active=False)
    with pytest.raises(Missing):
        find_member(member.handle_id)


def test_a_later_import_gives_posts_to_the_member_who_confirmed_the_address() -> None:
    archived("a@example.org")
    member = signed_up("Ann", "a@example.org", is_confirmed=True)
    claim(member, "a@example.org")
    assert archived("A@example.org", number=2).author == member
    early = signed_up("Bob", "b@example.org", is_confirmed=True)
    assert archived("b@example.org", number=3).author == early
    signed_up("Cid", "c@example.org", is_confirmed=False)
    assert archived("c@example.org", number=4).author.is_staged  # type: ignore[union-attr]


def test_signing_up_and_confirming_the_address_claims() -> None:
    post = archived("a@example.org")
    client = Client()
    sign_up(client, "Ann", "a@example.org")
    member = Member.objects.get(name="Ann")
    page = client.get(link_in(mail.outbox[-1])).content.decode()
    assert "1 post of the archive" in page
    post.refresh_from_db()
    assert post.author != member, "looking at the page claims nothing"
    client.post(link_in(mail.outbox[-1]))
    post.refresh_from_db()
    assert post.author == member
    assert "is yours now" in client.get("/account/").content.decode()


def test_an_unconfirmed_address_claims_nothing() -> None:
    post = archived("a@example.org")
    author = post.author
    client = Client()
    sign_up(client, "Ann", "a@example.org")
    client.get(link_in(mail.outbox[-1]))
    client.post("/account/email/", {"email": "a@example.org", "action_primary": "1"})
    post.refresh_from_db()
    assert post.author == author
    assert not EmailAddress.objects.filter(verified=True).exists()
