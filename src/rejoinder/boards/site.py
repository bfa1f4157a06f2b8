"""This installation's own face."""

from __future__ import annotations

from copy import copy

from rejoinder.boards.models import Site
from rejoinder.events.remembered import remembered


def the_site() -> Site:
    """Return this installation's site; made with its random label if it's the first time."""
    # Made outside of what is remembered, which may only read: a row that's rolled back is none.
    kept = _kept()
    # A copy: some callers set its fields, and then save it.
    return copy(kept) if kept else Site.objects.get_or_create(pk=1)[0]


def site_label() -> str:
    """Return this installation's random label, which every Message-ID from here ends in."""
    return (_kept() or the_site()).label


def _kept() -> Site | None:
    return remembered("site", lambda: Site.objects.filter(pk=1).first())
