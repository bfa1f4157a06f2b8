"""What guests leave in their sessions is bounded, in number and in time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from rejoinder.web import stash
from tests.factories import PASSWORD, make_board
from tests.web.accounts import signed_up

pytestmark = pytest.mark.django_db


def send(client: Client, number: int = 0) -> str:
    """Send a post as a guest; return where the form is filled after signing in."""
    board = make_board()
    form = {"title": "Kept", "text": f"Text {number}", "submission": f"mark-of-the-form-{number}"}
    answer = client.post(f"/b/{board.handle_id}/start", form)
    assert answer.status_code == 302
    return f"/b/{board.handle_id}/start?draft=mark-of-the-form-{number}"


def test_a_guests_session_with_a_text_lasts_a_day_and_a_members_as_usual() -> None:
    signed_up("Ann")
    client = Client()
    back = send(client)
    left = Session.objects.get().expire_date - timezone.now()
    assert 23 * 3600 < left.total_seconds() <= stash.KEPT_SECONDS
    client.post("/account/login/", {"login": "Ann", "password": PASSWORD})
    assert "Text 0" in client.get(back).content.decode()
    assert client.session.get_expiry_age() > 7 * stash.KEPT_SECONDS


def test_a_text_older_than_a_day_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    signed_up("Ann")
    client = Client()
    back = send(client)
    client.post("/account/login/", {"login": "Ann", "password": PASSWORD})
    later = time.time() + stash.KEPT_SECONDS + 1
    monkeypatch.setattr(stash.time, "time", lambda: later)
    assert "Text 0" not in client.get(back).content.decode()


def test_a_session_keeps_three_texts() -> None:
    client = Client()
    for number in range(5):
        send(client, number)
    assert [kept["text"] for kept in client.session[stash.STASH].values()] == [
        "Text 2",
        "Text 3",
        "Text 4",
    ]


def test_a_guest_who_sends_too_many_gets_the_text_back(settings: Any) -> None:
    from rejoinder.limits import table

    settings.LIMITS = table.changed([("stashes", "1 per 1h")])
    send(Client())
    board = make_board()
    answer = Client().post(f"/b/{board.handle_id}/start", {"title": "x", "text": "An hour's work"})
    assert answer.status_code == 429
    assert "An hour&#x27;s work" in answer.content.decode().replace("&#39;", "&#x27;")
    assert Session.objects.count() == 1
