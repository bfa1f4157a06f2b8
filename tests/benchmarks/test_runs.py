"""What counts of runs under load, and what they say together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.harness.runs import Run, median, percentile, ratio

SOUND = Run(
    requests=10_000,
    seconds=10.0,
    errors=0,
    p50=1.0,
    p95=2.0,
    p99=3.0,
    octets=1,
    server_cpu=9.8,
    server_core=9.9,
    generator_cpu=5.0,
    generator_core=5.2,
    span=10.0,
)


def at_pace(requests: int, **others: float) -> Run:
    return replace(SOUND, requests=requests, **others)


def test_a_run_at_the_servers_limit_counts() -> None:
    assert SOUND.void == ""
    assert SOUND.per_second == 1000


def test_a_run_at_the_generators_limit_is_void() -> None:
    run = replace(SOUND, generator_cpu=9.6, generator_core=9.7)
    assert "generator was at its limit (96%" in run.void


def test_the_generators_limit_is_that_of_all_its_cores() -> None:
    assert replace(SOUND, generator_cpu=9.6, generator_core=9.7, generators=2).void == ""


@pytest.mark.parametrize("busy", [{"server_core": 11.2}, {"generator_core": 6.5}])
def test_a_run_is_void_while_others_work_on_its_cores(busy: dict[str, float]) -> None:
    assert "other processes" in replace(SOUND, **busy).void


def test_a_run_with_errors_is_void() -> None:
    assert replace(SOUND, errors=1).void == "1 errors"


def test_a_run_on_one_core_is_void() -> None:
    assert "share a core" in replace(SOUND, was_apart=False).void


def test_the_median_is_of_the_runs_that_count() -> None:
    void = at_pace(90_000, errors=3)
    figure = median([at_pace(10_000), void, at_pace(12_000), at_pace(11_000), void])
    assert figure.value == 1100
    assert figure.is_sound


def test_when_half_the_runs_are_void_the_figure_is_by_cpu_time_and_says_so() -> None:
    runs = [at_pace(10_000), at_pace(10_000, errors=3, server_cpu=5.0)]
    figure = median(runs)
    assert figure.value == pytest.approx((10_000 / 9.8 + 10_000 / 5.0) / 2)
    assert not figure.is_sound
    assert figure.void == "1 of 2 runs void: 3 errors"


def test_a_ratio_is_taken_round_by_round() -> None:
    ours = [at_pace(10_000), at_pace(20_000), at_pace(30_000)]
    theirs = [at_pace(20_000), at_pace(20_000), at_pace(40_000)]
    assert ratio(ours, theirs).value == 0.75


def test_a_pair_counts_only_if_both_its_runs_do() -> None:
    void = at_pace(10, generator_cpu=9.9, generator_core=9.9)
    figure = ratio([at_pace(10_000)] * 3, [at_pace(20_000), at_pace(20_000), void])
    assert figure.value == 0.5
    assert figure.is_sound


def test_when_half_the_pairs_are_void_the_ratio_is_by_cpu_time() -> None:
    failed = at_pace(10_000, errors=1, server_cpu=4.9, server_core=5.0)
    figure = ratio([at_pace(10_000), failed], [at_pace(20_000), at_pace(20_000)])
    assert figure.value == pytest.approx((0.5 + 1.0) / 2)
    assert not figure.is_sound


def test_a_ratio_of_void_runs_is_that_of_cpu_time() -> None:
    ours = at_pace(10_000, server_cpu=4.0, server_core=9.0)
    theirs = at_pace(10_000, server_cpu=1.0, server_core=9.0)
    figure = ratio([ours], [theirs])
    assert figure.value == 0.25
    assert not figure.is_sound


def test_percentiles_are_of_the_nearest_rank() -> None:
    values = [float(n) for n in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.99, 1)] == [51, 100, 100]
    assert percentile([], 0.5) == 0
