"""Where and with what a table was measured, and the ledger that it's added to."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.harness.cores import Cores
from benchmarks.harness.served import ROOT

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
TITLE = "# Results"
VOID = """A verdict with a question mark stands on runs that are void, as the notes say why. Its
figure is by the server's CPU time where that makes sense; it says where to look, and no more."""
PACKAGES = ("Django", "Jinja2", "uvicorn", "httptools", "uvloop", "psycopg", "pysqlite3")


def heading(cores: Cores, engine: str, arguments: str, seconds: float) -> str:
    """Return what to know of the table below it: date, commit, machine, versions."""
    now = datetime.now(UTC)
    return "\n".join(
        [
            f"## The {_called()}: {engine}, {now:%Y-%m-%d %H:%M} UTC",
            "",
            f"- `python -m benchmarks.{_called()} {arguments}`, {seconds / 60:.0f} minutes",
            f"- commit {_commit()}",
            f"- {_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, "
            f"Linux {platform.release()}; server on core {cores.server}, generator on "
            f"{', '.join(map(str, cores.generator))}; load {os.getloadavg()[0]:.1f} at the end",
            f"- {', '.join(versions())}",
            "",
        ]
    )


def versions() -> list[str]:
    """Return the programs that were measured, each with its version."""
    import pysqlite3.dbapi2

    found = [f"Python {platform.python_version()}", f"SQLite {pysqlite3.dbapi2.sqlite_version}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    found += [_said(["nginx", "-v"], r"nginx/[0-9.]+"), _said(["wrk", "-v"], r"wrk \S+")]
    return [each for each in found if each]


def record(text: str, path: Path = RESULTS) -> None:
    """Add a table to the ledger."""
    was = path.read_text() if path.exists() else TITLE
    path.write_text(f"{was.rstrip()}\n\n{text.strip()}\n")


def arguments() -> str:
    """Return what the command was called with; a folder's name is nobody's business."""
    return re.sub(r"(--(?:folder|mbox|out))[ =]\S+", r"\1 …", " ".join(sys.argv[1:]))


def _called() -> str:
    return "mix" if Path(sys.argv[0]).parent.name == "mix" else "table"


def _said(command: list[str], pattern: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    found = re.search(pattern, done.stdout + done.stderr)
    return found[0] if found else ""


def _commit() -> str:
    said = _said(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], r"[0-9a-f]{7,}")
    changed = _said(["git", "-C", str(ROOT), "status", "--porcelain", "-uno"], r"\S")
    return (said or "unknown") + (", with changes" if changed else "")


def _processor() -> str:
    return _said(["lscpu"], r"(?<=Model name:)\s*(.+)").strip() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
