from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from rejoinder.config import logs
from rejoinder.limits import security_log

PAGE = Path(__file__).parents[2] / "docs" / "security" / "logging.md"


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The security log's lines, as they are written to stderr."""
    written: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(self.format(record))

    handler = Kept()
    handler.setFormatter(logs.UtcLines("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    security_log.log.addHandler(handler)
    level = security_log.log.level
    security_log.log.setLevel(logging.INFO)
    yield written
    security_log.log.removeHandler(handler)
    security_log.log.setLevel(level)


def test_a_line_has_its_time_in_utc_its_event_and_its_facts(lines: list[str]) -> None:
    security_log.note("sign_in", address="192.0.2.7", member=7, how="password+mfa", kind=None)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO rejoinder\.security: "
        r"event=sign_in network=192\.0\.2\.0/24 member=7 how=password\+mfa",
        lines[0],
    )


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::3%eth0", "2001:db8:1::/48"),
        ("", "unknown"),
        ("nonsense\n", "unknown"),
    ],
)
def test_no_whole_address_is_written(lines: list[str], address: str, written: str) -> None:
    security_log.note("sign_out", address=address, member=1)
    assert f"network={written} " in lines[0]


@pytest.mark.parametrize(
    "sent", ["x\n2026-01-01 event=sign_in", "x\r\ny", "x\u2028y", "x event=sign_in", '"', "\x1b[2J"]
)
def test_nothing_that_was_sent_begins_another_line_or_passes_for_a_fact(
    lines: list[str], sent: str
) -> None:
    security_log.note("refused", page=sent)
    assert len(lines[0].splitlines()) == 1
    assert lines[0].count(" event=") == 1 + sent.count(" event=")
    assert ' page="' in lines[0]
    assert lines[0].isprintable()


def test_other_logs_cant_be_forged_by_line_ends_either() -> None:
    formatter = logs.UtcLines("%(levelname)s %(message)s")
    try:
        raise ValueError("one\nERROR two")
    except ValueError as error:
        trace = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "a\nINFO b", (), trace)
    first, *others = formatter.format(record).splitlines()
    assert first == "ERROR a\\nINFO b"
    assert others
    assert all(line.startswith("    ") for line in others)


def test_a_mark_tells_the_same_from_another_and_not_what_it_was() -> None:
    assert security_log.mark("hunter2") == security_log.mark("hunter2")
    assert security_log.mark("hunter2") != security_log.mark("hunter3")
    assert "hunter2" not in security_log.mark("hunter2")
    assert len(security_log.mark("\ud800")) == 16


def test_an_event_that_isnt_in_the_table_is_a_fault() -> None:
    with pytest.raises(KeyError):
        security_log.note("something_else")


def test_every_event_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert documented == set(security_log.EVENTS)


def test_the_security_log_is_written_however_little_else_is() -> None:
    assert logs.settings("error")["loggers"]["rejoinder.security"]["level"] == "INFO"
