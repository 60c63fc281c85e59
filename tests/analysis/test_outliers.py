"""Outliers with their causes, trends and levels; and how often noise alone looks like them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.outliers import examine, find_outliers
from ck_core.analysis.robust import deviation, scores
from ck_core.analysis.shape import find_drift, find_levels
from ck_core.domain.run import Repetition

USUAL = Repetition(
    wall_s=1.0,
    user_s=0.95,
    system_s=0.04,
    peak_memory_bytes=1 << 20,
    exit_status=0,
    voluntary_switches=1,
    involuntary_switches=3,
    major_faults=0,
    minor_faults=200,
    timed_out=False,
    directory=Path(),
)


def series(index: int, **changes: float) -> list[Repetition]:
    """Twelve repetitions, one of them unusual."""
    source = Random(1)
    found = [replace(USUAL, wall_s=source.gauss(1, 0.002)) for _ in range(12)]
    found[index] = replace(USUAL, **changes)  # type: ignore[arg-type]  # the tests know the fields
    return found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"involuntary_switches": 42}, "interrupted 42 times for another process (median 3)"),
        ({"major_faults": 12}, "12 pages had to be read from disk (median 0)"),
        ({"minor_faults": 900}, "given 900 pages of memory (median 200)"),
        ({"user_s": 1.2}, "computed for 1.24 s (median 0.99 s)"),
        ({}, "for 0.2498 s of the 0.2498 s above the median it waited"),
    ],
)
def test_a_cause_with_its_numbers(changes: dict[str, float], sentence: str) -> None:
    noise = examine(series(5, wall_s=1.25, **changes))
    (outlier,) = noise.outliers
    assert outlier.index == 5
    assert sentence in outlier.sentence
    assert outlier.sentence.startswith("repetition 6 took 1.25 s, 1.25 times the median: ")


def test_the_first_run_is_cold() -> None:
    noise = examine(series(0, wall_s=1.5, major_faults=80))
    assert noise.outliers[0].causes[:2] == (
        "80 pages had to be read from disk (median 0)",
        "it was the first repetition: files and caches may have been cold",
    )


def test_a_slower_clock() -> None:
    clocks = [3.0e9] * 11 + [2.0e9]
    noise = examine(series(11, wall_s=1.5, user_s=1.45), frequencies_hz=clocks)
    assert "the core ran at 2.00 GHz (median 3.00 GHz)" in noise.outliers[0].sentence
    unknown = examine(series(11, wall_s=1.5), frequencies_hz=[None] * 12)
    assert "GHz" not in unknown.outliers[0].sentence


def test_a_run_that_did_less() -> None:
    noise = examine(series(4, wall_s=0.5, user_s=0.4))
    assert "computed for 0.44 s only (median 0.99 s)" in noise.outliers[0].sentence


def test_what_nothing_explains() -> None:
    several_cores = [replace(one, user_s=3.9) for one in series(4, wall_s=1.5)]
    assert "nothing that was counted explains it" in examine(several_cores).outliers[0].sentence


def test_a_trend() -> None:
    source = Random(2)
    values = [1 + 0.002 * n + source.gauss(0, 0.003) for n in range(30)]
    noise = examine([replace(USUAL, wall_s=value) for value in values])
    assert noise.drift
    assert noise.drift.change == pytest.approx(0.04, abs=0.01)
    assert noise.sentences[0].startswith("times rise by 3.83% from the first third to the last (")
    falling = find_drift(values[::-1])
    assert falling
    assert falling.change < 0


def test_two_levels() -> None:
    source = Random(3)
    values = [(1.0 if source.random() < 0.6 else 1.3) + source.gauss(0, 0.005) for _ in range(30)]
    noise = examine([replace(USUAL, wall_s=value) for value in values])
    assert noise.levels
    assert noise.levels.in_upper == sum(value > 1.15 for value in values)
    assert (
        "times lie on two levels, 1.002 s and 1.3 s (15 of 30 on the upper one"
        in noise.sentences[-1]
    )
    assert not noise.outliers


@pytest.mark.parametrize("count", [10, 30, 100])
def test_noise_alone_is_seldom_called_something(count: int) -> None:
    """Of 500 normal series: outliers in at most 4 %, a trend in 2 %, two levels in 2 %."""
    source = Random(count)
    outliers = drifts = levels = 0
    for _ in range(500):
        values = [source.gauss(1, 0.02) for _ in range(count)]
        outliers += bool(find_outliers(values))
        drifts += find_drift(values) is not None
        levels += find_levels(values) is not None
    assert outliers <= 20
    assert drifts <= 10
    assert levels <= 10


def test_of_many_the_furthest_are_explained() -> None:
    """Five hundred sentences nobody reads."""
    source = Random(8)
    found = [replace(USUAL, wall_s=source.gauss(1, 0.002)) for _ in range(1000)]
    apart = {7 * n: 2.0 + n / 100 for n in range(50)}
    for index, wall_s in apart.items():
        found[index] = replace(USUAL, wall_s=wall_s, involuntary_switches=42)
    noise = examine(found)
    assert [one.index for one in noise.outliers] == [*apart][-20:]
    assert set(noise.others) == {*apart} - {one.index for one in noise.outliers}
    assert all("interrupted 42 times" in one.sentence for one in noise.outliers)
    assert len(noise.sentences) == 21
    assert noise.sentences[20].startswith("30 more repetitions lie apart from the median")


def test_skew_is_no_outlier() -> None:
    """Log-normal times, one and a half to one: less than 1 % of the values are called out."""
    source = Random(4)
    found = sum(
        len(find_outliers([1 + 0.1 * source.lognormvariate(0, 0.5) for _ in range(30)]))
        for _ in range(300)
    )
    assert found / 300 / 30 < 0.01


def test_few_or_equal_values_have_no_outlier() -> None:
    assert find_outliers([1.0, 1.0, 9.0]) == ()
    assert find_outliers([0.0] * 9 + [1.0]) == ()  # no size to set it beside
    assert find_outliers([1.0] * 20) == ()
    assert find_outliers([1.0] * 19 + [1.2]) == (19,)
    assert examine([]).sentences == ()


def test_the_deviation_is_a_normal_sigma() -> None:
    source = Random(5)
    values = [source.gauss(7, 2) for _ in range(20_000)]
    assert deviation(values) == pytest.approx(2, rel=0.03)
    assert deviation([*values, *[1e9] * 2000]) == pytest.approx(2, rel=0.2)


def test_trends_like_scipy() -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy, the oracle, is not installed")
    source = Random(6)
    values = [1 + 0.01 * n + source.gauss(0, 0.05) for n in range(40)]
    drift = find_drift(values)
    assert drift
    assert drift.tau == pytest.approx(stats.kendalltau(range(40), values).statistic)


@given(st.lists(st.floats(0, 1e9), max_size=40))
def test_anything_is_examined(values: list[float]) -> None:
    noise = examine([replace(USUAL, wall_s=value) for value in values])
    assert len(noise.sentences) >= len(noise.outliers)
    assert len(scores(values)) == len(values)
