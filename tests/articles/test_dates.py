from datetime import UTC, datetime

import pytest

from rejoinder.articles.article import Faults
from rejoinder.articles.dates import parse_date, parse_envelope_date, written_at

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 03 Mar 2020 10:00:00 +0100", datetime(2020, 3, 3, 9)),
        ("3 Mar 2020 10:00 -0500 (EST)", datetime(2020, 3, 3, 15)),
        ("Tue, 3 Mar 2020 10:00:00 +0200 (CEST)", datetime(2020, 3, 3, 8)),
        ("Tue, 3 Mar 2020 10:00:00 +0000 (CEST)", datetime(2020, 3, 3, 10)),
        ("Tue, 3 Mar 2020 10:00:00 CEST", datetime(2020, 3, 3, 8)),
        ("Tue, 3 Mar 2020 10:00:00 EST", datetime(2020, 3, 3, 15)),
        ("Tue, 3 Mar 2020 10:00:00 XYZ", datetime(2020, 3, 3, 10)),
        ("Tue, 3 Mar 2020 10:00:00 +9900", datetime(2020, 3, 3, 10)),
        ("1 Apr 93 10:00:29 GMT", datetime(1993, 4, 1, 10, 0, 29)),
        ("Sat, 1 Jan 100 10:00:00 GMT", datetime(2000, 1, 1, 10)),
        ("Sat, 1 Jan 19100 10:00:00 GMT", datetime(2000, 1, 1, 10)),
        ("2017-11-23T11:01:56Z", datetime(2017, 11, 23, 11, 1, 56)),
        ("2017-11-23 11:01:56 +0100", datetime(2017, 11, 23, 10, 1, 56)),
        ("3 Mar 2020", datetime(2020, 3, 3)),
        ("Tue, 31 Dec 2019 23:59:60 +0000", datetime(2019, 12, 31, 23, 59, 59)),
    ],
)
def test_dates_are_read_as_they_come(text: str, expected: datetime) -> None:
    assert parse_date(text) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "30 Feb 2020 10:00", "Wed, 15 Dec 2010    59:10 -0500"]
)
def test_no_date_is_read_from_nonsense(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("From ada at example.org  Mon Aug  4 10:20:51 2014", datetime(2014, 8, 4, 10, 20, 51)),
        ("From ada@example.org Fri Sep 25 20:23 CDT 1998", datetime(1998, 9, 26, 1, 23)),
        ("From ada@example.org Sat Mar 24 23:00:00 2007 +0200", datetime(2007, 3, 24, 21)),
    ],
)
def test_from_lines_are_dated(line: str, expected: datetime) -> None:
    assert parse_envelope_date(line) == expected.replace(tzinfo=UTC)


def test_a_date_a_little_after_the_receipt_is_believed() -> None:
    faults = Faults()
    received = ["by x; Tue, 3 Mar 2020 10:00:00 +0000"]
    found = written_at("Tue, 3 Mar 2020 20:00:00 +0000", received, "", NOW, faults)
    assert found == (datetime(2020, 3, 3, 20, tzinfo=UTC), "date")
    assert faults.all() == ()


def test_a_from_line_of_1970_is_not_believed() -> None:
    line = "From mboxrd@z Thu Jan  1 00:00:00 1970"
    assert written_at("", [], line, NOW, Faults()) == (None, None)


def test_a_date_beyond_now_is_not_believed() -> None:
    assert written_at("1 Jan 2031 00:00:00 +0000", [], "", NOW, Faults()) == (None, None)
