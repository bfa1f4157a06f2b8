"""This installation's own face."""

from __future__ import annotations

from copy import copy

from rejoinder.boards.models import Site
from rejoinder.events.remembered import remembered


def the_site() -> Site:
    """Return this installation's site; made with its random label if it's the first time."""
    # A copy: some callers set its fields, and then save it.
    return copy(remembered("site", lambda: Site.objects.get_or_create(pk=1)[0]))
