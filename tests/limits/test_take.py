"""Of each limit N attempts pass in any stretch of its period, and one more doesn't."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rejoinder.errors import TooMany
from rejoinder.limits import table
from rejoinder.limits.models import Attempts
from rejoinder.limits.table import LIMITS, Limit, Per
from rejoinder.limits.take import SWEPT_EACH, forget, give_back, take
from tests.limits.clock import Clock

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(autouse=True)
def _defaults(settings: Any) -> None:
    settings.LIMITS = LIMITS


def who(limit: Limit, number: int = 1) -> dict[str, str]:
    """Return who attempts, such that only this kind of bucket is counted."""
    if limit.per is Per.ACCOUNT:
        return {"account": f"{number}"}
    if limit.per is Per.ACCOUNT_AND_ADDRESS:
        return {"account": "1", "address": f"192.0.2.{number}"}
    return {"address": f"192.0.2.{number}"}


@pytest.mark.django_db
@pytest.mark.parametrize("limit", LIMITS.values(), ids=lambda limit: limit.name)
def test_each_limit_lets_n_pass_and_refuses_one_more_until_the_period_is_over(
    limit: Limit, settings: Any, clock: Clock
) -> None:
    settings.LIMITS = {limit.name: limit}
    for _attempt in range(limit.most):
        take(limit.deed, **who(limit))
    with pytest.raises(TooMany) as refused:
        take(limit.deed, **who(limit))
    assert refused.value.retry_after == limit.period
    take(limit.deed, **who(limit, 2))
    clock.go_on(limit.period - timedelta(microseconds=1))
    with pytest.raises(TooMany):
        take(limit.deed, **who(limit))
    clock.go_on(timedelta(microseconds=1))
    take(limit.deed, **who(limit))


@pytest.mark.django_db
def test_the_window_slides_and_does_not_start_anew_with_each_period(clock: Clock) -> None:
    """Nine at a minute's end and ten at the next one's start are not let through."""
    clock.go_on(-SECOND)
    for _attempt in range(9):
        take("post", account="1")
    clock.go_on(2 * SECOND)
    take("post", account="1")
    with pytest.raises(TooMany) as refused:
        take("post", account="1")
    assert refused.value.retry_after == 58 * SECOND
    clock.go_on(58 * SECOND)
    for _attempt in range(9):
        take("post", account="1")
    with pytest.raises(TooMany) as refused:
        take("post", account="1")
    assert refused.value.retry_after == 2 * SECOND


@pytest.mark.django_db
def test_what_is_refused_is_not_counted_and_the_wait_not_extended(clock: Clock) -> None:
    for _attempt in range(10):
        take("post", account="1")
    for _attempt in range(59):
        clock.go_on(SECOND)
        with pytest.raises(TooMany):
            take("post", account="1")
    clock.go_on(SECOND)
    take("post", account="1")


@pytest.mark.django_db
def test_what_one_limit_refuses_no_other_limit_counts(clock: Clock) -> None:
    """Somebody who tries a name in vain from one address can't lock that name for others."""
    for number in range(30):
        take("sign_in", account=f"name {number}", address="192.0.2.1")
    for _attempt in range(9):
        with pytest.raises(TooMany):
            take("sign_in", account="victim", address="192.0.2.1")
    for _attempt in range(5):
        take("sign_in", account="victim", address="192.0.2.2")


@pytest.mark.django_db
def test_of_two_full_limits_the_longer_wait_is_told(settings: Any, clock: Clock) -> None:
    settings.LIMITS = table.changed([("posts_a_day", "10 per 1d"), ("posts_by_address", "off")])
    for _attempt in range(10):
        take("post", account="1", address="192.0.2.1")
    with pytest.raises(TooMany, match="Come back in 24 hours") as refused:
        take("post", account="1", address="192.0.2.1")
    assert refused.value.retry_after_seconds == 24 * 3600


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (timedelta(microseconds=1), "in 1 second."),
        (timedelta(seconds=89.5), "in 90 seconds."),
        (timedelta(seconds=91), "in 2 minutes."),
        (timedelta(minutes=91), "in 2 hours."),
    ],
)
def test_the_wait_is_said_in_words_and_never_too_short(
    settings: Any, clock: Clock, wait: timedelta, said: str
) -> None:
    settings.LIMITS = table.changed([("exports", "1 per 1d")])
    take("export", account="1")
    clock.go_on(timedelta(days=1) - wait)
    with pytest.raises(TooMany, match=said) as refused:
        take("export", account="1")
    assert refused.value.retry_after_seconds >= wait.total_seconds()


@pytest.mark.django_db
def test_a_guest_counts_by_address_and_a_member_by_account() -> None:
    for _attempt in range(5):
        take("report", address="2001:db8::1")
    with pytest.raises(TooMany):
        take("report", address="2001:db8::ffff:1")
    take("report", account="1", address="2001:db8::1")


@pytest.mark.django_db
def test_nonsense_for_an_address_is_one_bucket() -> None:
    for number in range(5):
        take("report", address=f"nonsense {number} \ud800")
    take("sign_in", account="\ud800")
    with pytest.raises(TooMany):
        take("report", address="other nonsense")


@pytest.mark.django_db
def test_whoever_comes_from_no_network_and_has_no_account_is_not_counted() -> None:
    for _attempt in range(20):
        take("report")
    assert not Attempts.objects.exists()


@pytest.mark.django_db
def test_a_limit_that_is_off_counts_nothing(settings: Any) -> None:
    settings.LIMITS = table.changed([("all", "off"), ("edits", "1 per 1h")])
    for _attempt in range(20):
        take("post", account="1", address="192.0.2.1")
    take("edit", account="1")
    with pytest.raises(TooMany):
        take("edit", account="1")


@pytest.mark.django_db
def test_a_limit_that_was_lowered_holds_at_once(settings: Any, clock: Clock) -> None:
    for _attempt in range(10):
        take("edit", account="1")
        clock.go_on(SECOND)
    settings.LIMITS = table.changed([("edits", "4 per 10m")])
    with pytest.raises(TooMany) as refused:
        take("edit", account="1")
    assert refused.value.retry_after == 10 * MINUTE - 4 * SECOND


@pytest.mark.django_db
def test_after_a_clock_was_put_back_nobody_waits_longer_than_the_period(clock: Clock) -> None:
    for _attempt in range(10):
        take("post", account="1")
    clock.go_on(timedelta(days=-300))
    with pytest.raises(TooMany) as refused:
        take("post", account="1")
    assert refused.value.retry_after == MINUTE


@pytest.mark.django_db
def test_an_attempt_that_is_given_back_does_not_count() -> None:
    for _attempt in range(20):
        give_back(take("sign_in", account="ann", address="192.0.2.1"))
    for _attempt in range(5):
        take("sign_in", account="ann")
    with pytest.raises(TooMany):
        take("sign_in", account="ann")


@pytest.mark.django_db
def test_an_account_is_forgotten_and_its_address_is_not(settings: Any) -> None:
    settings.LIMITS = table.changed([("sign_ins_by_address", "6 per 1h")])
    for _attempt in range(5):
        take("sign_in", account="ann", address="192.0.2.1")
    forget("sign_in", account="ann", address="192.0.2.1")
    take("sign_in", account="ann", address="192.0.2.1")
    with pytest.raises(TooMany):
        take("sign_in", account="ann", address="192.0.2.1")


@pytest.mark.django_db
def test_a_deed_without_a_limit_is_a_fault_and_not_a_way_round() -> None:
    with pytest.raises(LookupError, match="add a row to limits"):
        take("fly", account="1")


@pytest.mark.django_db
def test_what_was_typed_as_a_name_is_not_in_the_database() -> None:
    take("sign_in", account="hunter2", address="192.0.2.77")
    rows = str(list(Attempts.objects.values()))
    assert "hunter2" not in rows
    assert "192.0.2.77" not in rows


@pytest.mark.django_db
def test_what_has_expired_is_cleared_a_little_with_each_attempt(clock: Clock) -> None:
    for number in range(SWEPT_EACH + 5):
        take("report", account=f"{number}")
    clock.go_on(timedelta(hours=2))
    take("report", account="0")
    assert Attempts.objects.count() == 5
    take("report", account="0")
    assert Attempts.objects.count() == 1


@pytest.mark.django_db
def test_refusing_costs_one_query_and_no_lock() -> None:
    for _attempt in range(10):
        take("post", account="1", address="192.0.2.1")
    with (
        CaptureQueriesContext(
            connection,
        ) as refused,
        pytest.raises(TooMany),
    ):
        take("post", account="1", address="192.0.2.1")
    assert len(refused) == 1
    assert "UPDATE" not in refused[0]["sql"]


@pytest.mark.django_db(transaction=True)
def test_within_a_transaction_it_refuses_to_count() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        take("edit", account="1")
    assert not Attempts.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("deed", ["edit", "post"])
def test_many_at_once_get_exactly_as_many_through_as_the_limit_says(
    settings: Any, deed: str
) -> None:
    """Four threads with connections of their own, each at once: as processes would be."""
    settings.LIMITS = table.changed(
        [("edits", "10 per 1h"), ("posts_a_minute", "10 per 1h"), ("posts_a_day", "10 per 1h")]
    )

    def attempt(number: int) -> int:
        passed = 0
        try:
            for _turn in range(6):
                try:
                    take(deed, account="1", address="192.0.2.1")
                    passed += 1
                except TooMany:
                    pass
        finally:
            connection.close()
        return passed

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 10
