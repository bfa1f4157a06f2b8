"""What only an attacker or a broken robot asks for: an answer in words, never a fault of ours."""

from __future__ import annotations

import pytest
from allauth.core import context
from django.test import Client, RequestFactory

from rejoinder.members.models import Member
from rejoinder.threads.arrangements import registry as of_threads
from rejoinder.threads.board_arrangements import registry as of_boards
from rejoinder.web.accounts import credentials
from rejoinder.web.accounts.forms import AddPasskey
from tests.factories import make_member, make_response, make_thread

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-30", "9999-12-31"])
def test_the_calendars_ends_are_days_like_others_in_every_zone(
    client: Client, zone: str, day: str
) -> None:
    member = make_member()
    Member.objects.filter(pk=member.pk).update(time_zone=zone)
    client.force_login(member)
    root = make_thread()
    make_response(root)
    board = f"/b/{root.board.handle_id}"
    lists = [f"/p/{root.public_id}?on={day}", f"/m/{member.handle_id}?on={day}"]
    lists += [f"/t/{root.public_id}?on={day}&as={name}" for name in of_threads.ARRANGEMENTS]
    lists += [f"{board}?on={day}&as={name}" for name in of_boards.ARRANGEMENTS]
    for address in lists:
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize(
    "address",
    [
        "/p/%00",
        "/b/x%00",
        "/m/%00",
        "/t/x%00",
        "/file/x%00/y",
        "/b/{board}?after=%00",
        "/t/{root}?at=x%00",
        "/t/{root}?before=%00&as=flat",
        "/p/{root}?after=%00",
        "/account/confirm-email/%00/",
        "/account/password/reset/key/%00-x/",
    ],
)
def test_a_nul_in_an_address_is_answered_in_words(client: Client, address: str) -> None:
    root = make_thread()
    asked = address.format(board=root.board.handle_id, root=root.public_id)
    assert client.get(asked).status_code in {302, 400, 404}


@pytest.mark.parametrize("address", ["/", "/rules", "/m/{member}", "/p/{root}", "/nowhere"])
def test_no_shared_cache_keeps_a_members_page(client: Client, address: str) -> None:
    member = make_member()
    root = make_thread(author=member)
    asked = address.format(member=member.handle_id, root=root.public_id)
    assert "Cache-Control" not in client.get(asked).headers
    client.force_login(member)
    response = client.get(asked)
    assert {"private", "no-cache"} <= set(response["Cache-Control"].split(", "))
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("opened", ["[", '{"a":'])
def test_a_credential_of_a_thousand_lists_in_each_other_is_refused_in_words(
    client: Client, opened: str
) -> None:
    answer = client.post("/account/2fa/webauthn/login/", {"credential": opened * 5000})
    assert answer.status_code in {302, 400}


@pytest.mark.parametrize(
    "sent",
    [
        "{}",
        "null",
        "1",
        '{"id": 1}',
        '{"id": "eA", "type": "public-key"}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {}}',
        '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30",'
        ' "authenticatorData": "eA", "signature": "eA", "userHandle": 1}}',
    ],
)
def test_what_is_no_passkeys_answer_is_refused_in_words(sent: str) -> None:
    for form in (credentials.SignInByPasskey, credentials.SecondStepByPasskey, AddPasskey):
        member = {} if form is credentials.SignInByPasskey else {"user": make_member()}
        with context.request_context(RequestFactory().post("/")):
            assert form({"credential": sent}, **member).errors, form


@pytest.mark.parametrize(
    "form", ["SignInByPasskey", "SecondStepByPasskey", "ConfirmByPasskey", "AddPasskey"]
)
def test_no_form_reads_a_deep_credential(form: str) -> None:
    kind = {**vars(credentials), "AddPasskey": AddPasskey}[form]
    member = {} if form == "SignInByPasskey" else {"user": make_member()}
    bound = kind({"credential": "[" * 5000}, **member)
    assert "credential" in bound.errors
    assert "[[" not in str(bound["credential"])


def test_a_nul_in_a_field_that_no_form_has_is_told_and_no_fault(client: Client) -> None:
    """PostgreSQL refuses it; on SQLite it names nothing."""
    client.force_login(make_member(is_administrator=True))
    form = {"do": "approve:chosen", "case": "a\0b", "shown": "a\0b", "query": ""}
    assert client.post("/moderation/decide", form).status_code in {303, 400, 404}
    assert client.post("/moderation/addresses/unban", {"network": "1\0"}).status_code in {400, 409}
