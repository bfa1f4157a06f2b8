"""What boards are called by newsreaders: a prefix, a dot, and the board's handle."""

from __future__ import annotations

from django.conf import settings

# Of a site that chose none.
PREFIX = "rejoinder"


def site_prefix() -> str:
    """Return what the names of all boards begin with here, before the dot."""
    return getattr(settings, "NEWSGROUP_PREFIX", "") or PREFIX


def newsgroup_name(handle: str, prefix: str) -> str:
    """Return the newsgroup's name of the board with a handle."""
    return f"{prefix}.{handle}"


def handle_in(name: str, prefix: str) -> str | None:
    """Return the handle of the board that a newsgroup's name means, in whatever case; or None."""
    before, dot, handle = name.lower().rpartition(".")
    return handle if dot and before == prefix.lower() else None
