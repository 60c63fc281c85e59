"""Speed-up, efficiency and serial fraction, by cases that are worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.scaling import ONE, Range, Scaling, scaled


def exactly(value: float) -> Range:
    return Range(value=value, low=value, high=value)


def test_strong_scaling_by_hand() -> None:
    """100 s on one, 40 s on four: 2.5 times; (1/2.5 - 1/4) / (1 - 1/4) = 0.15 / 0.75."""
    found = scaled(exactly(100 / 40), 4, Scaling.STRONG)
    assert found.speedup.value == pytest.approx(2.5)
    assert found.efficiency.value == pytest.approx(0.625)
    assert found.serial
    assert found.serial.value == pytest.approx(0.2)


def test_weak_scaling_by_hand() -> None:
    """10 s on one, 12.5 s on four with four times the work: 3.2 times; (4 - 3.2) / 3."""
    found = scaled(exactly(10 / 12.5), 4, Scaling.WEAK)
    assert found.speedup.value == pytest.approx(3.2)
    assert found.efficiency.value == pytest.approx(0.8)
    assert found.serial
    assert found.serial.value == pytest.approx(0.8 / 3)


@given(st.floats(0, 1), st.integers(2, 10_000))
def test_the_fraction_of_amdahl_s_law_is_found_again(fraction: float, workers: int) -> None:
    speedup = 1 / (fraction + (1 - fraction) / workers)
    found = scaled(exactly(speedup), workers, Scaling.STRONG)
    assert found.serial
    assert found.serial.value == pytest.approx(fraction, abs=1e-9)


@given(st.floats(0, 1), st.integers(2, 10_000))
def test_the_fraction_of_gustafson_s_law_is_found_again(fraction: float, workers: int) -> None:
    speedup = workers - fraction * (workers - 1)
    found = scaled(exactly(speedup / workers), workers, Scaling.WEAK)
    assert found.serial
    assert found.serial.value == pytest.approx(fraction, abs=1e-9)


@pytest.mark.parametrize("scaling", Scaling)
def test_intervals_stay_in_order(scaling: Scaling) -> None:
    """The larger the speed-up, the smaller the fraction."""
    ratio = {Scaling.STRONG: (1.6, 1.5, 1.8), Scaling.WEAK: (0.8, 0.75, 0.9)}[scaling]
    found = scaled(Range(value=ratio[0], low=ratio[1], high=ratio[2]), 2, scaling)
    assert [found.speedup.low, found.speedup.high] == pytest.approx([1.5, 1.8])
    assert [found.efficiency.low, found.efficiency.high] == pytest.approx([0.75, 0.9])
    assert found.serial
    assert found.serial.low < found.serial.value < found.serial.high


def test_more_than_ideal_is_below_zero() -> None:
    found = scaled(exactly(2.5), 2, Scaling.STRONG)
    assert found.serial
    assert found.serial.value == pytest.approx((0.4 - 0.5) / 0.5)


def test_as_many_workers_have_no_serial_fraction() -> None:
    found = scaled(ONE, 1, Scaling.STRONG)
    assert (found.speedup, found.efficiency, found.serial) == (ONE, ONE, None)


@pytest.mark.parametrize(("ratio", "growth"), [(0.0, 2.0), (-1.0, 2.0), (1.0, 0.0)])
def test_what_is_no_ratio(ratio: float, growth: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        scaled(exactly(ratio), growth, Scaling.STRONG)
