"""The WSGI application that the workers serve."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rejoinder.config.settings")


def _application() -> WSGIApplication:
    django = get_wsgi_application()
    # Its models can be imported only now.
    from rejoinder.web import static_files

    return static_files.before(django)


application = _application()
