"""Each request has its principal: asked for when it's needed, and itself where a form is sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client

from rejoinder.policy.principals import Kind, Principal
from rejoinder.web.views import writing
from tests.factories import make_member, make_thread

pytestmark = pytest.mark.django_db


def seen(monkeypatch: pytest.MonkeyPatch, client: Client, method: str, public_id: str) -> list[Any]:
    """Return what the form's view was given as who asks."""
    found: list[Any] = []

    def look(request: HttpRequest, place: object) -> HttpResponse:
        found.append(request.principal)  # type: ignore[attr-defined]
        return HttpResponse("looked")

    monkeypatch.setattr(writing, "_write", look)
    assert client.generic(method, f"/p/{public_id}/respond").content == b"looked"
    return found


def test_a_deed_is_given_the_principal_itself(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    root, member = make_thread(), make_member()
    client.force_login(member)
    (principal,) = seen(monkeypatch, client, "POST", root.public_id)
    assert type(principal) is Principal
    assert (principal.kind, principal.member_id) == (Kind.MEMBER, member.pk)


def test_a_guest_who_sends_a_form_is_a_guest(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    (principal,) = seen(monkeypatch, client, "POST", make_thread().public_id)
    assert type(principal) is Principal
    assert principal.kind is Kind.GUEST


def test_a_page_that_is_read_has_the_same_principal(
    monkeypatch: pytest.MonkeyPatch, client: Client
) -> None:
    root, member = make_thread(), make_member()
    client.force_login(member)
    (principal,) = seen(monkeypatch, client, "GET", root.public_id)
    assert (principal.kind, principal.member_id) == (Kind.MEMBER, member.pk)
