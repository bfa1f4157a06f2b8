"""This installation's own face."""

from __future__ import annotations

from rejoinder.boards.models import Site


def the_site() -> Site:
    """Return this installation's site; made with its random label if it's the first time."""
    return Site.objects.get_or_create(pk=1)[0]
