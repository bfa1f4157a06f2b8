"""The WSGI application that the workers serve: files, and guests' pages, before Django."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")


def _application() -> WSGIApplication:
    django = get_wsgi_application()
    # Models can be imported only now.
    from rejoinder.serving.front import Front
    from rejoinder.web import static_files

    octets = settings.OPTIONS.page_cache * 1_000_000
    return static_files.before(Front(django, octets=octets, cookies=settings.OWN_COOKIES))


application = _application()
