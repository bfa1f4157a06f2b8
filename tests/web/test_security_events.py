"""What the pages note in the security log, and what they never write there."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from rejoinder.members.models import Group, Member
from tests.factories import PASSWORD, make_board, make_member, make_thread
from tests.web.accounts import prove, sign_in, sign_up, signed_up
from tests.web.test_application_passwords import FORM, PATH

pytestmark = pytest.mark.django_db

LOG = "rejoinder.security"


@pytest.fixture
def noted(caplog: pytest.LogCaptureFixture, monkeypatch: Any) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger(LOG), "propagate", True)
    caplog.set_level(logging.INFO, LOG)
    return caplog


def events(noted: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in noted.records if record.name == LOG]
    noted.clear()
    return found


def one(noted: pytest.LogCaptureFixture, event: str) -> str:
    (line,) = [line for line in events(noted) if line.startswith(f"event={event} ")]
    return line


def test_sign_ins_and_sign_outs_are_noted_with_how_and_from_which_network(
    noted: pytest.LogCaptureFixture,
) -> None:
    ann = signed_up("Ann", "ann@example.org")
    client = Client(REMOTE_ADDR="192.0.2.7")
    assert sign_in(client, "Ann")
    assert one(noted, "sign_in") == (
        f"event=sign_in network=192.0.2.0/24 member={ann.pk} how=password"
    )
    client.post("/account/logout/")
    assert one(noted, "sign_out") == f"event=sign_out network=192.0.2.0/24 member={ann.pk}"


def test_a_wrong_password_is_noted_without_what_was_typed(
    noted: pytest.LogCaptureFixture,
) -> None:
    signed_up("Ann", "ann@example.org")
    for login in ("Ann", "ann@example.org", "nobody-of-that-name", "my secret by mistake"):
        assert not sign_in(Client(REMOTE_ADDR="192.0.2.7"), login, "wrong-wrong-wrong")
        line = one(noted, "sign_in_failed")
        assert "network=192.0.2.0/24 how=password tried=" in line
        assert login not in line
        assert "wrong-wrong" not in line


def test_a_sign_up_and_every_change_of_what_lets_in_is_noted(
    noted: pytest.LogCaptureFixture,
) -> None:
    client = Client()
    sign_up(client, "Ann", "ann@example.org")
    assert one(noted, "sign_up")
    prove(client)
    client.post("/account/email/", {"action_add": "", "email": "other@example.org"})
    assert "other@example.org" not in one(noted, "address_added")
    new = "another long one"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/account/password/change/", form)
    assert new not in one(noted, "password_changed")
    client.post(PATH, FORM)
    assert one(noted, "application_password_made")


def test_what_a_member_may_not_do_is_noted(noted: pytest.LogCaptureFixture) -> None:
    thread = make_thread()
    stranger = make_member()
    client = Client(REMOTE_ADDR="2001:db8:1:2::3")
    client.force_login(stranger)
    events(noted)
    assert client.get(f"/p/{thread.public_id}/edit").status_code == 403
    line = one(noted, "refused")
    assert f"network=2001:db8:1::/48 by=member member={stranger.pk} verb=edit" in line
    assert f"thing=Post:{thread.pk}" in line
    assert client.get("/administration/").status_code == 403
    assert f"member={stranger.pk}" in one(noted, "refused")


def test_what_the_outer_layers_refuse_is_noted(
    noted: pytest.LogCaptureFixture, settings: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.post("/account/login/", {"login": "Ann", "password": PASSWORD})
    assert PASSWORD not in one(noted, "forged_form")
    client.post("/", b"x" * (8 * 1024 * 1024 + 1), content_type="text/plain")
    assert "octets=8388609" in one(noted, "too_large")
    settings.ALLOWED_HOSTS = ["board.example.org"]
    client.get("/", headers={"Host": "evil.example"})
    assert "evil" not in one(noted, "wrong_host")


def test_who_is_stopped_by_a_limit_is_noted(noted: pytest.LogCaptureFixture) -> None:
    signed_up("Ann")
    for _time in range(6):
        sign_in(Client(REMOTE_ADDR="192.0.2.7"), "Ann", "wrong-wrong-wrong")
    assert one(noted, "limited") == "event=limited network=192.0.2.0/24 deed=sign_in"


def test_changes_of_groups_and_rights_are_noted_with_who_made_them(
    noted: pytest.LogCaptureFixture,
) -> None:
    from rejoinder.boards.grants import announcements, set_rights
    from rejoinder.members.groups import add_to_group
    from tests.factories import principal_of

    chief, member = make_member(is_administrator=True), make_member()
    group = Group.unscoped.create(name="Editors")
    add_to_group(principal_of(chief), group, member.name)
    assert f"by={chief.pk} group={group.pk} change=joined whose={member.pk}" in one(
        noted, "groups_changed"
    )
    board = make_board()
    set_rights(principal_of(chief), board, announcements())
    assert f"by={chief.pk} board={board.pk}" in one(noted, "rights_changed")


def test_an_application_password_and_an_added_address_are_told_by_mail(
    client: Client,
) -> None:
    member = signed_up("Ann", "ann@example.org", is_confirmed=True)
    assert sign_in(client, "Ann")
    prove(client)
    mail.outbox.clear()
    client.post(PATH, FORM)
    told = mail.outbox.pop()
    assert told.to == ["ann@example.org"]
    assert "“Pan on the laptop”" in told.body
    client.post("/account/email/", {"action_add": "", "email": "other@example.org"})
    to_main = [sent for sent in mail.outbox if sent.to == ["ann@example.org"]]
    assert ["other@example.org" in sent.body for sent in to_main] == [True]
    assert Member.objects.get(pk=member.pk).email == "ann@example.org"
