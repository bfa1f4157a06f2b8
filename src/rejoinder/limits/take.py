"""Count an attempt against the limits, or refuse it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from rejoinder.errors import TooMany
from rejoinder.limits import left, security_log
from rejoinder.limits.addresses import network_of
from rejoinder.limits.models import Attempts
from rejoinder.limits.table import Limit, Per, limits_of

# An attempt makes as many rows as its deed has limits, at most three; clearing more than
# that with each keeps the table as small as the attempts of the longest period.
SWEPT_EACH = 20
_OF_ACCOUNTS = (Per.ACCOUNT, Per.ACCOUNT_AND_ADDRESS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Taken:
    """An attempt that was counted: under which keys, and when (microseconds since 1970)."""

    keys: tuple[str, ...] = ()
    at: int = 0


def take(name: str, *, account: str = "", address: str = "") -> Taken:
    """Count an attempt at a deed, such as "post"; raise TooMany if it's one too many.

    `account` is a member's id, or the name or mail address tried; empty: a guest. `address`
    is where the attempt comes from; empty: from no network. Of each limit, N attempts pass
    in any stretch of its period. A refused attempt isn't counted under any limit, so trying
    on doesn't make the wait longer.

    Runs in a transaction of its own, before the deed's: what the deed then refuses stays
    counted. Called within a transaction it raises RuntimeError: the count would be undone
    with it, and its locks held as long. Refusing takes one query and no lock.
    """
    buckets = _buckets(name, account, address)
    if not buckets:
        return Taken()
    try:
        return _take(buckets)
    except TooMany:
        security_log.note("limited", address=address, deed=name)
        raise


def _take(buckets: dict[str, Limit]) -> Taken:
    # Counts only fall with time: what is full before the lock would be full under it.
    kept = Attempts.objects.in_bulk(list(buckets))
    now = _microseconds(timezone.now())
    _check({key: (buckets[key], row.times) for key, row in kept.items()}, now)
    with transaction.atomic(durable=True):
        rows = {key: _locked(key, buckets[key]) for key in sorted(buckets)}
        # The time is taken under the locks, so that times in a row only grow.
        now = _microseconds(timezone.now())
        _check({key: (buckets[key], row.times) for key, row in rows.items()}, now)
        for key, row in rows.items():
            _count(row, buckets[key], now)
        _sweep()
    return Taken(tuple(rows), now)


def give_back(taken: Taken) -> None:
    """Take an attempt off the counts again: it wasn't one of those that are limited."""
    with transaction.atomic():
        for key in sorted(taken.keys):
            row = Attempts.objects.select_for_update().filter(pk=key).first()
            if row is not None and taken.at in row.times:
                row.times.remove(taken.at)
                row.save(update_fields=["times"])


def forget(name: str, *, account: str, address: str = "") -> None:
    """Forget an account's attempts at a deed, from anywhere or from an address.

    What others did from the address stays counted.
    """
    buckets = _buckets(name, account, address)
    theirs = [key for key, limit in buckets.items() if limit.per in _OF_ACCOUNTS]
    Attempts.objects.filter(pk__in=theirs).delete()


def _buckets(name: str, account: str, address: str) -> dict[str, Limit]:
    """Return the keys that an attempt is counted under, each with its limit."""
    buckets = {}
    for limit in limits_of(name, settings.LIMITS):
        who = account if limit.per in _OF_ACCOUNTS else address
        if limit.most and who and not (limit.per is Per.GUEST and account):
            whose = _whose(limit.per, account, address)
            # Whatever was typed, unpaired surrogates too, has a bucket.
            typed = whose.encode(errors="replace")
            digest = salted_hmac(f"limits.{limit.name}", typed, algorithm="sha256").hexdigest()
            buckets[f"{limit.name}:{digest[:32]}"] = limit
    return buckets


def _whose(per: Per, account: str, address: str) -> str:
    if per is Per.ACCOUNT:
        return account
    network = network_of(address)
    return f"{network} {account}" if per is Per.ACCOUNT_AND_ADDRESS else network


def _locked(key: str, limit: Limit) -> Attempts:
    """Return a count, made if there's none, locked until the transaction ends.

    One by one in the order of their keys: so two attempts never wait for each other.
    """
    rows = Attempts.objects.select_for_update()
    fresh = Attempts(key=key, expires_at=timezone.now() + limit.period)
    while (row := rows.filter(pk=key).first()) is None:
        # Another may make it at this moment, or clear it away again.
        Attempts.objects.bulk_create([fresh], ignore_conflicts=True)
    return row


def _live(limit: Limit, times: list[int], now: int) -> list[int]:
    """Return the times that count at a moment.

    None is later: when a clock was put back, nobody waits longer than a period.
    """
    since = now - limit.period // MICROSECOND
    return [min(time, now) for time in times if time > since]


def _check(counts: dict[str, tuple[Limit, list[int]]], now: int) -> None:
    """Raise TooMany if a count is full, with the longest wait of those that are."""
    waits: list[tuple[timedelta, Limit]] = []
    for limit, times in counts.values():
        live = _live(limit, times, now)
        if len(live) >= limit.most:
            # The one that must have left the window; there are more if the limit was lowered.
            leaving = live[-limit.most]
            waits.append((limit.period - (now - leaving) * MICROSECOND, limit))
    if waits:
        wait, limit = max(waits, key=lambda each: each[0])
        raise TooMany(f"{limit.said} {_come_back(wait)}", wait)


def _count(row: Attempts, limit: Limit, now: int) -> None:
    row.times = [*_live(limit, row.times, now), now]
    oldest = row.times[0]
    left.note(limit, limit.most - len(row.times), limit.period - (now - oldest) * MICROSECOND)
    row.expires_at = EPOCH + now * MICROSECOND + limit.period
    row.save(update_fields=["times", "expires_at"])


def _sweep() -> None:
    """Clear some counts that have expired; what somebody holds locked is left for later."""
    expired = Attempts.objects.filter(expires_at__lt=timezone.now()).order_by("expires_at")
    if connection.features.has_select_for_update_skip_locked:
        expired = expired.select_for_update(skip_locked=True)
    if keys := list(expired.values_list("pk", flat=True)[:SWEPT_EACH]):
        Attempts.objects.filter(pk__in=keys).delete()


def _come_back(wait: timedelta) -> str:
    """Return when to come back, in the largest unit that says it well; never too early."""
    seconds = -(-wait // timedelta(seconds=1))
    if seconds <= 90:
        said = ngettext("Come back in %d second.", "Come back in %d seconds.", seconds)
        return said % seconds
    minutes = -(-seconds // 60)
    if minutes <= 90:
        return ngettext("Come back in %d minute.", "Come back in %d minutes.", minutes) % minutes
    hours = -(-minutes // 60)
    return ngettext("Come back in %d hour.", "Come back in %d hours.", hours) % hours


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND
