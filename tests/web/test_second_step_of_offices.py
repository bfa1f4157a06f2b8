"""A second step that the site asks of administrators, and of moderators too."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rejoinder.boards.second_step import ask_second_step, without_second_step
from rejoinder.errors import BadInput, Refused
from rejoinder.members import application_passwords
from rejoinder.members.models import Member, OfficeTerms, SecondStepOf
from rejoinder.members.principals import principal_for
from rejoinder.policy import gate
from rejoinder.policy.principals import Kind
from rejoinder.policy.scopes import Scope
from rejoinder.threads.models import Post
from tests.factories import make_board, make_group, make_member, make_thread, principal_of
from tests.moderation.moderating import moderator_of

pytestmark = pytest.mark.django_db

OFFICES = ("/administration/", "/administration/members", "/administration/second-step")
PAGE = "/administration/second-step"


def ask(of: SecondStepOf) -> None:
    OfficeTerms.objects.update_or_create(pk=1, defaults={"second_step_of": of})


def give(member: Member, kind: str = Authenticator.Type.WEBAUTHN) -> None:
    Authenticator.objects.create(user=member, type=kind, data={})


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def keeper() -> Member:
    return make_member("Keeper", is_administrator=True)


def test_a_fresh_site_asks_it_of_nobody(keeper: Member) -> None:
    assert signed_in(keeper).get("/administration/").status_code == 200
    assert principal_for(keeper).is_administrator


def test_who_needs_one_and_has_none_is_led_to_set_it_up(keeper: Member) -> None:
    ask(SecondStepOf.ADMINISTRATORS)
    client = signed_in(keeper)
    for path in OFFICES:
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "A second step first" in page
        assert 'href="/account/2fa/"' in page
    assert client.post("/administration/add-board", {"name": "New"}).status_code == 403
    assert client.get("/account/2fa/").status_code == 200
    assert client.get("/").status_code == 200
    give(keeper, Authenticator.Type.RECOVERY_CODES)
    assert client.get("/administration/").status_code == 403, "codes alone are no second step"
    give(keeper)
    assert client.get("/administration/").status_code == 200


def test_moderators_keep_their_desk_until_it_is_asked_of_them_too() -> None:
    board = make_board()
    post = make_thread(board)
    warden = moderator_of(board)
    client = signed_in(warden)
    for of, status in (
        (SecondStepOf.ADMINISTRATORS, 200),
        (SecondStepOf.MODERATORS, 403),
    ):
        ask(of)
        for path in ("/moderation/", f"/p/{post.public_id}/moderate"):
            answer = client.get(path)
            assert answer.status_code == status, path
            assert ("A second step first" in answer.content.decode()) is (status == 403)
        assert 'href="/moderation/"' in client.get("/").content.decode(), "it leads there"
    assert client.get(f"/p/{post.public_id}").status_code == 200
    give(warden)
    assert client.get("/moderation/").status_code == 200


def test_a_member_of_a_group_that_only_reads_notices_nothing() -> None:
    ask(SecondStepOf.MODERATORS)
    reader = make_member("Reader")
    make_group("Readers", reader)
    client = signed_in(reader)
    answer = client.get("/administration/")
    assert answer.status_code == 403
    assert "second step" not in answer.content.decode()
    assert 'href="/moderation/"' not in client.get("/").content.decode()


def test_no_door_gives_the_office_back() -> None:
    """Programs, mail and pages get their principal in one place."""
    ask(SecondStepOf.MODERATORS)
    board = make_board()
    warden = moderator_of(board)
    steward = make_member("Steward")
    make_group("Stewards", steward, moderates_everywhere=True)
    keeper = make_member("Chief", is_administrator=True)
    post = Post.unscoped.get(pk=make_thread(board).pk)
    for member in (warden, steward, keeper):
        password, _secret = application_passwords.make(
            principal_of(member), member, "program", list(Scope)
        )
        asks = [principal_for(member, kind=kind) for kind in (Kind.MEMBER, Kind.MAIL)]
        asks.append(application_passwords.principal_of(member, password))
        for principal in asks:
            assert principal.lacks_second_step
            assert not gate.may(principal, gate.Verb.MODERATE, post)
            assert not gate.may(principal, gate.Verb.ADMINISTER, board)
            assert gate.may(principal, gate.Verb.READ, post)
        give(member)
        assert gate.may(principal_for(member), gate.Verb.MODERATE, post)


def test_taking_the_second_step_away_takes_the_office_away(keeper: Member) -> None:
    give(keeper)
    ask(SecondStepOf.ADMINISTRATORS)
    assert principal_for(keeper).is_administrator
    Authenticator.objects.all().delete()
    assert not principal_for(keeper).is_administrator


def test_nobody_shuts_themself_out_by_asking(keeper: Member) -> None:
    client = signed_in(keeper)
    answer = client.post(PAGE, {"of": "administrators"})
    assert answer.status_code == 400
    assert "Set up a second step of your own first" in answer.content.decode()
    assert not OfficeTerms.objects.exists()
    with pytest.raises(BadInput):
        ask_second_step(principal_of(keeper), SecondStepOf.MODERATORS)
    give(keeper)
    assert client.post(PAGE, {"of": "everyone"}).status_code == 400
    assert client.post(PAGE, {"of": "moderators"}).status_code == 303
    assert OfficeTerms.objects.get().second_step_of == "moderators"
    Authenticator.objects.all().delete()
    assert client.post(PAGE, {"of": "nobody"}).status_code == 403, "nor is it taken back without"


def test_the_page_names_who_has_none(keeper: Member, caplog: pytest.LogCaptureFixture) -> None:
    give(keeper)
    board = make_board()
    warden = moderator_of(board)
    make_group("Readers", make_member("Plain Reader"))
    steward = make_member("Steward")
    make_group("Stewards", steward, moderates_everywhere=True)
    assert set(without_second_step(principal_of(keeper))) == {warden, steward}
    page = signed_in(keeper).get(PAGE).content.decode()
    assert "Steward" in page
    assert "Plain Reader" not in page
    ask_second_step(principal_of(keeper), SecondStepOf.ADMINISTRATORS)
    assert f"event=second_step_asked network=unknown by={keeper.pk}" in caplog.text
    with pytest.raises(Refused):
        without_second_step(principal_of(warden))


def test_others_cost_no_query_more() -> None:
    member = Member.objects.get(pk=make_member().pk)
    counts = []
    for of in SecondStepOf:
        ask(of)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            principal_for(member)
        counts.append(len(queries))
    assert len(set(counts)) == 1


def test_sessions_of_a_member_are_ended_and_nothing_else(
    keeper: Member, caplog: pytest.LogCaptureFixture
) -> None:
    from rejoinder.moderation.models import Deed, DeedKind

    member = make_member("Ann")
    give(member)
    password, secret = application_passwords.make(principal_of(member), member, "p", [Scope.NEWS])
    browsers = [signed_in(member), signed_in(member)]
    unlisted = signed_in(member)
    unlisted_other = signed_in(make_member("Bob"))
    admin = signed_in(keeper)
    assert (
        "Sign out of every browser"
        in admin.get(f"/administration/members/{member.handle_id}").content.decode()
    )
    path = f"/administration/members/{member.handle_id}/end-sessions"
    assert browsers[0].post(path).status_code == 403
    assert admin.get(path).status_code == 405
    assert admin.post(path).status_code == 303
    for client in (*browsers, unlisted):
        assert client.get("/account/").status_code == 302, "asked to sign in"
    assert unlisted_other.get("/account/").status_code == 200
    assert admin.get("/account/").status_code == 200
    found: Any = application_passwords.verify("Ann", secret, Scope.NEWS)
    assert found == (member, password)
    assert Authenticator.objects.filter(user=member).exists()
    assert signed_in(Member.objects.get(pk=member.pk)).get("/account/").status_code == 200
    deed = Deed.unscoped.get()
    assert (deed.kind, deed.subject, deed.is_public) == (DeedKind.END_SESSIONS, member, False)
    assert f"event=sessions_ended network=127.0.0.0/24 member={member.pk}" in caplog.text
    assert "Nothing here." not in admin.get("/moderation/log/private").content.decode()
    assert "Nothing here." in Client().get("/moderation/log").content.decode()
