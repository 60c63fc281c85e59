from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.intervals import median_interval


def test_ten_values_by_hand() -> None:
    """Le Boudec's table: n = 10 takes the 2nd and 9th value, which cover 97.9 %."""
    interval = median_interval([float(n) for n in range(1, 11)])
    assert (interval.low, interval.median, interval.high) == (2.0, 5.5, 9.0)
    assert interval.coverage == pytest.approx(0.9785, abs=1e-4)


def test_few_values_say_what_they_are_worth() -> None:
    interval = median_interval([3.0, 1.0, 2.0])
    assert (interval.low, interval.high, interval.coverage) == (1.0, 3.0, 0.75)
    assert median_interval([1.0]).coverage == 0


@given(st.lists(st.floats(-1e100, 1e100), min_size=1, max_size=200))
def test_the_interval_holds_the_median(values: list[float]) -> None:
    interval = median_interval(values)
    assert interval.low <= interval.median <= interval.high


def test_coverage_is_real() -> None:
    """Of 2,000 samples of 15, at least 95 % of the intervals hold the true median."""
    source = random.Random(1)
    hits = 0
    for _ in range(2000):
        interval = median_interval([source.expovariate(1.0) for _ in range(15)])
        hits += interval.low <= 0.6931 <= interval.high
    assert hits / 2000 > 0.945
