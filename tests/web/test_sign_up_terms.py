"""The site's ways of taking members, through the pages: invites, approval, proof of work."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from rejoinder.boards.sign_up import change_sign_up
from rejoinder.boards.site import the_site
from rejoinder.limits import work
from rejoinder.members.accounts import staged_member
from rejoinder.members.models import Invite, Member
from rejoinder.members.sign_up_terms import SignUp
from rejoinder.policy.principals import system
from rejoinder.threads.models import Post
from tests.factories import PASSWORD, make_member, make_thread
from tests.limits.test_work import solve
from tests.web.accounts import link_in, sign_in, sign_up
from tests.web.test_accounts_pages import check_page

pytestmark = pytest.mark.django_db

SIGN_UP = "/account/signup/"
TERMS = "/administration/sign-up"
APPLICANTS = "/administration/applicants"
BITS = 6


def take(way: SignUp, bits: int = 0) -> None:
    change_sign_up(system("tests"), way, bits)


@pytest.fixture
def chief() -> Client:
    """The browser of an administrator."""
    client = Client()
    client.force_login(make_member(is_administrator=True))
    return client


def invite_of(chief: Client, **form: str) -> str:
    """Make an invite on its page; return the link's path."""
    answer = chief.post(
        "/administration/invites/add", {"note": "The club", "uses": "1", "days": "7"} | form
    )
    html = answer.content.decode()
    check_page(html)
    found = re.search(r'<code class="secret">http://[^/]+(/\S+)</code>', html)
    assert found, html
    return found[1]


def send(client: Client, path: str, name: str, **changed: str) -> Any:
    """Open the sign-up form at a path, and send it with all that it holds."""
    html = client.get(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    form = {"username": name, "email": "ann@example.org", "password1": PASSWORD}
    return client.post(SIGN_UP, hidden | form | changed, follow=True)


def test_administrators_set_who_may_sign_up(chief: Client) -> None:
    html = chief.get(TERMS).content.decode()
    check_page(html)
    chief.post(TERMS, {"way": "invited", "work_bits": "18"})
    site = the_site()
    assert (site.sign_up, site.sign_up_work) == ("invited", 18)
    assert chief.post(TERMS, {"way": "all", "work_bits": "99"}).status_code == 400
    site.refresh_from_db()
    assert (site.sign_up, site.sign_up_work) == ("invited", 18)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", TERMS), ("post", TERMS), ("post", "/administration/invites/add"),
        ("post", "/administration/invites/1/revoke"), ("get", APPLICANTS),
        ("post", f"{APPLICANTS}/1"),
    ],
)  # fmt: skip
def test_nobody_else_does(method: str, path: str) -> None:
    form = {"way": "closed", "work_bits": "0", "button": "approve"}
    assert getattr(Client(), method)(path, form).status_code == 302
    client = Client()
    client.force_login(make_member())
    assert getattr(client, method)(path, form).status_code == 403
    assert the_site().sign_up == "open"


def test_the_operators_option_closes_whatever_is_set(chief: Client, settings: Any) -> None:
    settings.OPTIONS = replace(settings.OPTIONS, open_sign_up=False)
    take(SignUp.OPEN)
    link = invite_of(chief)
    assert "operator has closed" in chief.get(TERMS).content.decode()
    assert "takes no new members" in Client().get(link).content.decode()
    send(Client(), link, "Ann")
    assert not Member.objects.filter(name="Ann").exists()


def test_by_invitation_the_link_lets_in_and_nothing_else(chief: Client) -> None:
    take(SignUp.INVITED)
    assert "Sign up</a>" not in Client().get("/").content.decode()
    closed = Client().get(SIGN_UP).content.decode()
    check_page(closed)
    assert "invite link" in closed
    link = invite_of(chief)
    assert send(Client(), SIGN_UP, "Thief", invite="x").status_code == 200
    client = Client()
    send(client, link, "Ann")
    member = Member.objects.get(name="Ann")
    assert client.session["_auth_user_id"] == str(member.pk)
    assert "invite link" in Client().get(link).content.decode(), "good for one"
    html = chief.get(TERMS).content.decode()
    assert f'href="/m/{member.handle_id}"' in html
    assert "Used up" in html
    assert link.split("=")[1] not in html
    assert not Member.objects.filter(name="Thief").exists()


def test_a_revoked_invite_lets_nobody_in(chief: Client) -> None:
    take(SignUp.INVITED)
    link = invite_of(chief, uses="5")
    client = Client()
    page = client.get(link)
    assert 'name="username"' in page.content.decode()
    chief.post(f"/administration/invites/{Invite.unscoped.get().pk}/revoke")
    form = {"username": "Ann", "email": "ann@example.org", "password1": PASSWORD}
    answer = client.post(SIGN_UP, form | {"invite": link.split("=")[1]})
    assert "invite link" in answer.content.decode()
    assert not Member.objects.filter(name="Ann").exists()


def test_an_applicant_waits_hears_and_signs_in(chief: Client) -> None:
    take(SignUp.APPROVED)
    staged = staged_member("Ann of old", "ann@example.org")
    old = make_thread(author=make_member())
    Post.unscoped.filter(pk=old.pk).update(author=staged)
    client = Client()
    form = client.get(SIGN_UP).content.decode()
    assert "administrator looks at each" in form
    answer = send(client, SIGN_UP, "Ann")
    html = answer.content.decode()
    check_page(html)
    assert "waits for approval" in html
    assert "_auth_user_id" not in client.session
    assert not sign_in(client, "Ann")
    again = client.post("/account/login/", {"login": "Ann", "password": PASSWORD})
    assert again["Location"] == "/account/waiting"
    wrong = Client().post("/account/login/", {"login": "Ann", "password": "not that one"})
    assert "fit together" in wrong.content.decode(), "told to nobody without the password"
    member = Member.objects.get(name="Ann")
    assert Client().get(f"/m/{member.handle_id}").status_code == 404

    client.post(link_in(mail.outbox[-1]))
    assert EmailAddress.objects.get(user=member).verified
    assert Post.unscoped.get(pk=old.pk).author == staged, "an applicant claims nothing"
    html = chief.get(APPLICANTS).content.decode()
    check_page(html)
    assert "ann@example.org (confirmed)" in html
    chief.post(f"{APPLICANTS}/{member.pk}", {"button": "approve"})
    assert mail.outbox[-1].to == ["ann@example.org"]
    assert "/account/login/" in str(mail.outbox[-1].body)
    assert Post.unscoped.get(pk=old.pk).author == member
    assert sign_in(Client(), "Ann")
    assert "Nobody." in chief.get(APPLICANTS).content.decode()


def test_who_is_turned_down_is_gone(chief: Client) -> None:
    take(SignUp.APPROVED)
    send(Client(), SIGN_UP, "Ann")
    before = len(mail.outbox)
    member = Member.objects.get(name="Ann")
    chief.post(f"{APPLICANTS}/{member.pk}", {"button": "turn-down"})
    assert not Member.objects.filter(name="Ann").exists()
    assert not EmailAddress.objects.exists()
    assert len(mail.outbox) == before
    gone = chief.post(f"{APPLICANTS}/{member.pk}", {"button": "approve"})
    assert gone.status_code == 404


def test_an_invite_goes_past_approval(chief: Client) -> None:
    take(SignUp.APPROVED)
    client = Client()
    assert "administrator looks" not in client.get(invite_of(chief)).content.decode()
    send(client, invite_of(chief), "Ann")
    assert "_auth_user_id" in client.session


def work_in(html: str) -> work.Challenge:
    found = re.search(r'name="challenge" value="([^"]+)"', html)
    assert found
    challenge = work.read(found[1])
    assert challenge is not None
    assert f'data-nonce="{challenge.nonce}" data-bits="{challenge.bits}"' in html
    return challenge


def test_a_sign_up_that_brings_its_work_is_taken_at_once() -> None:
    take(SignUp.OPEN, BITS)
    client = Client()
    html = client.get(SIGN_UP).content.decode()
    check_page(html)
    challenge = work_in(html)
    brought = {"challenge": challenge.token, "answer": solve(challenge)}
    assert sign_up(client, "Ann", "ann@example.org", **brought) == 302
    assert "_auth_user_id" in client.session
    other = Client()
    form = {"username": "Ben", "email": "ben@example.org", "password1": PASSWORD} | brought
    again = other.post(SIGN_UP, form).content.decode()
    assert "Send the form again" in again
    assert work_in(again).nonce != challenge.nonce, "a fresh one comes with the form"
    assert 'name="answer" value=' not in again
    assert not Member.objects.filter(name="Ben").exists()


def test_a_form_with_another_fault_keeps_its_work() -> None:
    take(SignUp.OPEN, BITS)
    client = Client()
    challenge = work_in(client.get(SIGN_UP).content.decode())
    answer = solve(challenge)
    form = {"username": "Ann", "email": "ann@example.org", "password1": "short"}
    html = client.post(
        SIGN_UP, form | {"challenge": challenge.token, "answer": answer}
    ).content.decode()
    assert work_in(html) == challenge
    assert f'name="answer" value="{answer}"' in html


def test_without_script_the_sign_up_waits_and_says_so() -> None:
    take(SignUp.OPEN, BITS)
    client = Client()
    html = client.get(SIGN_UP).content.decode()
    assert "Without JavaScript your account waits" in html
    answer = send(client, SIGN_UP, "Ann")
    assert "waits for approval" in answer.content.decode()
    assert Member.objects.get(name="Ann").is_awaiting


def test_work_is_asked_of_nobody_but_who_signs_up(chief: Client) -> None:
    take(SignUp.OPEN, BITS)
    post = make_thread()
    for path in ["/", f"/p/{post.public_id}", "/account/login/", invite_of(chief)]:
        html = Client().get(path).content.decode()
        assert "data-nonce" not in html, path
        assert "work.js" not in html, path
