"""Which core serves, and which make the load."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Cores:
    """One core for the server and all that answers with it; the others make the load."""

    server: int
    generator: tuple[int, ...]

    @property
    def are_apart(self) -> bool:
        """Whether the generator has a core that the server hasn't."""
        return self.server not in self.generator


def cores() -> Cores:
    """Return how the cores that this process may use are shared out.

    With one core alone both share it: every run is void then, and says so.
    """
    first, *others = sorted(os.sched_getaffinity(0))
    return Cores(first, tuple(others) or (first,))


def pinned(command: list[str], *on: int) -> list[str]:
    """Return a command that runs on these cores."""
    return ["taskset", "--cpu-list", ",".join(map(str, on)), *command]
