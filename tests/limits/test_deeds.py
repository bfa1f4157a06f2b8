"""Every limit of the table, through the deed or page that it is for: two pass, the third not.

`tests/limits/test_take.py` tries each limit's own number; here each is set to two in an hour,
and everything else is off, so that what refuses is that limit and no other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client, override_settings

from rejoinder.boards.models import Site
from rejoinder.boards.site import the_site
from rejoinder.errors import Refused, TooMany
from rejoinder.limits import table
from rejoinder.limits.table import LIMITS
from rejoinder.members import application_passwords, export
from rejoinder.members.models import Member
from rejoinder.moderation import report
from rejoinder.policy.principals import Kind, Principal, system
from rejoinder.policy.scopes import Scope
from rejoinder.posts import waiting_files
from rejoinder.posts.add import add
from rejoinder.posts.drafts import Draft
from rejoinder.reading import drafts as kept_drafts
from rejoinder.reading import newsrc
from tests.factories import make_board, make_member, make_thread, principal_of
from tests.web.accounts import prove, sign_in, signed_up

pytestmark = pytest.mark.django_db

# Makes attempts: called with 0, 1 and 2; the third must be refused with a TooMany, or a 429.
Attempt = Callable[[int], Any]
ELSEWHERE = "192.0.2.{}"
TEXT = "What I wrote for an hour."


def by_page(path: str, form: Callable[[int], dict[str, str]], member: Member | None) -> Attempt:
    """Send a form as a member from three addresses, or as guests with three browsers from one."""

    def attempt(number: int) -> Any:
        client = Client(REMOTE_ADDR=ELSEWHERE.format(number) if member else "192.0.2.77")
        if member:
            client.force_login(member)
        return client.post(path, form(number))

    return attempt


def posts() -> Attempt:
    member, board = make_member(), make_board()
    return by_page(f"/b/{board.handle_id}/start", lambda n: written(f"Title {n}"), member)


def written(title: str, button: str = "post") -> dict[str, str]:
    return {"title": title, "text": TEXT, "button": button, "edits_seen": "0"}


def posts_by_address() -> Attempt:
    board = make_board()
    principals = [principal_of(make_member()) for _number in range(3)]

    def attempt(number: int) -> None:
        principal = principals[number]
        one = Principal(Kind.MEMBER, member_id=principal.member_id, address="192.0.2.1")
        add(one, Draft(title="x", board=board))

    return attempt


def previews() -> Attempt:
    member, board = make_member(), make_board()
    form = written("Title", "preview")
    return by_page(f"/b/{board.handle_id}/start", lambda n: form, member)


def edits() -> Attempt:
    member = make_member()
    post = make_thread(author=member)

    def form(number: int) -> dict[str, str]:
        return written(f"Title {number}") | {"edits_seen": str(number)}

    return by_page(f"/p/{post.public_id}/edit", form, member)


def withdrawals() -> Attempt:
    member = make_member()
    made = [make_thread(author=member) for _number in range(3)]
    client = Client()
    client.force_login(member)
    return lambda number: client.post(f"/p/{made[number].public_id}/withdraw")


def marks() -> Attempt:
    posts = {"posts": make_thread().public_id}
    return by_page("/account/read", lambda n: posts, make_member())


def drafts() -> Attempt:
    principal, board = principal_of(make_member()), make_board()
    return lambda number: kept_drafts.keep(
        principal, f"mark-{number}", kept_drafts.For(board=board), kept_drafts.Words("A title", "")
    )


def attachments() -> Attempt:
    principal = principal_of(make_member())
    return lambda number: waiting_files.put(principal, "m" * 22, f"{number}.txt", b"words")


def newsrcs() -> Attempt:
    member = make_member()
    return lambda number: newsrc.export(principal_of(member), "a")


def stashes() -> Attempt:
    board = make_board()
    return by_page(f"/b/{board.handle_id}/start", lambda n: written(f"Title {n}"), None)


def reports() -> Attempt:
    principal = principal_of(make_member())
    made = [make_thread() for _number in range(3)]
    return lambda number: report.report(principal, made[number], "spam")


def reports_by_guests() -> Attempt:
    Site.objects.filter(pk=the_site().pk).update(guests_may_report=True)
    guest = Principal(Kind.GUEST, address="2001:db8::{}")
    made = [make_thread() for _number in range(3)]
    addresses = [f"2001:db8::{number}" for number in range(1, 4)]
    return lambda number: report.report(
        Principal(guest.kind, address=addresses[number]), made[number], "spam"
    )


def exports() -> Attempt:
    member = make_member()
    return lambda number: export.export(principal_of(member), member).close()


def log_exports() -> Attempt:
    return lambda number: Client(REMOTE_ADDR="192.0.2.77").get("/moderation/log.csv")


def hub_requests() -> Attempt:
    form = {
        "hub.mode": "subscribe",
        "hub.topic": "https://board.example.org/feed.atom",
        "hub.callback": "https://reader.example/told",
    }

    def attempt(number: int) -> Any:
        with override_settings(PUBLIC_URL="https://board.example.org"):
            return Client(REMOTE_ADDR="192.0.2.77").post("/hub", form)

    return attempt


def sign_ups() -> Attempt:
    def form(number: int) -> dict[str, str]:
        name = ["Anna", "Bruno", "Clara"][number]
        return {
            "username": name,
            "email": f"{name}@example.org",
            "password1": "correct horse battery",
        }

    return by_page("/account/signup/", form, None)


def invites() -> Attempt:
    return by_page("/account/signup/", lambda n: {"invite": f"guess {n}"}, None)


def sign_ins() -> Attempt:
    signed_up("Ann")
    form = {"login": "ANN", "password": "not that one"}
    return lambda number: Client().post("/account/login/", form)


def sign_ins_from_anywhere() -> Attempt:
    signed_up("Ann")
    form = {"login": "ANN", "password": "not that one"}
    return lambda number: Client(REMOTE_ADDR=ELSEWHERE.format(number)).post("/account/login/", form)


def sign_ins_by_known_browsers() -> Attempt:
    signed_up("Ann")
    browser = Client()
    assert sign_in(browser, "Ann")
    browser.post("/account/logout/")
    return lambda number: browser.post("/account/login/", {"login": "Ann", "password": "not it"})


def sign_ins_by_address() -> Attempt:
    def form(number: int) -> dict[str, str]:
        return {"login": f"name {number}", "password": "not that one"}

    return by_page("/account/login/", form, None)


def codes() -> Attempt:
    member = signed_up("Ann")
    TOTP.activate(member, generate_totp_secret())
    client = Client()
    assert not sign_in(client, "Ann"), "the second step is asked for"
    return lambda number: client.post("/account/2fa/authenticate/", {"code": "not it"})


def by_program(name: str, address: str) -> Attempt:
    def attempt(number: int) -> None:
        with pytest.raises(Refused):
            application_passwords.verify(
                name.format(number),
                "not that one",
                next(iter(Scope)),
                address=address.format(number),
            )

    return attempt


def application_passwords_by_name() -> Attempt:
    return by_program("Ann", ELSEWHERE)


def application_passwords_by_address() -> Attempt:
    return by_program("Name {}", "2001:db8::{}")


def password_changes() -> Attempt:
    form = {"oldpassword": "not that one", "password1": "another horse", "password2": "x"}
    return by_page("/account/password/change/", lambda n: form, signed_up("Ann"))


def address_changes() -> Attempt:
    client = Client()
    client.force_login(signed_up("Ann"))
    prove(client)
    return lambda number: client.post(
        "/account/email/", {"email": f"new{number}@example.org", "action_add": "1"}
    )


def confirmations() -> Attempt:
    """The page answers as always; the mail isn't sent, and the page says so."""
    client = Client()
    member = signed_up("Ann", "ann@example.org")
    client.force_login(member)
    assert not EmailAddress.objects.get(user=member).verified

    def attempt(number: int) -> None:
        before = len(mail.outbox)
        form = {"email": "ann@example.org", "action_send": "1"}
        page = client.post("/account/email/", form, follow=True).content.decode()
        if len(mail.outbox) == before:
            assert "have been sent to" not in page
            found = re.search(r"Enough mails[^<]*Come back in \d+ \w+\.", page)
            assert found, page
            raise TooMany(found[0])

    return attempt


def resets() -> Attempt:
    """A mailbox that no account has is counted like any other."""
    form = {"email": "Nobody@example.org"}
    return lambda number: Client(REMOTE_ADDR=ELSEWHERE.format(number)).post(
        "/account/password/reset/", form
    )


def resets_by_address() -> Attempt:
    return by_page("/account/password/reset/", lambda n: {"email": f"victim{n}@example.org"}, None)


DEEDS: dict[str, Callable[[], Attempt]] = {
    "posts_a_minute": posts,
    "posts_a_day": posts,
    "posts_by_address": posts_by_address,
    "previews": previews,
    "edits": edits,
    "withdrawals": withdrawals,
    "stashes": stashes,
    "drafts": drafts,
    "attachments": attachments,
    "marks": marks,
    "reports": reports,
    "reports_by_guests": reports_by_guests,
    "exports": exports,
    "newsrcs": newsrcs,
    "log_exports": log_exports,
    "hub_requests": hub_requests,
    "sign_ups": sign_ups,
    "invites": invites,
    "sign_ins": sign_ins,
    "sign_ins_by_address": sign_ins_by_address,
    "sign_ins_from_anywhere": sign_ins_from_anywhere,
    "sign_ins_by_known_browsers": sign_ins_by_known_browsers,
    "codes": codes,
    "application_passwords": application_passwords_by_name,
    "application_passwords_by_address": application_passwords_by_address,
    "password_changes": password_changes,
    "address_changes": address_changes,
    "confirmations": confirmations,
    "resets": resets,
    "resets_by_address": resets_by_address,
}
# Their deeds are still to come, or tried beside the deed.
ELSEWHERE_TRIED = {
    "searches": "there is no search yet",
    "searches_by_guests": "there is no search yet",
    "appeals": "tests/moderation: a statement can be appealed against once",
}


def test_every_limit_is_tried_through_its_deed() -> None:
    assert DEEDS.keys() | ELSEWHERE_TRIED.keys() == LIMITS.keys()
    assert not DEEDS.keys() & ELSEWHERE_TRIED.keys()


@pytest.mark.parametrize("name", DEEDS)
def test_two_pass_and_the_third_is_told_when_to_come_back(name: str, settings: Any) -> None:
    settings.LIMITS = table.changed([("all", "off")])
    attempt = DEEDS[name]()
    settings.LIMITS = table.changed([("all", "off"), (name, "2 per 1h")])
    for number in (0, 1):
        answer = attempt(number)
        assert getattr(answer, "status_code", 200) in {200, 202, 204, 302, 303}, answer
    refusal = refused(attempt)
    if isinstance(refusal, TooMany):
        assert "Come back in 60 minutes." in refusal.message
        return
    answer, page = refusal, refusal.content.decode()
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600
    assert "Come back in 60 minutes." in page
    assert name not in {"posts_a_minute", "previews", "edits", "stashes"} or TEXT in page


def refused(attempt: Attempt) -> Any:
    """Return what the third attempt is answered, or what its deed raises."""
    try:
        return attempt(2)
    except TooMany as error:
        return error


def test_a_job_of_the_system_is_limited_by_nothing(settings: Any) -> None:
    settings.LIMITS = table.changed([("all", "1 per 1h")])
    member = make_member()
    for _attempt in range(3):
        export.export(system("tests"), member).close()


def test_passwords_that_fit_are_not_counted(settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins", "2 per 1h"), ("sign_ins_by_address", "2 per 1h")])
    signed_up("Ann")
    for _attempt in range(4):
        assert sign_in(Client(), "Ann")


def test_a_submission_that_is_sent_twice_is_counted_once(settings: Any) -> None:
    settings.LIMITS = table.changed([("posts_a_minute", "1 per 1h")])
    principal, board = principal_of(make_member()), make_board()
    draft = Draft(title="Once", board=board, submission="a form's mark")
    assert add(principal, draft).pk == add(principal, draft).pk
    with pytest.raises(TooMany):
        add(principal, Draft(title="Another", board=board))
