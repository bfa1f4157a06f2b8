"""Signing in with a password, for doors that have no HTTP request too."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.test import Client

from rejoinder.errors import TooMany
from rejoinder.limits import table
from rejoinder.members.sign_in import account_tried, forget_attempts
from tests.factories import PASSWORD
from tests.web.accounts import sign_in, signed_up

pytestmark = pytest.mark.django_db


def test_a_newsreader_and_a_browser_share_one_count(settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins", "2 per 1h")])
    member = signed_up("Ann")
    assert not sign_in(Client(), "ANN", "not that one")
    assert authenticate(None, username="ann", password="wrong", address="127.0.0.1") is None
    with pytest.raises(TooMany):
        authenticate(None, username="Ann", password=PASSWORD, address="127.0.0.1")
    assert not sign_in(Client(), "Ann")
    forget_attempts(member, "127.0.0.1")
    found = authenticate(None, username="Ann", password=PASSWORD, address="127.0.0.1")
    assert found == member


def test_a_newsreaders_address_is_counted(settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins_by_address", "2 per 1h")])
    for name in ["Ann", "Bob"]:
        authenticate(None, username=name, password="wrong", address="2001:db8::1")
    with pytest.raises(TooMany):
        authenticate(None, username="Cleo", password="wrong", address="2001:db8::2")


def test_all_spellings_are_one_account_and_a_name_tells_no_address() -> None:
    assert account_tried(" ANN ") == account_tried("ann")
    assert account_tried("Ann@Example.org ") == account_tried("ann@example.org")
    assert account_tried("ann") != account_tried("ann@example.org")
