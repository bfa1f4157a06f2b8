"""What each room keeps about a member: how it's handed out, and how it's erased.

A room registers its belongings in its AppConfig (`register`). A test holds every foreign
key to Member to one of them, so that a new table can't be forgotten by the export or by
the deletion of an account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from rejoinder.members.models import Member

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Json = Any


class Archive(Protocol):
    """Where an export is written to (`members.export`)."""

    def add_list(self, name: str, things: Iterable[Json]) -> int:
        """Add a JSON file that holds a list, made as it's read; return its length."""

    def add_file(self, name: str, content: bytes) -> None:
        """Add a file."""


@dataclass(frozen=True)
class Belonging:
    """One kind of thing that is a member's."""

    # Its key in account.json.
    name: str
    # What it is and what becomes of it: the page that deletes an account says so before.
    sentence: str | _StrPromise
    # How many there are of a member; the dry run of `erase-member` tells.
    count: Callable[[Member], int]
    # Returns what stands in account.json; what may be long it adds to the archive itself.
    export: Callable[[Member, Archive], Json]
    # Erases it, within the transaction that deletes the account. The member's row still has
    # its name and address; the flag tells whether their posts are withdrawn too.
    erase: Callable[[Member, bool], object]
    # Foreign keys to Member, as "app_label.Model.field", that it answers for.
    covers: frozenset[str] = frozenset()
    # Long work that is done before that transaction, in small ones of its own.
    ahead: Callable[[Member, bool], object] | None = None


_registered: dict[str, Belonging] = {}


def register(*belongings: Belonging) -> None:
    """Register what a room keeps about a member; each name once."""
    for belonging in belongings:
        if belonging.name in _registered:
            raise RuntimeError(f"the belonging {belonging.name} is registered twice")
        _registered[belonging.name] = belonging


def registered() -> list[Belonging]:
    """Return all belongings, the lower rooms' first."""
    return list(_registered.values())
