"""What has expired goes by itself; what is still good stays."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from rejoinder.config import daily
from rejoinder.limits.models import Attempts, Mark
from rejoinder.limits.take import take
from rejoinder.members.leave import leave
from rejoinder.operations import clear
from tests.factories import make_thread, principal_of
from tests.web.accounts import sign_in, signed_up

pytestmark = pytest.mark.django_db


def cleared() -> dict[str, int]:
    return clear.clear_expired(pause=lambda seconds: None)


def test_nothing_that_is_good_is_cleared() -> None:
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    client.get("/account/")
    take("edit", account="1")
    cache.set("code", "used", 60)
    before = (Session.objects.count(), UserSession.objects.count(), Attempts.objects.count())
    assert 0 not in before
    assert set(cleared().values()) == {0}
    assert (
        Session.objects.count(),
        UserSession.objects.count(),
        Attempts.objects.count(),
    ) == before
    assert cache.get("code") == "used"


def test_expired_sessions_counts_and_marks_go() -> None:
    signed_up("Ann")
    client = Client()
    assert sign_in(client, "Ann")
    client.get("/account/")
    take("edit", account="1")
    cache.set("code", "used", 60)
    past = timezone.now() - timedelta(seconds=1)
    Session.objects.update(expire_date=past)
    Attempts.objects.update(expires_at=past)
    Mark.objects.update(expires=past)
    counts = cleared()
    assert counts["sessions"] >= 1
    assert counts["browsers"] == counts["marks"] == 1
    assert counts["attempts"] >= 1
    for model in (Session, UserSession, Attempts, Mark):
        assert not model.objects.exists()


def test_one_run_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clear, "EACH", 2)
    monkeypatch.setattr(clear, "MOST_TURNS", 3)
    past = timezone.now() - timedelta(days=1)
    Session.objects.bulk_create(Session(f"key{n}", "", past) for n in range(10))
    assert cleared()["sessions"] == 6
    assert Session.objects.count() == 4


def test_of_all_workers_one_clears_in_a_day() -> None:
    assert clear.clear_if_due()
    assert not clear.clear_if_due()
    Mark.objects.update(expires=timezone.now() - timedelta(seconds=1))
    assert clear.clear_if_due()


def test_what_goes_wrong_is_logged_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def locked(pause: object = None) -> bool:
        raise OperationalError("database is locked")

    monkeypatch.setattr(clear, "clear_if_due", locked)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    daily.once()
    assert "tried again" in caplog.text


def test_each_worker_starts_the_daily_work(monkeypatch: pytest.MonkeyPatch) -> None:
    from rejoinder.config import options, server, wsgi
    from rejoinder.serving import worker

    started: list[str] = []
    # It would give this process, too, a pool in place of its connection.
    monkeypatch.setattr(server.engine, "pool_connections", lambda settings, threads: None)
    monkeypatch.setattr(daily, "start", lambda: started.append("daily"))
    monkeypatch.setattr(worker, "serve", lambda *how, **more: started.append("serving"))
    monkeypatch.setattr(wsgi.front, "look", lambda: True)
    # It would keep what the tests have at hand for ever.
    monkeypatch.setattr(server.gc, "freeze", lambda: None)
    with socket.socket() as listening:
        server._work(options.load(options.default_data()), listening, lambda: None)
    assert started == ["daily", "serving"]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_deleted_account_is_left_in_the_bytes_of_the_database() -> None:
    if connection.vendor != "sqlite":
        assert connection.vendor == "postgresql"  # its VACUUM does this
        return
    member = signed_up("Xanthippe Quillfeather")
    client = Client()
    assert sign_in(client, "Xanthippe Quillfeather")
    make_thread(author=member)
    file = Path(connection.settings_dict["NAME"])
    clear.empty_log()
    assert b"Quillfeather" in file.read_bytes()
    leave(principal_of(member), member, withdraws=True)
    clear.empty_log()
    assert b"quillfeather" not in file.read_bytes().lower()
    assert Path(f"{file}-wal").stat().st_size == 0
