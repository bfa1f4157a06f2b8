"""Tells a hub elsewhere that feeds have changed, where the operator chose one.

Best effort: a hub that can't be reached hears of it with the next change, and asks the feed itself.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from rejoinder.boards.models import Board
from rejoinder.errors import BadUrl, Unreachable
from rejoinder.events.read import Changed
from rejoinder.gateways.feeds.hub.topics import hub_address, is_own_hub
from rejoinder.outbound import fetch
from rejoinder.policy import gate
from rejoinder.policy.principals import GUEST
from rejoinder.threads.models import Thread

log = logging.getLogger(__name__)

BOUNDS = fetch.Bounds(deadline=timedelta(seconds=10), octets=1000, whole=False)
SUFFIXES = ("atom", "json")
# A deed on a thousand posts isn't a thousand pings.
MOST_THREADS = 20


def is_elsewhere() -> bool:
    """Tell whether the operator chose a hub that must be told."""
    return bool(settings.PUBLIC_URL and hub_address()) and not is_own_hub()


def publish(changes: Iterable[Changed]) -> None:
    """Tell the hub which public feeds may be other: of the site, and of boards and threads."""
    changed = [change for change in changes if not change.seat]
    if not changed or not settings.PUBLIC_URL:
        return
    urls = [settings.PUBLIC_URL + path for path in _paths(changed)]
    form = urlencode([("hub.mode", "publish"), *(("hub.url", url) for url in urls)])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        answer = fetch.fetch(
            "POST", hub_address(), headers=headers, body=form.encode(), bounds=BOUNDS
        )
    except (BadUrl, Unreachable) as error:
        log.warning("The hub for feeds can't be told of changes: %s", error.message)
        return
    if not answer.is_good:
        log.warning("The hub for feeds answers %d when it's told of changes.", answer.status)


def _paths(changed: list[Changed]) -> list[str]:
    ids = {change.board_id for change in changed if change.board_id}
    boards = gate.visible(GUEST, Board.objects.filter(pk__in=ids))
    of_threads = list({change.thread_id for change in changed if change.thread_id})[:MOST_THREADS]
    threads = gate.visible(GUEST, Thread.objects.filter(pk__in=of_threads))
    return [
        path
        for suffix in SUFFIXES
        for path in (
            reverse(f"site_{suffix}"),
            *(reverse(f"board_{suffix}", args=[board.handle_id]) for board in boards),
            *(
                reverse(f"thread_{suffix}", args=[name])
                for name in threads.values_list("root__public_id", flat=True)
            ),
        )
    ]
