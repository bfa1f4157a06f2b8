"""The settings page, and the list of sessions."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from rejoinder.members.models import Member
from rejoinder.web.accounts.browsers import browser
from tests.factories import make_member
from tests.web.accounts import prove, sign_in, signed_up
from tests.web.test_accounts_pages import check_page

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


def test_the_settings_lead_to_everything(client: Client) -> None:
    client.force_login(make_member("Ann"))
    html = client.get("/account/").content.decode()
    check_page(html)
    for path in ["email/", "password/change/", "2fa/", "sessions/"]:
        assert f'href="/account/{path}"' in html


def test_a_guest_is_led_to_sign_in_and_back(client: Client) -> None:
    assert client.get("/account/")["Location"] == "/account/login/?next=/account/"


def test_name_and_zone_are_kept(client: Client) -> None:
    client.force_login(make_member("Ann"))
    client.post("/account/", {"name": "Anna Ø", "time_zone": "Asia/Tokyo"})
    member = Member.objects.get()
    assert (member.name, member.time_zone) == ("Anna Ø", "Asia/Tokyo")
    html = client.get("/account/").content.decode()
    assert '<option value="Asia/Tokyo" selected>' in html
    assert 'data-zone="Asia/Tokyo"' in html


def test_a_refused_name_comes_back_with_what_to_do(client: Client) -> None:
    make_member("crash davis")
    client.force_login(make_member("Ann"))
    html = client.post("/account/", {"name": "Crash  Davis", "time_zone": ""}).content.decode()
    assert "Choose another" in html
    assert 'value="Crash  Davis"' in html
    check_page(html)


def test_an_invented_zone_is_refused(client: Client) -> None:
    client.force_login(make_member("Ann"))
    client.post("/account/", {"name": "Ann", "time_zone": "Middle-earth/Shire"})
    assert Member.objects.get().time_zone == ""


def test_the_list_of_sessions_ends_another_session() -> None:
    signed_up("Ann")
    here, there = Client(headers={"User-Agent": FIREFOX}), Client(headers={"User-Agent": IPHONE})
    assert sign_in(here, "Ann")
    assert sign_in(there, "Ann")
    html = here.get("/account/sessions/").content.decode()
    check_page(html)
    assert "Firefox on Linux" in html
    assert "Safari on iPhone" in html
    session = UserSession.objects.get(session_key=there.session.session_key)
    prove(here)
    here.post(f"/account/sessions/{session.pk}/end")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_all_other_sessions_end_at_once() -> None:
    signed_up("Ann")
    clients = [Client() for _ in range(3)]
    assert all(sign_in(client, "Ann") for client in clients)
    prove(clients[0])
    clients[0].post("/account/sessions/")
    assert [client.get("/account/").status_code for client in clients] == [200, 302, 302]


def test_a_stolen_session_ends_none_of_its_owners() -> None:
    member = signed_up("Ann")
    owner, thief = Client(), Client()
    assert sign_in(owner, "Ann")
    thief.force_login(member)
    session = UserSession.objects.get(session_key=owner.session.session_key)
    for path in ("/account/sessions/", f"/account/sessions/{session.pk}/end"):
        asked = thief.post(path)
        assert asked["Location"].startswith("/account/reauthenticate/")
    assert owner.get("/account/").status_code == 200
    assert thief.get("/account/sessions/").status_code == 200


def test_nobody_ends_a_session_of_another() -> None:
    signed_up("Ann")
    signed_up("Bob")
    ann, bob = Client(), Client()
    assert sign_in(ann, "Ann")
    assert sign_in(bob, "Bob")
    session = UserSession.objects.get(session_key=ann.session.session_key)
    prove(bob)
    bob.post(f"/account/sessions/{session.pk}/end")
    assert ann.get("/account/").status_code == 200
    assert ann.get(f"/account/sessions/{session.pk}/end").status_code == 405


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Lynx/2.9.0dev.12 libwww-FM/2.14", "Lynx"),
        ("MyReader/1", "MyReader/1"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(user_agent: str, shown: str) -> None:
    assert browser(user_agent) == shown
