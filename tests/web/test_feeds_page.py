"""The page of a member's own feed addresses."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from rejoinder.members.models import ApplicationPassword, Member, Membership
from tests.factories import make_group, make_member, make_private_board, make_thread, principal_of
from tests.web.accounts import prove, sign_in, signed_up

pytestmark = pytest.mark.django_db

ADDRESS = re.compile(r'href="(http://testserver/feeds/private/[^"]+)"')


@pytest.fixture
def member() -> Member:
    return signed_up("Ada")


@pytest.fixture
def client(client: Client, member: Member) -> Client:
    sign_in(client, "Ada")
    prove(client)
    return client


def test_addresses_are_made_shown_once_and_revoked(client: Client, member: Member) -> None:
    group = make_group("Club")
    Membership.unscoped.create(group=group, member=member)
    board = make_private_board(group, "The committee")
    make_thread(board, "For us alone", "", member)
    path = f"/b/{board.handle_id}/feed.atom"
    made = client.post(f"/account/feeds?of={path}", {"name": "phone"})
    assert "no-store" in made["Cache-Control"]
    addresses = ADDRESS.findall(made.content.decode())
    assert addresses[0].endswith(path)
    assert any(address.endswith("/feeds/boards.opml") for address in addresses)
    assert b"For us alone" in Client().get(addresses[0]).content
    assert "phone" in mail.outbox[-1].body
    again = client.get("/account/feeds").content.decode()
    assert "phone" in again
    assert not ADDRESS.findall(again)
    kept = ApplicationPassword.unscoped.get()
    assert (kept.scopes, kept.secret_hash in again) == (["feeds"], False)
    assert client.post(f"/account/feeds/{kept.pk}/revoke").status_code == 303
    assert Client().get(addresses[0]).status_code == 404


def test_who_hasnt_typed_their_password_lately_is_asked_for_it(member: Member) -> None:
    client = Client()
    client.force_login(member)
    assert client.post("/account/feeds", {"name": "phone"}).status_code == 303
    assert not ApplicationPassword.unscoped.exists()


def test_only_a_feeds_path_is_taken_over(client: Client) -> None:
    for of in (
        "https://evil.example/feed.atom",
        "/account/delete",
        "/x",
        "//evil.example/feed.atom",
    ):
        made = client.post("/account/feeds", {"name": "phone"}, query_params={"of": of})
        assert "evil" not in " ".join(ADDRESS.findall(made.content.decode()))
        assert "What you came for" not in made.content.decode()


def test_a_reader_isnt_offered_among_application_passwords(client: Client) -> None:
    page = client.get("/account/application-passwords").content.decode()
    assert 'value="feeds"' not in page
    sent = {"name": "x", "scopes": ["feeds"], "days": ""}
    assert client.post("/account/application-passwords", sent).status_code == 400


def test_nobody_revokes_anothers(client: Client) -> None:
    from rejoinder.members.application_passwords import make
    from rejoinder.policy.scopes import Scope

    other = make_member()
    theirs, _secret = make(principal_of(other), other, "theirs", [Scope.FEEDS])
    assert client.post(f"/account/feeds/{theirs.pk}/revoke").status_code == 404
