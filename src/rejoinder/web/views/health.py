"""Whether this server is well, for programs that watch it or send readers to it.

Asked by: a proxy or a service manager, every few seconds. It restarts what isn't alive, and
sends nobody to what isn't ready. Strangers may ask too, and learn no more than that.
"""

from __future__ import annotations

import shutil
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from rejoinder.boards.models import Site
from rejoinder.web.answers import never_kept

# Less than a backup's or a day's posts need; `rejoinder check` speaks up much earlier.
LEAST_FREE_OCTETS = 50 * 1024 * 1024


@require_safe
@never_kept
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 while requests are answered at all. Asks nothing of the database."""
    return _said("alive")


@require_safe
@never_kept
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the database answers and there is room to write; 503 and what is wrong."""
    if not _database_answers():
        return _said("not ready: the database doesn't answer", HTTPStatus.SERVICE_UNAVAILABLE)
    if shutil.disk_usage(settings.DATA).free < LEAST_FREE_OCTETS:
        return _said("not ready: the disk is full", HTTPStatus.SERVICE_UNAVAILABLE)
    return _said("ready")


def _database_answers() -> bool:
    try:
        Site.objects.exists()
    except (DatabaseError, InterfaceError):
        return False
    return True


def _said(words: str, status: int = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
