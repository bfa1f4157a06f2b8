"""Runs wrk on its own core, and measures it and the server meanwhile."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.harness.cores import Cores, pinned
from benchmarks.harness.runs import Run
from benchmarks.harness.usage import Meter, busy_seconds

HERE = Path(__file__).parent
REPORT, MEMBERS = HERE / "report.lua", HERE / "members.lua"
CONNECTIONS = 16
MARK = "RUN "


class NoReport(Exception):
    """wrk ended without the line that its script prints."""


@dataclass(frozen=True)
class Report:
    """What wrk's script says of a run; times in milliseconds."""

    requests: int
    seconds: float
    octets: int
    errors: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True)
class Load:
    """What is asked for: an address with headers, or a script and its arguments."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    script: Path = REPORT
    arguments: Sequence[str] = ()
    connections: int = CONNECTIONS


def parsed(output: str) -> Report:
    """Return what wrk's output says. Raises NoReport if the script's line isn't there."""
    for line in output.splitlines():
        if line.startswith(MARK):
            said = json.loads(line.removeprefix(MARK))
            errors = ("connect", "read", "write", "timeout", "status")
            return Report(
                requests=said["requests"],
                seconds=said["microseconds"] / 1_000_000,
                octets=said["octets"],
                errors=sum(said[kind] for kind in errors),
                p50=said["p50"] / 1000,
                p95=said["p95"] / 1000,
                p99=said["p99"] / 1000,
            )
    raise NoReport(f"wrk said nothing of its run:\n{output}")


def run(load: Load, seconds: float, server: Sequence[int], cores: Cores) -> Run:
    """Put a load on the server, whose processes begin with these, and measure both sides."""
    threads = len(cores.generator)
    command = ["wrk", f"-t{threads}", f"-c{max(load.connections, threads)}"]
    command += [f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(load.script)]
    for name, value in load.headers.items():
        command += ["-H", f"{name}: {value}"]
    command += [load.url, "--", *load.arguments]
    meter = Meter(server, cores.server)
    began = sum(busy_seconds(core) for core in cores.generator)
    output, cpu = _measured(pinned(command, *cores.generator))
    span, server_cpu, server_core = meter.read()
    report = parsed(output)
    return Run(
        requests=report.requests,
        seconds=report.seconds,
        errors=report.errors,
        p50=report.p50,
        p95=report.p95,
        p99=report.p99,
        octets=report.octets,
        server_cpu=server_cpu,
        server_core=server_core,
        generator_cpu=cpu,
        generator_core=sum(busy_seconds(core) for core in cores.generator) - began,
        span=span,
        generators=threads,
        was_apart=cores.are_apart,
    )


def _measured(command: list[str]) -> tuple[str, float]:
    """Run a command, and return what it printed and the CPU seconds it took."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    if process.returncode:
        raise NoReport(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return said, used.ru_utime + used.ru_stime
