"""The count with which a run lasts long enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.calibration import LARGEST, MAX_ROUNDS, calibrate


@given(
    st.floats(4e-9, 10.0),
    st.floats(0.0, 0.05),
    st.floats(0.1, 4.0),
    st.integers(1, 100),
    st.lists(st.floats(0.9, 1.1), min_size=10, max_size=10),
)
def test_any_kernel(
    kernel_s: float, start_s: float, target_s: float, start: int, noise: list[float]
) -> None:
    """With 10 % noise: found, in ten rounds at most.

    From a count of one these reach 10 ** 9, so that four nanoseconds fill the longest target.
    """
    factors = iter(noise)
    found = calibrate(
        lambda repeat: (start_s + kernel_s * repeat) * next(factors), target_s=target_s, start=start
    )
    assert not found.failure
    assert len(found.trials) <= MAX_ROUNDS
    enough = 0.7 * target_s <= found.seconds
    assert enough
    assert (
        found.seconds <= 1.25 * target_s
        or any(
            one.repeat == found.repeat - 1 and one.seconds < 0.7 * target_s for one in found.trials
        )
        or found.repeat == 1
    )


def test_few_rounds_are_enough() -> None:
    """One millisecond to start, a microsecond each: no more than six runs to half a second."""
    found = calibrate(lambda repeat: 1e-3 + 1e-6 * repeat)
    assert len(found.trials) <= 7
    assert found.seconds == pytest.approx(0.5, rel=0.3)


def test_a_long_kernel_runs_once() -> None:
    found = calibrate(lambda repeat: 30.0 * repeat)
    assert (found.repeat, len(found.trials)) == (1, 1)


def test_the_bracket_only_shrinks() -> None:
    """A kernel that jumps: what was too short or too long is never tried again."""
    found = calibrate(lambda repeat: 0.01 if repeat < 777 else 5.0)
    tried = [one.repeat for one in found.trials]
    assert len(set(tried)) == len(tried)
    short = [one.repeat for one in found.trials if one.seconds < 0.35]
    assert short == sorted(short)


def test_a_program_that_does_not_read_the_count() -> None:
    found = calibrate(lambda _: 0.012)
    assert found.repeat == 0
    assert "does the program read it?" in found.failure
    assert "0.012 s at a count of 1, 0.012 s at 1000000000 after 10 runs" in found.failure
    assert all(one.repeat <= LARGEST for one in found.trials)


def test_a_clock_gone_mad() -> None:
    assert "cannot take nan s" in calibrate(lambda _: float("nan")).failure
    assert "cannot take -1.0 s" in calibrate(lambda _: -1.0).failure


@given(st.lists(st.floats(0, 1e9), min_size=10, max_size=10))
def test_any_times_end_in_ten_rounds(times: list[float]) -> None:
    answers = iter(times)
    found = calibrate(lambda _: next(answers))
    assert bool(found.failure) == (found.repeat == 0)
    tried = [one.repeat for one in found.trials]
    assert len(set(tried)) == len(tried)
