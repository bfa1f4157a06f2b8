"""A clock that tests set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone


class Clock:
    """Stands still until it's told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def go_on(self, wait: timedelta) -> None:
        """Let time pass."""
        self.now += wait
