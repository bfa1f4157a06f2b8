"""Runs every test on both engines, and ends with one line that counts them all.

Arguments are handed on to pytest: `make test ARGS="-k outline"`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

# pytest's exit status when nothing matched, which is no failure of one run among several.
NO_TESTS = 5

# The browser tests drive one site each: a second engine adds nothing to what they show,
# and the slow ones start programs of their own.
RUNS = {
    "SQLite": ["--engine=sqlite", "-m", "not browser and not slow"],
    "PostgreSQL": ["--engine=postgresql", "-m", "not browser and not slow"],
    "Servers, the wheel and the browser": ["--engine=sqlite", "-m", "browser or slow"],
}


def main() -> int:
    """Run them all, also after a failure; return 0 if every test passed."""
    counts: Counter[str] = Counter()
    has_failed = False
    with tempfile.TemporaryDirectory() as folder:
        for number, (title, options) in enumerate(RUNS.items()):
            print(f"\n== {title}", flush=True)
            report = Path(folder) / f"{number}.xml"
            status = subprocess.run(
                [sys.executable, "-m", "pytest", "-q", "-n", _processes(), *options,
                 f"--junit-xml={report}", "-o", "junit_logging=no", *sys.argv[1:]],
                check=False, stdin=subprocess.DEVNULL,
            ).returncode  # fmt: skip
            has_failed |= status not in {0, NO_TESTS}
            counts += _counted(report)
    failed = counts["failures"] + counts["errors"]
    passed = counts["tests"] - failed - counts["skipped"]
    print(f"\n{passed} passed, {failed} failed, {counts['skipped']} skipped")
    return 1 if has_failed or failed or not passed else 0


def _processes() -> str:
    return str(min(4, max(2, len(os.sched_getaffinity(0)))))


def _counted(report: Path) -> Counter[str]:
    """Return what a run counted; nothing if it ended without a report, which is a failure."""
    if not report.exists():
        return Counter(errors=1, tests=1)
    counts: Counter[str] = Counter()
    for suite in ET.parse(report).getroot().iter("testsuite"):
        for name in ("tests", "failures", "errors", "skipped"):
            counts[name] += int(suite.get(name, 0))
    return counts


if __name__ == "__main__":
    sys.exit(main())
