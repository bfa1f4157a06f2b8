"""Asks a callback whether it meant what somebody asked for in its name (WebSub section 5.3)."""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from rejoinder.errors import BadUrl, Missing, Unreachable
from rejoinder.gateways.feeds.hub import topics
from rejoinder.gateways.feeds.models import Intent, Mode, Subscription, Topic
from rejoinder.outbound import fetch

BOUNDS = fetch.Bounds(deadline=timedelta(seconds=10), octets=1000)
# Until it's asked again, if it can't be reached; then it's given up.
WAITS = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=2))


def confirm(intent: Intent) -> None:
    """Ask, and do what was asked for if the callback says the same; or wait to ask again."""
    challenge = secrets.token_urlsafe(32)
    try:
        answer = fetch.fetch("GET", _question(intent, challenge), bounds=BOUNDS)
    except BadUrl:
        intent.delete()
        return
    except Unreachable:
        _wait(intent)
        return
    if answer.is_good and answer.body == challenge.encode():
        _do(intent)
    intent.delete()


def _question(intent: Intent, challenge: str) -> str:
    said = {
        "hub.mode": intent.mode,
        "hub.topic": settings.PUBLIC_URL + intent.path,
        "hub.challenge": challenge,
    }
    if intent.mode == Mode.SUBSCRIBE:
        said["hub.lease_seconds"] = str(intent.lease_seconds)
    joint = "&" if "?" in intent.callback else "?"
    return f"{intent.callback}{joint}{urlencode(said)}"


def _wait(intent: Intent) -> None:
    if intent.tries >= len(WAITS):
        intent.delete()
        return
    intent.next_at = timezone.now() + WAITS[intent.tries]
    intent.tries += 1
    intent.save(update_fields=["next_at", "tries"])


def _do(intent: Intent) -> None:
    if intent.mode == Mode.UNSUBSCRIBE:
        Subscription.objects.filter(topic__path=intent.path, callback=intent.callback).delete()
        Topic.objects.filter(path=intent.path, subscriptions=None).delete()
        return
    try:
        # Guests may have stopped reading it meanwhile.
        topics.find(intent.path)
    except Missing:
        return
    with transaction.atomic():
        topic = topics.begin(intent.path)
        until = timezone.now() + timedelta(seconds=intent.lease_seconds)
        changed = {"secret": intent.secret, "lease_until": until, "host": intent.host}
        Subscription.objects.update_or_create(
            topic=topic,
            callback=intent.callback,
            defaults=changed,
            create_defaults=changed | {"position": topic.version},
        )
