"""What the tests of accounts share: members with a password, mails and their links."""

from __future__ import annotations

import re
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.test import Client

from rejoinder.members.models import Member
from tests.factories import PASSWORD, make_member


@cache
def hashed() -> str:
    """Return the hash of PASSWORD, made once: Argon2 is slow on purpose."""
    return make_password(PASSWORD)


def signed_up(name: str, email: str = "", *, is_confirmed: bool = False) -> Member:
    """Return a member who can sign in with PASSWORD."""
    member = make_member(name, email=email)
    member.password = hashed()
    member.save()
    EmailAddress.objects.create(
        user=member, email=member.email, primary=True, verified=is_confirmed
    )
    return member


def sign_up(client: Client, name: str, email: str, **others: str) -> int:
    """Send the sign-up form; return the status: 302 if there's a new member."""
    form = {"username": name, "email": email, "password1": PASSWORD} | others
    return client.post("/account/signup/", form).status_code


def sign_in(client: Client, login: str, password: str = PASSWORD) -> bool:
    """Send the sign-in form; tell whether that signed somebody in."""
    client.post("/account/login/", {"login": login, "password": password})
    return "_auth_user_id" in client.session


def prove(client: Client) -> None:
    """Type the password once more, as what protects an account asks for."""
    client.post("/account/reauthenticate/", {"password": PASSWORD})


def link_in(message: mail.EmailMessage) -> str:
    """Return the first link of a mail, without the site's address."""
    found = re.search(r"https?://[^/\s]+(/\S*)", str(message.body))
    assert found, message.body
    return found[1]
