"""The hub's work: confirm, look, deliver, forget. Called again and again by the server."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from rejoinder.gateways.feeds.hub.confirm import confirm
from rejoinder.gateways.feeds.hub.deliver import deliver
from rejoinder.gateways.feeds.hub.topics import is_own_hub, look
from rejoinder.gateways.feeds.models import Intent, Subscription, Topic

# At once; the rest has its turn the next time.
EACH = 20
# For as long nobody else takes what one has taken; longer than asking takes.
TAKEN = timedelta(minutes=2)


def is_wanted() -> bool:
    """Tell whether there is anything that the hub could have to do: two queries."""
    return is_own_hub() and (Topic.objects.exists() or Intent.objects.exists())


def work(*, has_changed: bool) -> int:
    """Do what is due, and return how many servers were asked or told.

    `has_changed`: something on the site may be other than when it was last looked at.
    """
    now = timezone.now()
    Subscription.objects.filter(lease_until__lte=now).delete()
    Topic.objects.filter(subscriptions=None).delete()
    if has_changed:
        for topic in Topic.objects.all():
            look(topic)
    intents = [each for each in Intent.objects.filter(next_at__lte=now)[:EACH] if _take(each, now)]
    for intent in intents:
        confirm(intent)
    due = Subscription.objects.filter(next_at__lte=now, position__lt=F("topic__version"))
    told = [each for each in due.select_related("topic")[:EACH] if _take(each, now)]
    for subscription in told:
        deliver(subscription)
    return len(intents) + len(told)


def _take(row: Intent | Subscription, now: datetime) -> bool:
    """Take a row for this node alone; tell whether nobody else was quicker."""
    rows = type(row).objects.filter(pk=row.pk, next_at=row.next_at)
    return bool(rows.update(next_at=now + TAKEN))
