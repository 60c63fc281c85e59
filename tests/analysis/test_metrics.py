"""Metrics of repetitions, whatever these hold."""

from __future__ import annotations

import sys
from fractions import Fraction
from math import inf, isfinite, nan
from statistics import median

from hypothesis import example, given
from hypothesis import strategies as st

from ck_core.analysis.metrics import metric_of
from ck_core.domain.metric import Metric


def test_what_is_no_number_moves_no_median() -> None:
    found = metric_of("wall_s", [3.0, nan, 1.0, None, inf, 2.0])
    assert found == metric_of("wall_s", [1.0, 2.0, 3.0])
    assert (found.value, found.low, found.high) == (2.0, 1.0, 3.0)


def test_one_value_has_no_interval_and_none_no_value() -> None:
    assert metric_of("x", [nan, 2.0], emulator="qemu") == Metric(
        name="x", value=2.0, emulator="qemu"
    )
    assert metric_of("x", [nan, None], detail="why") == Metric(name="x", value=None, detail="why")


@given(st.lists(st.none() | st.floats(), max_size=30))
@example([sys.float_info.max, sys.float_info.max])
def test_the_median_of_the_numbers(values: list[float | None]) -> None:
    numbers = [one for one in values if one is not None and isfinite(one)]
    found = metric_of("x", values)
    exact = [Fraction(one) for one in numbers]
    assert found.value == (float(median(exact)) if numbers else None)
    if found.value is not None and found.low is not None and found.high is not None:
        assert found.low <= found.value <= found.high
