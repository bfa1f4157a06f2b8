"""Tells a subscriber what has changed since it was last told (WebSub section 7)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from rejoinder.errors import BadUrl, Missing, Unreachable
from rejoinder.gateways.feeds.documents import Asked, document_of, post_id
from rejoinder.gateways.feeds.hub import topics
from rejoinder.gateways.feeds.models import Subscription, Topic
from rejoinder.gateways.feeds.views import FORMATS, OTHER
from rejoinder.outbound import fetch, sealed
from rejoinder.policy.principals import GUEST
from rejoinder.threads.by_time import posts_named

BOUNDS = fetch.Bounds(deadline=timedelta(seconds=10), octets=1000, whole=False)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
# Some three days of trying; then the subscriber has to come again.
MOST_FAILURES = 20
GONE = 410


def deliver(subscription: Subscription) -> None:
    """Tell a subscriber what is new to it; note that it was told, or when to try again."""
    topic = subscription.topic
    try:
        media_type, body = _content(topic, subscription.position)
    except Missing:
        topic.delete()
        return
    address = settings.PUBLIC_URL + topic.path
    headers = {
        "Content-Type": f"{media_type}; charset=utf-8",
        "Link": f'<{topics.hub_address()}>; rel="hub", <{address}>; rel="self"',
        **_signatures(subscription, body),
    }
    try:
        answer = fetch.fetch(
            "POST", subscription.callback, headers=headers, body=body, bounds=BOUNDS
        )
    except (BadUrl, Unreachable):
        _failed(subscription)
        return
    if answer.status == GONE:
        subscription.delete()
    elif answer.is_good:
        now = {"position": topic.version, "failures": 0, "next_at": timezone.now()}
        Subscription.objects.filter(pk=subscription.pk).update(**now)
    else:
        _failed(subscription)


def _content(topic: Topic, position: int) -> tuple[str, bytes]:
    """Return what has changed since a version. Raises Missing if guests no longer read it."""
    found = topics.find(topic.path)
    names = [name for name, said in topic.posts.items() if int(said[1]) > position]
    lines = posts_named(GUEST, names)
    asked = Asked(
        site=settings.PUBLIC_URL,
        path=topic.path,
        other_path=topic.path.removesuffix(found.suffix) + OTHER[found.suffix],
        query={},
        suffix=found.suffix,
        hub=topics.hub_address(),
    )
    made = document_of(GUEST, found.feed, asked, lines)
    gone = tuple(
        (post_id(name), datetime.fromisoformat(str(said[0])))
        for name, said in topic.gone.items()
        if int(said[1]) > position
    )
    form = FORMATS[found.suffix]
    return form.MEDIA_TYPE, form.write(replace(made, deleted=gone))


def _signatures(subscription: Subscription, body: bytes) -> Mapping[str, str]:
    if not subscription.secret or (key := sealed.unseal(subscription.secret)) is None:
        return {}
    signed = f"sha256={hmac.new(key, body, hashlib.sha256).hexdigest()}"
    # The first is the standard's (section 7.1); the second is what many look for since.
    return {"X-Hub-Signature": signed, "X-Hub-Signature-256": signed}


def _failed(subscription: Subscription) -> None:
    failures = subscription.failures + 1
    if failures > MOST_FAILURES:
        subscription.delete()
        return
    wait = min(FIRST_WAIT * 2 ** min(failures - 1, 10), LONGEST_WAIT)
    Subscription.objects.filter(pk=subscription.pk).update(
        failures=failures, next_at=timezone.now() + wait
    )
