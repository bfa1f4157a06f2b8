"""One sitting: where it measures, how long and how often."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.harness import filled, furnish
from benchmarks.harness.cores import Cores
from benchmarks.harness.runs import Run
from benchmarks.harness.served import Server, Where
from benchmarks.harness.wrk import Load, run

GZIP = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True)
class Session:
    """What every row is measured with."""

    folder: Path
    cores: Cores
    # The site that is measured, and a small one that it's compared with.
    site: Where
    small: Where
    seconds: float
    rounds: int
    mbox: Path | None = None

    @property
    def places(self) -> furnish.Places:
        """The paths of what is measured on the site."""
        return filled.places(self.site)

    def load(self, load: Load, server: Server, seconds: float | None = None) -> Run:
        """Put a load on a server for one run."""
        return run(load, seconds or self.seconds, server.roots, self.cores)
