"""Errors' pages: one for each error of the tree, and each says what to do next."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings

from rejoinder import errors
from rejoinder.web import error_pages
from rejoinder.web.views import front
from tests.factories import make_member
from tests.web.reading import words_of


def tree(kind: type[errors.RejoinderError]) -> list[type[errors.RejoinderError]]:
    return [kind, *(sub for below in kind.__subclasses__() for sub in tree(below))]


def test_every_error_of_the_tree_has_a_page() -> None:
    for kind in tree(errors.RejoinderError):
        answered = error_pages.page_of(kind("Why"))
        assert answered.advice
        if kind is not errors.RejoinderError:
            assert answered.status < 500 or issubclass(kind, errors.Unavailable), kind


def test_each_kind_below_the_root_has_a_page_of_its_own() -> None:
    assert set(errors.RejoinderError.__subclasses__()) < set(error_pages.PAGES)


@pytest.fixture
def raising(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_error(error: Exception) -> None:
        def raise_it(principal: object, threads_each: int) -> None:
            raise error

        monkeypatch.setattr(front.boards, "front", raise_it)

    return set_error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadTitle("The title is too long."), 400),
        (errors.Missing("There is no such page."), 404),
        (errors.Conflict("It was withdrawn."), 409),
        (errors.Unavailable("The disk is full."), 503),
    ],
)
def test_a_deeds_error_becomes_a_page_with_its_message(
    client: Client, raising: Any, error: errors.RejoinderError, status: int
) -> None:
    raising(error)
    response = client.get("/")
    assert response.status_code == status
    assert error.message in words_of(response.content.decode())
    assert "To the boards" in words_of(response.content.decode())
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.django_db
def test_a_guest_who_is_refused_is_led_to_sign_in(client: Client, raising: Any) -> None:
    raising(errors.Refused("Members only."))
    response = client.get("/?x=1")
    assert response["Location"] == "/account/login/?next=/%3Fx%3D1"


@pytest.mark.django_db
def test_a_member_who_is_refused_reads_why(client: Client, raising: Any) -> None:
    raising(errors.Refused("Only its author may."))
    client.force_login(make_member())
    response = client.get("/")
    assert response.status_code == 403
    assert "Only its author may." in words_of(response.content.decode())


@pytest.mark.django_db
def test_a_locked_database_is_answered_with_503_and_when_to_come_back(
    client: Client, raising: Any
) -> None:
    raising(OperationalError("database is locked"))
    response = client.get("/")
    assert response.status_code == 503
    assert response["Retry-After"] == "30"
    assert "locked" not in words_of(response.content.decode())


@pytest.mark.django_db
def test_an_address_that_leads_nowhere_has_a_page(client: Client) -> None:
    for address in ("/nowhere", "/p/nope", "/t/nope", "/m/nope", "/b/nope", "/file/a/b"):
        response = client.get(address)
        assert response.status_code == 404, address
        assert "Nothing here" in words_of(response.content.decode())


@pytest.mark.django_db
def test_a_method_that_a_page_does_not_take_has_a_page(client: Client) -> None:
    response = client.post("/rules")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert "Open the page from a link instead." in words_of(response.content.decode())


def test_a_fault_of_ours_is_answered_without_the_database(raising: Any) -> None:
    """No mark allows the database here, so that any query would fail this test."""
    request = RequestFactory().get("/")
    response = error_pages.broken(request)
    assert response.status_code == 500
    assert "Something went wrong" in words_of(response.content.decode())


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_an_unknown_exceptions_text_is_shown_to_nobody(client: Client, raising: Any) -> None:
    raising(ValueError("a secret of ours"))
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "a secret of ours" not in response.content.decode()
