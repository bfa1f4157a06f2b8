"""What wrk's output says of a run."""

from __future__ import annotations

import pytest

from benchmarks.harness.wrk import NoReport, parsed

OUTPUT = """Running 3s test @ http://127.0.0.1:8000/
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.05ms  210.00us   9.00ms   80.00%
  3000 requests in 3.00s, 1.00MB read
Requests/sec:   1000.00

RUN {"requests": 3000, "microseconds": 3000123, "octets": 1048576, "connect": 0, "read": 1, \
"write": 0, "timeout": 2, "status": 4, "p50": 1050, "p95": 2000, "p99": 8990}
"""


def test_the_scripts_line_is_read_in_seconds_and_milliseconds() -> None:
    report = parsed(OUTPUT)
    assert (report.requests, report.octets) == (3000, 1048576)
    assert report.seconds == 3.000123
    assert (report.p50, report.p95, report.p99) == (1.05, 2.0, 8.99)


def test_errors_of_every_kind_are_counted_together() -> None:
    assert parsed(OUTPUT).errors == 7


def test_output_without_the_scripts_line_is_refused() -> None:
    with pytest.raises(NoReport, match="unable to connect"):
        parsed("unable to connect to 127.0.0.1:9 Connection refused\n")
