"""Nobody keeps a member out by trying wrong passwords, and nobody guesses one for all that."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from rejoinder.limits import table
from rejoinder.members.known_browsers import MOST_MEMBERS
from rejoinder.members.models import Member
from tests.factories import PASSWORD
from tests.web.accounts import link_in, sign_in, signed_up

pytestmark = pytest.mark.django_db

STRANGER = "192.0.2.66"


@pytest.fixture
def ann() -> Member:
    return signed_up("Ann", "ann@example.org", is_confirmed=True)


def try_on(login: str = "Ann", address: str = STRANGER, times: int = 6) -> list[int]:
    """Try wrong passwords from an address, each in a new browser; return the statuses."""
    form = {"login": login, "password": "not that one"}
    return [
        Client(REMOTE_ADDR=address).post("/account/login/", form).status_code
        for _attempt in range(times)
    ]


def test_a_stranger_elsewhere_keeps_nobody_out(ann: Member) -> None:
    assert try_on() == [200] * 5 + [429]
    for login in ("Ann", "ann@example.org"):
        assert sign_in(Client(REMOTE_ADDR="198.51.100.1"), login)


def test_not_even_from_a_thousand_places_where_the_member_was_before(
    ann: Member, settings: Any
) -> None:
    home = Client(REMOTE_ADDR="198.51.100.1")
    assert sign_in(home, "Ann")
    home.post("/account/logout/")
    settings.LIMITS = table.changed([("sign_ins_from_anywhere", "3 per 1h")])
    for number in range(3):
        try_on(address=f"192.0.2.{number}", times=1)
    assert not sign_in(Client(REMOTE_ADDR="203.0.113.5"), "Ann"), "a new browser waits"
    assert try_on(address="192.0.2.200", times=1) == [429], "so nobody guesses"
    assert sign_in(home, "Ann")
    home.post("/account/logout/")
    assert sign_in(home, "ann@example.org"), "by address, too"


def test_a_stranger_in_the_same_house_neither(ann: Member, settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins", "2 per 1h"), ("sign_ins_by_address", "3 per 1h")])
    home = Client(REMOTE_ADDR=STRANGER)
    assert sign_in(home, "Ann")
    home.post("/account/logout/")
    assert try_on(times=3) == [200, 200, 429]
    try_on("somebody", times=1)
    assert try_on("nobody", times=1) == [429]
    assert sign_in(home, "Ann")


def test_a_known_browser_has_a_count_of_its_own(ann: Member, settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins_by_known_browsers", "2 per 1h")])
    home = Client(REMOTE_ADDR=STRANGER)
    assert sign_in(home, "Ann")
    home.post("/account/logout/")
    for _attempt in range(2):
        assert not sign_in(home, "Ann", "not that one")
    form = {"login": "Ann", "password": PASSWORD}
    assert home.post("/account/login/", form).status_code == 429
    assert sign_in(Client(REMOTE_ADDR=STRANGER), "Ann"), "and the others have theirs"


def test_a_mark_is_of_one_member_and_one_browser(ann: Member, settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins", "2 per 1h")])
    signed_up("Bob")
    mine = Client(REMOTE_ADDR=STRANGER)
    assert sign_in(mine, "Bob")
    mine.post("/account/logout/")
    for _attempt in range(2):
        assert not sign_in(mine, "Ann", "not that one")
    form = {"login": "Ann", "password": PASSWORD}
    assert mine.post("/account/login/", form).status_code == 429, "known to Bob, not to Ann"
    name, mark = mine.cookies["known"].value.split(".")
    for forged in ("", name, f"{name}.{'0' * 32}", f"{'A' * 22}.{mark}", f"{name}.{mark}." * 99):
        browser = Client(REMOTE_ADDR=STRANGER)
        browser.cookies["known"] = forged
        assert browser.post("/account/login/", form).status_code == 429


def test_the_cookie_names_nobody_and_has_room_for_a_family(ann: Member) -> None:
    browser = Client()
    for number in range(MOST_MEMBERS + 2):
        signed_up(f"Member {number}")
        assert sign_in(browser, f"Member {number}")
        browser.post("/account/logout/")
    cookie = browser.cookies["known"]
    assert cookie.value.count(".") == MOST_MEMBERS
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "Member" not in cookie.value
    other = Client()
    assert sign_in(other, "Ann")
    assert other.cookies["known"].value.split(".")[0] != cookie.value.split(".")[0]


def test_a_reset_ends_the_wait_at_once(ann: Member, settings: Any) -> None:
    settings.LIMITS = table.changed(
        [("sign_ins_from_anywhere", "2 per 1h"), ("sign_ins", "2 per 1h")]
    )
    try_on(times=2)
    elsewhere = Client(REMOTE_ADDR=STRANGER)
    assert not sign_in(elsewhere, "Ann")
    elsewhere.post("/account/password/reset/", {"email": "ann@example.org"})
    form = elsewhere.get(link_in(mail.outbox[-1]), follow=True).redirect_chain[-1][0]
    new = "entirely new words"
    elsewhere.post(form, {"password1": new, "password2": new})
    fresh = Client(REMOTE_ADDR=STRANGER)
    assert sign_in(fresh, "Ann", new)
