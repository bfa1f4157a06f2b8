"""Clears away what has expired, a little at a time; runs by itself once a day.

What is listed in CLEARED counts for nothing any more. A new table of such rows is a line there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from rejoinder.limits.models import Attempts, Mark
from rejoinder.members.models import AdministratorLink
from rejoinder.operations.attachments import discard_unused
from rejoinder.posts.models import WaitingFile

log = logging.getLogger(__name__)

# So many rows go in one transaction: on SQLite nobody else writes meanwhile.
EACH = 200
# Between two of them others get their turn.
PAUSE_SECONDS = 0.05
# In one run; the rest goes the next day. 200,000 rows take about a minute.
MOST_TURNS = 1000
ONCE_IN = timedelta(hours=23)
MARK = "operations.clear"

CLEARED: Mapping[str, Callable[[], QuerySet[Any]]] = {
    "sessions": lambda: Session.objects.filter(expire_date__lt=timezone.now()),
    # What signed-in browsers call themselves, kept beside sessions that are gone.
    "browsers": lambda: UserSession.objects.exclude(
        session_key__in=Session.objects.values("session_key")
    ),
    "attempts": lambda: Attempts.objects.filter(expires_at__lt=timezone.now()),
    "marks": lambda: Mark.objects.filter(expires__lt=timezone.now()),
    # Longer than anybody's draft waits for its picture; the bytes go with unused files.
    "files that nobody posted": lambda: WaitingFile.objects.filter(
        put_at__lt=timezone.now() - timedelta(days=60)
    ),
    "administrator links": lambda: AdministratorLink.objects.filter(expires_at__lt=timezone.now()),
}


def clear_expired(pause: Callable[[float], object] = time.sleep) -> dict[str, int]:
    """Delete what has expired and return how many rows of each kind that were."""
    counts = dict.fromkeys(CLEARED, 0)
    turns = 0
    for name, expired in CLEARED.items():
        while turns < MOST_TURNS and (keys := list(expired().values_list("pk", flat=True)[:EACH])):
            # Asked again: a session that somebody uses at this moment lives on.
            counts[name] += expired().filter(pk__in=keys).delete()[0]
            turns += 1
            pause(PAUSE_SECONDS)
    return counts


def clear_if_due(pause: Callable[[float], object] = time.sleep) -> bool:
    """Clear, unless another worker or node has done so within a day; tell whether it did."""
    if not cache.add(MARK, 1, ONCE_IN.total_seconds()):
        return False
    log.info("Cleared what has expired: %s", clear_expired(pause))
    log.info("Files that nothing referred to: %d", discard_unused(pause))
    return True


def empty_log() -> None:
    """Take over what SQLite's write-ahead log holds, and empty it; outside of a transaction.

    It holds pages as they were before something was deleted from them, until they happen to be
    overwritten. Where somebody reads or writes all the time it's left for the next day.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
