"""What a proxy or a service manager is told."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.test import Client

from rejoinder.web.views import health

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


def ask(name: str) -> tuple[int, str]:
    answer = Client().get(f"/health/{name}")
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.status_code, answer.content.decode()


def test_a_server_that_is_well_says_so() -> None:
    assert ask("alive") == (200, "alive\n")
    assert ask("ready") == (200, "ready\n")


def test_no_database_is_alive_and_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_rows: Any) -> bool:
        raise OperationalError("gone away: password=secret")

    monkeypatch.setattr(QuerySet, "exists", away)
    assert ask("alive") == (200, "alive\n")
    assert ask("ready") == (503, "not ready: the database doesn't answer\n")


def test_a_full_disk_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _path: Usage(1, 1, 1024))
    assert ask("ready") == (503, "not ready: the disk is full\n")


def test_being_alive_asks_nothing_of_the_database(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        ask("alive")


@pytest.mark.parametrize("name", ["alive", "ready"])
def test_nothing_is_posted_there(name: str) -> None:
    assert Client().post(f"/health/{name}").status_code == 405
