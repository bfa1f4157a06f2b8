"""Which rows of boards pages show: all of them, nearly everywhere."""

from __future__ import annotations

from rejoinder.boards.models import Board, Grant, Site
from rejoinder.events import noted
from rejoinder.events.noted import Noted


def register() -> None:
    """Have changes of the site, its boards and their rights noted."""
    noted.register(
        Noted(Site, is_setting=True), Noted(Board, is_setting=True), Noted(Grant, is_setting=True)
    )
