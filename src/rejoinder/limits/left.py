"""How much is left of the limits that an attempt was counted under, for doors that tell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta

from rejoinder.limits.table import Limit


@dataclass(frozen=True)
class Left:
    """What one limit leaves to who was counted, and when it's more again."""

    limit: Limit
    attempts: int
    until_more: timedelta


_told: ContextVar[list[Left] | None] = ContextVar("limits_left", default=None)


@contextmanager
def told() -> Iterator[list[Left]]:
    """Give a list that fills with what is left of each limit as attempts are counted."""
    found: list[Left] = []
    token = _told.set(found)
    try:
        yield found
    finally:
        _told.reset(token)


def note(limit: Limit, attempts: int, until_more: timedelta) -> None:
    """Tell whoever listens what is left of a limit; nobody may."""
    if (found := _told.get()) is not None:
        found.append(Left(limit, attempts, until_more))
