"""Whoever asks: a guest, a member, a job of the system."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The kinds of principal that doors make."""

    GUEST = "guest"
    MEMBER = "member"
    SYSTEM = "system"


@dataclass(frozen=True)
class Principal:
    """Who asks, as far as the gate needs to know; made by a door for each request."""

    kind: Kind
    member_id: int | None = None
    is_administrator: bool = False
    purpose: str = ""


GUEST = Principal(Kind.GUEST)


def system(purpose: str) -> Principal:
    """Return the principal of a job that the operator started, such as an import."""
    return Principal(Kind.SYSTEM, purpose=purpose)
