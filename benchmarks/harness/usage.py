"""What processes use: CPU time and memory of a tree of them, and how busy a core is."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
MEBIBYTE = 1024 * 1024
# In a core's line of /proc/stat, proc(5): what counts as idle.
_IDLE, _IOWAIT, _CPU_TIMES = 3, 4, 8


@dataclass(frozen=True)
class Memory:
    """What a tree of processes holds, in MiB: PSS shares out what several of them map."""

    rss: float
    pss: float
    processes: int


def tree(*roots: int) -> list[int]:
    """Return the ids of processes and of all that they started, those alive."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (parsed := _stat(int(entry.name))) is not None:
            children.setdefault(parsed[1], []).append(int(entry.name))
    found, todo = [], list(roots)
    while todo:
        pid = todo.pop()
        if (PROC / str(pid)).exists():
            found.append(pid)
        todo += children.get(pid, [])
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """Return the CPU time that processes have taken, with that of their ended children."""
    ticks = 0
    for pid in pids:
        if (parsed := _stat(pid)) is not None:
            # utime, stime, cutime, cstime (proc(5), fields 14 to 17)
            ticks += sum(int(value) for value in parsed[0][11:15])
    return ticks / TICKS


def memory(pids: Iterable[int]) -> Memory:
    """Return the memory of processes."""
    rss = pss = processes = 0
    for pid in pids:
        try:
            lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        sizes = {name: int(rest.split()[0]) for name, rest in _named(lines)}
        rss, pss, processes = rss + sizes["Rss"], pss + sizes["Pss"], processes + 1
    return Memory(rss / 1024, pss / 1024, processes)


def busy_seconds(core: int) -> float:
    """Return how long a core has worked since the machine was started."""
    for line in (PROC / "stat").read_text().splitlines():
        name, *values = line.split()
        if name == f"cpu{core}":
            return busy_of([int(value) for value in values])
    return 0.0


def busy_of(values: list[int]) -> float:
    """Return the busy seconds of a core's line in /proc/stat, guests' time counted once."""
    times = values[:_CPU_TIMES]
    return (sum(times) - times[_IDLE] - times[_IOWAIT]) / TICKS


class Meter:
    """Measures a stretch of time: what a tree of processes took, and how busy its core was."""

    def __init__(self, roots: Iterable[int], core: int) -> None:
        self._roots, self._core = tuple(roots), core
        self._began = time.monotonic()
        self._cpu, self._busy = cpu_seconds(tree(*self._roots)), busy_seconds(core)

    def read(self) -> tuple[float, float, float]:
        """Return elapsed seconds, the tree's CPU seconds and the core's busy seconds so far."""
        cpu, busy = cpu_seconds(tree(*self._roots)), busy_seconds(self._core)
        return time.monotonic() - self._began, cpu - self._cpu, busy - self._busy


class Neighbours:
    """Tells how much of a core others took, while this process waited for its children.

    `also` are processes that worked for it and aren't its children.
    """

    def __init__(self, core: int, also: Iterable[int] = ()) -> None:
        self._core, self._also = core, tuple(also)
        self._began, self._busy, self._own = time.monotonic(), busy_seconds(core), self._cpu()

    def share(self) -> float:
        """Return the share of the core that was others' so far; ended children are counted."""
        others = busy_seconds(self._core) - self._busy - (self._cpu() - self._own)
        return max(0.0, others / (time.monotonic() - self._began))

    def _cpu(self) -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime + cpu_seconds(tree(*self._also))


def _stat(pid: int) -> tuple[list[str], int] | None:
    """Return the fields of a process behind its name, from the state on, and its parent."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()
    return fields, int(fields[1])


def _named(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        name, colon, rest = line.partition(":")
        if colon and name in {"Rss", "Pss"}:
            yield name, rest
