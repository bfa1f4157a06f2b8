"""Settings that a worker remembers for as long as nobody, anywhere, has changed one.

Boards' rights, the site, rules and standing are asked for by every request and change once a
month. Triggers draw another number into a table of one row whenever such a setting is written
(noted.py: `is_setting`), in the writer's transaction. What is remembered is good while that
number is the same: one small query instead of many, and true inside transactions, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rejoinder.events.models import Epoch
from rejoinder.statements.run import run

T = TypeVar("T")

_SQL = f"SELECT number FROM {Epoch._meta.db_table}"  # noqa: S608 - a constant
_kept: dict[Hashable, tuple[int, object]] = {}
_held = threading.local()


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns, made anew once a setting has changed.

    `make` reads nothing but settings. What it returns is shared: nobody may change it.
    """
    number = _number()
    kept = _kept.get(key)
    if kept is not None and kept[0] == number:
        return kept[1]  # type: ignore[return-value]
    made = make()
    if number is not None:
        _kept[key] = (number, made)
    return made


@contextmanager
def held() -> Iterator[None]:
    """Ask only once, here, whether settings have changed; for code that changes none.

    Within it this thread's settings are those of this moment. Nested, it asks again: so a
    deed asks under its lock what it had asked before.
    """
    before = getattr(_held, "number", None)
    _held.number = _read()
    try:
        yield
    finally:
        _held.number = before


def _number() -> int | None:
    number: int | None = getattr(_held, "number", None)
    return _read() if number is None else number


def _read() -> int | None:
    rows = run(_SQL)
    return rows[0][0] if rows else None
