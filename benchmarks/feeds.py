"""Measure feeds beside nginx: `python -m benchmarks.feeds`; as benchmarks.table, of which it
is one part, and with its arguments."""

from __future__ import annotations

import sys

from benchmarks.table.__main__ import main

if __name__ == "__main__":
    sys.argv[1:1] = ["--only", "feeds"]
    sys.exit(main())
