"""The WSGI application that the workers serve: guests' pages from memory before Django."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")

_django = get_wsgi_application()


def _with_front() -> Front:
    from django.conf import settings

    octets = settings.OPTIONS.page_cache * 1_000_000
    return Front(_django, octets=octets, cookies=settings.OWN_COOKIES)


# Imports models, so only once the applications are ready.
from rejoinder.serving.front import Front  # noqa: E402

application = _with_front()
