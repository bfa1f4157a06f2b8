"""What subscribers ask the hub for: taken down at once, confirmed later (WebSub section 5)."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rejoinder.errors import BadInput, Missing, RejoinderError, TooMany
from rejoinder.gateways.feeds.hub import topics
from rejoinder.gateways.feeds.models import Intent, Mode, Subscription
from rejoinder.limits.asked_from import client_address
from rejoinder.limits.take import take
from rejoinder.outbound import fetch, sealed

USUAL_LEASE = timedelta(days=10)
SHORTEST_LEASE, LONGEST_LEASE = timedelta(hours=1), timedelta(days=30)
# Section 5.1: less than 200 bytes.
MOST_SECRET = 199
MOST_PATH = 300
# One host may not fill the table, nor be flooded by way of this site.
MOST_OF_HOST = 200
MOST_OF_TOPIC = 10_000
MOST_WAITING = 1000


@csrf_exempt
@require_POST
def hub(request: HttpRequest) -> HttpResponse:
    """Take down that somebody wants to be told, or no longer; 202, or 400 with the reason.

    Without a cookie and by nobody's account: no form of this site leads here, and what is asked
    counts only once the callback has confirmed it.
    """
    try:
        if not topics.is_own_hub():
            raise Missing(_("This site has no hub of its own."))
        take("hub", address=client_address(request))
        _keep(request)
    except BadInput as error:
        return _said(400, error)
    except TooMany as error:
        response = _said(429, error)
        response["Retry-After"] = str(error.retry_after_seconds)
        return response
    response = HttpResponse(status=202, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response


def _keep(request: HttpRequest) -> None:
    said = request.POST
    mode = said.get("hub.mode", "")
    if mode not in Mode.values:
        raise BadInput(_("hub.mode must be subscribe or unsubscribe."))
    path = topics.path_of(said.get("hub.topic", ""))
    callback = fetch.check(said.get("hub.callback", ""))
    if len(path) > MOST_PATH:
        raise BadInput(_("hub.topic is too long."))
    host = urlsplit(callback).hostname or ""
    if mode == Mode.SUBSCRIBE:
        _check_room(path, callback, host)
    secret = said.get("hub.secret", "").encode()
    if len(secret) > MOST_SECRET:
        raise BadInput(_("hub.secret must have less than 200 bytes."))
    # The last that was asked for counts.
    Intent.objects.filter(path=path, callback=callback).delete()
    Intent.objects.create(
        mode=mode,
        path=path,
        callback=callback,
        host=host,
        secret=sealed.seal(secret) if secret else "",
        lease_seconds=_lease(said.get("hub.lease_seconds", "")),
    )


def _check_room(path: str, callback: str, host: str) -> None:
    waiting = Intent.objects.exclude(path=path, callback=callback)
    others = Subscription.objects.exclude(topic__path=path, callback=callback)
    of_host = waiting.filter(host=host).count() + others.filter(host=host).count()
    if of_host >= MOST_OF_HOST or waiting.count() >= MOST_WAITING:
        raise TooMany(_("Too many subscriptions wait, or are there for this host already."))
    if others.filter(topic__path=path).count() >= MOST_OF_TOPIC:
        raise TooMany(_("This feed has as many subscribers as it can have."))


def _lease(said: str) -> int:
    """Return for how many seconds a subscription is good: as asked, within bounds."""
    wanted = int(said) if said.isascii() and said.isdigit() and len(said) < 12 else 0
    usual = wanted or USUAL_LEASE.total_seconds()
    least, most = SHORTEST_LEASE.total_seconds(), LONGEST_LEASE.total_seconds()
    return int(min(max(usual, least), most))


def _said(status: int, error: RejoinderError) -> HttpResponse:
    response = HttpResponse(
        error.message + "\n", status=status, content_type="text/plain; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    return response
