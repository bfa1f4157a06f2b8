from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.db import Error, OperationalError

from rejoinder.events.models import Change
from rejoinder.events.read import EVERYTHING, Changed, Reader
from rejoinder.serving import freshness
from rejoinder.serving.freshness import Watch, trusted_seconds, wait_until_known
from tests.factories import make_response, make_thread

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def heard() -> list[list[Changed]]:
    return []


@pytest.fixture
def watch(heard: list[list[Changed]]) -> Iterator[Watch]:
    # One from long ago, as there is in any table but a new one.
    Change.objects.create(xid=1)
    opened = Watch(heard.append)
    yield opened
    opened.close()


def test_the_first_look_knows_nothing_of_what_was(watch: Watch, heard: list[list[Changed]]) -> None:
    assert watch.look()
    assert heard == [[EVERYTHING]]


def test_a_post_is_heard_of_by_the_first_look_after_it_was_acknowledged(
    watch: Watch, heard: list[list[Changed]]
) -> None:
    root = make_thread()
    watch.look()
    for _time in range(20):
        heard.clear()
        watch.look()
        make_response(root)
        wait_until_known()
        assert watch.look()
        assert heard
        assert root.thread_id in [change.thread_id for change in heard[-1]]


def test_a_look_is_trusted_for_a_while(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.look()
    monkeypatch.setattr(watch, "_good_until", time.monotonic() + 100)
    monkeypatch.setattr(Reader, "changes", lambda self: pytest.fail("asked again"))
    assert watch.look()


def test_a_look_counts_from_when_it_began(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    watch.look()
    watch._good_until = 0.0

    def slowly(_reader: Reader) -> list[Changed]:
        time.sleep(trusted_seconds() * 2)
        return []

    monkeypatch.setattr(Reader, "changes", slowly)
    assert watch.look()
    assert watch._good_until < time.monotonic()


def test_a_database_that_is_away_is_no_knowledge_and_its_return_starts_anew(
    watch: Watch, heard: list[list[Changed]], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.look()
    watch._good_until = 0.0

    def away(_reader: Reader) -> list[Changed]:
        raise OperationalError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(Reader, "changes", away)
        assert not watch.look()
        broken.setattr(Reader, "open", classmethod(lambda cls: (_ for _ in ()).throw(Error())))
        assert not watch.look()
    heard.clear()
    assert watch.look()
    assert heard == [[EVERYTHING]]


def test_a_glance_never_trusts_more_than_a_look(watch: Watch, heard: list[list[Changed]]) -> None:
    """However often the loop glances, what was acknowledged is heard of by the first "fresh"."""
    root = make_thread()
    assert not watch.glance()
    watch.look()
    for _time in range(20):
        heard.clear()
        for _again in range(50):
            watch.glance()
        make_response(root)
        wait_until_known()
        known = watch.glance()
        # Said to be fresh, it has been heard of; else a thread looks, and has.
        assert heard or not known
        assert watch.look()
        assert heard


def test_while_it_is_asked_for_glances_a_thread_looks_before_trust_ends(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.look()
    monkeypatch.setattr(Reader, "is_quiet", lambda self: False)
    monkeypatch.setattr(watch, "_trusted", 10.0)
    monkeypatch.setattr(watch, "_good_until", time.monotonic() + 4.0)
    assert watch.glance()
    deadline = time.monotonic() + 3.0
    while watch._good_until < deadline + 4.0:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_glance_doesnt_wait_for_who_looks(watch: Watch) -> None:
    watch.look()
    watch._good_until = 0.0
    with watch._lock:
        assert not watch.glance()


def test_a_glance_at_a_database_that_is_away_is_no_knowledge(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch.look()
    watch._good_until = 0.0

    def away(_reader: Reader) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(Reader, "is_quiet", away)
    assert not watch.glance()


def test_a_wait_is_as_long_as_any_look_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(freshness.time, "sleep", waited.append)
    wait_until_known()
    assert waited == [trusted_seconds()]
    assert waited[0] > 0


def test_what_is_closed_looks_no_more(watch: Watch) -> None:
    assert watch.look()
    watch._wake()
    looker = watch._looker
    assert looker is not None
    watch.close()
    looker.join(10)
    assert not looker.is_alive()
    assert not watch.look()
    assert watch._reader is None
