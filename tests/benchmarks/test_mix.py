"""What the mix of loads keeps and draws."""

from __future__ import annotations

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.harness.client import head, request
from benchmarks.mix.figures import COLUMNS, Stretch, line_of, totals, write
from benchmarks.mix.plot import Panel, Series, round_up, svg
from benchmarks.mix.traffic import address_of

MACHINE = {"rss_mib": 1.0, "pss_mib": 1.0, "server_cpu": 0.5, "generator_cpu": 0.1, "waiting": 0}


def a_stretch() -> Stretch:
    stretch = Stretch()
    for milliseconds in range(1, 101):
        stretch.note("guest", milliseconds, is_error=False)
    for _refused in range(2):
        stretch.note("guest", 0.1, is_error=True)
    return stretch


def test_a_stretch_is_told_by_kind(tmp_path: Path) -> None:
    line = line_of(10, a_stretch(), MACHINE)
    assert (line["guest_requests"], line["guest_errors"]) == (102, 2)
    assert (line["guest_p50"], line["guest_p99"]) == (51, 100)
    assert line["robot_requests"] == 0
    write(tmp_path / "mix.csv", [line])
    with (tmp_path / "mix.csv").open() as file:
        (read,) = csv.DictReader(file)
    assert list(read) == COLUMNS
    assert read["guest_p95"] == "96.0"


def test_totals_are_of_all_stretches_together() -> None:
    slow = Stretch()
    slow.note("guest", 1000.0, is_error=False)
    guest = totals([a_stretch(), slow])[0]
    assert guest == ("guest", "103", "2", "51.0", "96.0", "100.0", "1,000.0")


def test_the_plot_is_whole_xml_with_a_line_for_each_series() -> None:
    panel = Panel("times & more", [Series("p50", [1, 2]), Series("<p99>", [10, 2000])], True)
    drawn = ElementTree.fromstring(svg("The mix", [0.5, 1.0], [panel], shaded=(0.2, 0.4)))
    lines = [node for node in drawn.iter() if node.tag.endswith("polyline")]
    assert len(lines) == 2
    points = [tuple(map(float, p.split(","))) for p in lines[1].attrib["points"].split()]
    # Later is further right, more is further up.
    assert points[1][0] > points[0][0]
    assert points[1][1] < points[0][1]


@pytest.mark.parametrize(("value", "top"), [(0, 1), (1.5, 2), (20, 20), (21, 50), (700, 1000)])
def test_scales_end_at_round_numbers(value: float, top: float) -> None:
    assert round_up(value) == top


def test_ten_thousand_robots_have_as_many_addresses() -> None:
    assert len({address_of(number, 100) for number in range(10_000)}) == 10_000


def test_a_requests_body_is_announced() -> None:
    octets = request("POST", "/p/a/respond", {"Host": "h"}, b"title=a")
    assert octets == b"POST /p/a/respond HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\ntitle=a"


def test_an_answers_head_is_read_without_regard_to_case() -> None:
    status, headers = head(b"HTTP/1.1 303 See Other\r\nLocation: /p/a\r\nDATE: x: y\r\n\r\n")
    assert status == 303
    assert headers == {"location": "/p/a", "date": "x: y"}
