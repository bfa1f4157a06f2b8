"""Writes sent again under the same key (Idempotency-Key) are answered again, and done once.

The key is taken, in a transaction of its own, before the deed, and the answer kept after it. If
the server stops between the two, whoever sends it again does it again: for a post that gives the
same post, by its submission mark (`posts.add`); other deeds bring about the same by themselves.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import blake2b

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from ninja.responses import NinjaJSONEncoder

from rejoinder.api import drawn
from rejoinder.api.callers import find_caller
from rejoinder.api.models import KeptAnswer
from rejoinder.api.problems import InProgress, KeyUsed
from rejoinder.errors import BadInput
from rejoinder.policy.principals import Principal
from rejoinder.threads.find import post_by_public_id

log = logging.getLogger("rejoinder.api")

HEADER = "Idempotency-Key"
MOST_KEY = 200
KEPT_FOR = timedelta(hours=24)
SWEPT_EACH = 20
# No deed takes as long: what was begun before was cut off.
CUT_OFF_AFTER = timedelta(seconds=60)
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def once(request: HttpRequest, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Return the answer that a write had before under its key, else that of `make`, and keep it.

    Only what was done is kept: after a refusal the key may be used again. Raises BadInput for
    no key, KeyUsed for another write under it, InProgress, Missing if the post that was
    answered with isn't seen any more, and as `find_caller`.
    """
    key = request.headers.get(HEADER)
    if request.method not in WRITES or key is None:
        return make()
    if not 0 < len(key) <= MOST_KEY or not key.isascii() or not key.isprintable():
        raise BadInput(_("An idempotency key has at most %d printable letters.") % MOST_KEY)
    principal = find_caller(request)
    if principal.member_id is None:
        # Nobody's: any other guest may send the same.
        return make()
    kept = _taken(principal.member_id, key, _digest(request))
    if kept.status is not None:
        return _again(principal, kept)
    return _made(request, kept, make)


def _taken(member_id: int, key: str, asked: str) -> KeptAnswer:
    """Return the answer under a key, or its row, taken for whoever asks now."""
    name = salted_hmac("api.once", f"{member_id}:{key}", algorithm="sha256").hexdigest()
    now = timezone.now()
    fresh = KeptAnswer(
        key=name, member_id=member_id, asked=asked, begun_at=now, expires_at=now + KEPT_FOR
    )
    _sweep(now)
    while True:
        try:
            with transaction.atomic():
                fresh.save(force_insert=True)
        except IntegrityError:
            pass
        else:
            return fresh
        found = KeptAnswer.objects.filter(pk=name).first()
        if found is None:
            continue
        is_cut_off = found.status is None and found.begun_at < now - CUT_OFF_AFTER
        if found.expires_at > now and not is_cut_off:
            return _checked(found, asked)
        # The first of two takes it over.
        KeptAnswer.objects.filter(pk=name, begun_at=found.begun_at).delete()


def _sweep(now: datetime) -> None:
    """Forget some answers that nobody may ask for again: more than the one that comes."""
    old = KeptAnswer.objects.filter(expires_at__lt=now).values_list("pk", flat=True)
    if keys := list(old[:SWEPT_EACH]):
        KeptAnswer.objects.filter(pk__in=keys).delete()


def _checked(found: KeptAnswer, asked: str) -> KeptAnswer:
    if found.asked != asked:
        raise KeyUsed(_("This key was used for something else. Send this with a key of its own."))
    if found.status is None:
        raise InProgress(_("This is being done. Ask again in a second."))
    return found


def _made(request: HttpRequest, kept: KeptAnswer, make: Callable[[], HttpResponse]) -> HttpResponse:
    mine = KeptAnswer.objects.filter(pk=kept.key, begun_at=kept.begun_at)
    try:
        response = make()
    except BaseException:
        mine.delete()
        raise
    if not 200 <= response.status_code < 300:
        mine.delete()
        return response
    post = getattr(request, "about_post", "")
    body = "" if post else response.content.decode()
    try:
        mine.update(status=response.status_code, post=post, body=body)
    except DatabaseError:
        # The deed is done and kept, and says so; sent again, it's done again as after a crash.
        log.exception("An answer couldn't be kept under its key.")
    return response


def _again(principal: Principal, kept: KeptAnswer) -> HttpResponse:
    body = kept.body
    if kept.post:
        post = post_by_public_id(principal, kept.post)
        body = json.dumps(drawn.post(principal, post).model_dump(), cls=NinjaJSONEncoder)
    response = HttpResponse(body, status=kept.status, content_type="application/json")
    if kept.post and kept.status == 201:
        response["Location"] = reverse("api_post", settings.API_URLCONF, args=[kept.post])
    if kept.status == 204:
        del response["Content-Type"]
    response["Idempotency-Replayed"] = "true"
    return response


def _digest(request: HttpRequest) -> str:
    asked = blake2b(digest_size=32)
    for part in (request.method or "", request.get_full_path()):
        asked.update(part.encode(errors="replace") + b"\0")
    asked.update(request.body)
    return asked.hexdigest()
