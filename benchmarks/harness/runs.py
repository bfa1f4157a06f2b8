"""One run under load, when it's void, and what several of them say together."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# Past this share of its own core the generator is what is being measured.
GENERATOR_LIMIT = 0.95
# Past this share of a core, what others do there is measured with it.
OTHERS_LIMIT = 0.10
MOST_ERRORS = 0


@dataclass(frozen=True)
class Run:
    """What came of one run; shares are of a whole core, times of requests in milliseconds."""

    requests: int
    seconds: float
    errors: int
    p50: float
    p95: float
    p99: float
    octets: int
    # CPU seconds of the server and all that it needs, and how busy its core was.
    server_cpu: float
    server_core: float
    # CPU seconds of the generator, and how busy its cores were; how many it has.
    generator_cpu: float
    generator_core: float
    # How long was measured, a little longer than the load; of it the shares are taken.
    span: float
    generators: int = 1
    # Whether the generator had a core that the server hasn't.
    was_apart: bool = True

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds

    @property
    def per_core_second(self) -> float:
        """Requests answered in a second of the server's CPU time, whoever else is about."""
        return self.requests / max(self.server_cpu, 0.01)

    @property
    def generator_share(self) -> float:
        """How much of its cores the generator used."""
        return self.generator_cpu / self.span / self.generators

    @property
    def void(self) -> str:
        """Why this run doesn't count; empty if it does."""
        others = max(
            (self.server_core - self.server_cpu) / self.span,
            (self.generator_core - self.generator_cpu) / self.span / self.generators,
        )
        if self.errors > MOST_ERRORS:
            return f"{self.errors} errors"
        if not self.was_apart:
            return "server and generator share a core"
        if self.generator_share >= GENERATOR_LIMIT:
            return f"the generator was at its limit ({self.generator_share:.0%} of its core)"
        return disturbed(others)


@dataclass(frozen=True)
class Figure:
    """A figure of several runs: sound, or taken by CPU time because too many were void."""

    value: float
    void: str = ""

    @property
    def is_sound(self) -> bool:
        """Whether enough of the runs counted."""
        return not self.void


def disturbed(others: float) -> str:
    """Return why nothing counts while others took such a share of a core; empty if it does."""
    return f"other processes took {others:.0%} of a core" if others > OTHERS_LIMIT else ""


def median(runs: Sequence[Run]) -> Figure:
    """Return requests per second, the median of the runs that count.

    If more than half are void, the requests per second of the server's CPU time, of all.
    """
    sound = [run.per_second for run in runs if not run.void]
    if 2 * len(sound) > len(runs):
        return Figure(statistics.median(sound))
    return Figure(statistics.median(run.per_core_second for run in runs), why(runs))


def ratio(ours: Sequence[Run], theirs: Sequence[Run]) -> Figure:
    """Return the median of ours to theirs, round by round, as `median` counts them."""
    rounds = list(zip(ours, theirs, strict=True))
    sound = [pair for pair in rounds if not any(run.void for run in pair)]
    if 2 * len(sound) > len(rounds):
        return Figure(_ratio(sound, lambda run: run.per_second))
    return Figure(_ratio(rounds, lambda run: run.per_core_second), why([*ours, *theirs]))


def why(runs: Sequence[Run]) -> str:
    """Return the commonest reason why runs are void, with how many there are."""
    kinds = Counter(run.void.partition(" (")[0] for run in runs if run.void)
    if not kinds:
        return ""
    kind = kinds.most_common(1)[0][0]
    worst = next(run.void for run in runs if run.void.startswith(kind))
    return f"{sum(kinds.values())} of {len(runs)} runs void: {worst}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of the values lies; 0 of none (nearest rank)."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _ratio(rounds: Sequence[tuple[Run, Run]], of: Callable[[Run], float]) -> float:
    return statistics.median(of(ours) / of(theirs) for ours, theirs in rounds)
