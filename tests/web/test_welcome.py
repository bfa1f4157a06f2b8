"""The first administrator comes by the one-time link."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from rejoinder.members.first_administrator import new_link_token
from rejoinder.members.models import Member
from tests.factories import PASSWORD, make_member

pytestmark = pytest.mark.django_db

SENT = {"name": "crash davis", "email": "crash@example.org", "password": PASSWORD}


def link() -> str:
    return reverse("welcome", args=[new_link_token()])


def test_the_first_person_becomes_administrator_and_is_signed_in(client):
    answer = client.post(link(), SENT)
    assert (answer.status_code, answer["Location"]) == (303, reverse("administration"))
    member = Member.objects.get()
    assert (member.name, member.is_administrator) == ("crash davis", True)
    page = client.get(reverse("administration")).content.decode()
    assert "Welcome, crash davis" in page
    assert "What to do next" in page


def test_the_administrator_signs_in_with_that_password_later(client):
    client.post(link(), SENT)
    later = Client()
    answer = later.post(reverse("account_login"), {"login": "Crash Davis", "password": PASSWORD})
    assert answer.status_code == 302
    assert later.get(reverse("administration")).status_code == 200


def test_the_administrators_address_waits_to_be_confirmed_by_mail(client, mailoutbox):
    client.post(link(), SENT)
    address = EmailAddress.objects.get(user=Member.objects.get())
    assert (address.email, address.verified) == ("crash@example.org", False)
    assert [mail.to for mail in mailoutbox] == [["crash@example.org"]]


def test_a_link_is_good_once(client):
    address = link()
    client.post(address, SENT)
    other = Client()
    assert other.get(address).status_code == 404
    answer = other.post(address, {**SENT, "name": "second"})
    assert answer.status_code == 404
    assert "administrator-link" in answer.content.decode()
    assert Member.objects.count() == 1


@pytest.mark.parametrize("token", ["nonsense", "x" * 300])
def test_a_link_that_was_never_given_is_a_missing_page(client, token):
    assert client.get(reverse("welcome", args=[token])).status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "give a name"),
        ({"name": "Taken Name"}, "taken"),
        ({"email": "nowhere"}, "valid email"),
        ({"password": ""}, "required"),
    ],
)
def test_what_is_wrong_comes_back_and_the_link_stays_good(client, change, says):
    make_member("Taken Name")
    address = link()
    answer = client.post(address, SENT | change)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert says in page
    if "email" not in change:
        assert "crash@example.org" in page
    assert PASSWORD not in page
    assert client.post(address, SENT).status_code == 303


def test_the_address_of_the_link_is_told_to_nobody(client):
    answer = client.get(link())
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
