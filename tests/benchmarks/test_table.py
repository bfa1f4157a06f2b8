"""Rows of the benchmarks' table: verdicts, notes, what each row reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.harness.nginx import configuration
from benchmarks.harness.runs import Figure
from benchmarks.harness.served import Answer
from benchmarks.harness.usage import TICKS, busy_of
from benchmarks.table import ledger, mail
from benchmarks.table.adding import for_sqlite
from benchmarks.table.rows import as_markdown, at_least, at_most, number
from benchmarks.table.weight import Page, rows_of


def test_a_row_is_met_from_its_reach_on() -> None:
    assert at_least("pages", 0.7, Figure(0.7)).verdict == "met"
    assert at_least("pages", 0.7, Figure(0.69)).verdict == "missed"
    assert at_most("memory", 150, Figure(150)).verdict == "met"
    assert at_most("memory", 150, Figure(151)).verdict == "missed"


def test_a_void_figure_gets_a_question_mark_and_its_reason() -> None:
    row = at_least("pages", 0.7, Figure(0.9, "5 of 5 runs void: errors"), unit="/s")
    assert row.verdict == "met?"
    assert row.measured == "0.90 /s, void"
    assert row.notes == ("5 of 5 runs void: errors",)


def test_the_table_says_what_is_to_be_reached_beside_what_was() -> None:
    text = as_markdown([at_most("memory", 1250, Figure(20), unit="MiB", notes="idle")])
    assert "| memory | at most 1,250 MiB | 20.0 MiB | met |" in " ".join(text.split())
    assert text.endswith("- memory: idle")


def test_numbers_have_the_digits_that_say_something() -> None:
    assert [number(value) for value in (12345.6, 99.96, 12.34, 0.712)] == [
        "12,346",
        "100.0",
        "12.3",
        "0.71",
    ]


def test_nginx_adds_the_headers_that_rejoinder_sends_and_not_its_own() -> None:
    headers = (
        ("Content-Security-Policy", "default-src 'none'; img-src \"x\""),
        ("ETag", '"1"'),
        ("content-length", "3"),
        ("Date", "now"),
    )
    answer = Answer(200, headers, b"")
    text = configuration(Path("/somewhere"), 81, {"thread": answer}, is_root=False)
    assert 'add_header Content-Security-Policy "default-src \'none\'; img-src \\"x\\"";' in text
    assert text.count("add_header") == 1
    assert "location = /thread {" in text


def test_guests_time_is_counted_once_in_a_cores_busy_time() -> None:
    # user nice system idle iowait irq softirq steal guest guest_nice
    assert busy_of([5, 1, 2, 100, 50, 1, 1, 0, 4, 4]) == 10 / TICKS


def test_statements_are_spelt_for_sqlites_driver() -> None:
    assert for_sqlite(("x = %s AND y LIKE '%%a'", (1,))) == ("x = ? AND y LIKE '%a'", (1,))
    named = {"at": 1}
    assert for_sqlite(("a = %(at)s OR b = %(at)s", named)) == ("a = :at OR b = :at", named)
    assert for_sqlite(("DELETE FROM t WHERE a LIKE '%s'", None))[0].endswith("'%s'")


HTML = """<html><head><title>unread</title><link rel="stylesheet" href="/static/a.css">
<link rel="canonical" href="https://elsewhere.example/"><script src="/static/a.js"></script>
</head><body><article><p>One</p><p>two  three</p><style>p {}</style></article>
<a href="https://elsewhere.example/">four</a>%s</body></html>"""


def test_a_pages_text_is_what_is_shown() -> None:
    page = Page(HTML % "")
    assert page.text == "One two three four"
    assert page.articles == 1


def test_only_what_a_browser_fetches_by_itself_counts_as_a_request() -> None:
    assert Page(HTML % "").third_parties("own.example") == []
    with_image = HTML % '<img srcset="https://cdn.example/a.png 2x, https://own.example/b.png 1x">'
    assert Page(with_image).third_parties("own.example") == ["https://cdn.example/a.png"]


def test_a_pages_weight_is_judged_beside_its_text() -> None:
    ratio, compressed, others = rows_of("<p>" + 100 * "a", 165, 20_000, "own.example")
    assert (ratio.measured, ratio.verdict) == ("1.65, 165 and 100 octets", "missed")
    assert (compressed.measured, compressed.verdict) == (
        "19,900 octets, 20,000 gzipped",
        "missed",
    )
    assert others.verdict == "met"


SAID = """800 messages, 2,000,000 octets
import: 9.0 s CPU / 10.0 s, 9.1 s CPU / 10.2 s
ratio of medians: 2.91 CPU, 3.10 elapsed
peak of memory: 60 MiB before the import, 90 MiB after
"""


@pytest.mark.parametrize(("void", "verdict"), [("", "missed"), ("others", "met?")])
def test_the_imports_ratio_is_of_elapsed_time_unless_others_took_it(
    void: str, verdict: str
) -> None:
    assert mail.row_of(SAID, Path("a.mbox"), void, is_made=True).verdict == verdict


def test_an_import_that_says_no_ratio_is_refused() -> None:
    with pytest.raises(mail.NotTold):
        mail.row_of("800 messages", Path("a.mbox"), "", is_made=True)


def test_the_ledger_grows_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    ledger.record("## one\n", path)
    ledger.record("## two", path)
    text = path.read_text()
    assert text.startswith("# Results\n")
    assert text.index("## one") < text.index("## two")
    assert text.endswith("## two\n")
