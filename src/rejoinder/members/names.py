"""The name that a member is shown by."""

from __future__ import annotations

from django.utils.translation import gettext as _


def shown_name(name: str) -> str:
    """Return a member's name as pages show it; whose account was deleted has none."""
    return name or _("former member")
