"""Reproduced, changed, cannot tell: by hand and by simulated error rates."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.noise_models import most_by_chance
from ck_core.analysis.reproduction import Reproduction, judge

RUNS = 1000
REPRODUCED, CHANGED, CANNOT_TELL = (
    Reproduction.REPRODUCED,
    Reproduction.CHANGED,
    Reproduction.CANNOT_TELL,
)


def rates(ratio: float, *, noise: float = 0.01, count: int = 20) -> dict[Reproduction, int]:
    """Verdicts of 1,000 replays whose true ratio this is; times are skewed."""
    source = Random(1)
    found = dict.fromkeys(Reproduction, 0)
    for _ in range(RUNS):
        before = [1 + noise * source.expovariate(1) for _ in range(count)]
        after = [ratio * (1 + noise * source.expovariate(1)) for _ in range(count)]
        found[judge("wall_s", before, after).verdict] += 1
    return found


@pytest.mark.parametrize("ratio", [1.03, 1 / 1.03])
def test_at_the_limit_both_errors_are_rare(ratio: float) -> None:
    """A true change of the tolerance: called reproduced in 5 % at most, changed in 2.5 %."""
    found = rates(ratio)
    assert found[REPRODUCED] <= most_by_chance(RUNS, 0.05)
    assert found[CHANGED] <= most_by_chance(RUNS, 0.025)


def test_the_same_is_reproduced() -> None:
    assert rates(1.0)[REPRODUCED] >= 0.99 * RUNS


@pytest.mark.parametrize("ratio", [1.05, 0.95])
def test_five_percent_are_a_change(ratio: float) -> None:
    assert rates(ratio)[CHANGED] >= 0.98 * RUNS


def test_much_noise_is_never_taken_for_sameness() -> None:
    found = rates(1.0, noise=0.3)
    assert found[CANNOT_TELL] >= 0.95 * RUNS
    assert rates(1.1, noise=0.3)[REPRODUCED] <= most_by_chance(RUNS, 0.05)


def test_a_sentence_with_numbers() -> None:
    found = judge("wall_s", [1.0] * 8, [1.2] * 8)
    assert found.verdict is CHANGED
    assert found.reason == "outside: 1.2 times the recorded value (1.2 to 1.2, tolerance 3.0%)"


def test_a_tolerance_of_ones_own() -> None:
    before, after = [1.0, 1.001, 1.002, 0.999, 0.998], [1.05, 1.051, 1.049, 1.05, 1.052]
    assert judge("wall_s", before, after).verdict is CHANGED
    assert judge("wall_s", before, after, tolerance=0.1).verdict is REPRODUCED


def test_exact_metrics_have_no_tolerance() -> None:
    assert judge("size_bytes", [1000], [1001]).verdict is CHANGED
    assert judge("size_bytes", [1000], [1000]).reason == "equal: 1000 bytes"
    assert judge("correct", [True], [False]).reason == "True became False"
    assert "2 values were recorded" in judge("size_bytes", [1, 2], [1]).reason


def test_too_little_to_tell() -> None:
    assert judge("wall_s", [], [1.0]).reason == "no value was recorded"
    assert judge("wall_s", [1.0], []).reason == "no value was replayed"
    few = judge("wall_s", [1.0, 1.0], [1.0, 1.0])
    assert few.verdict is CANNOT_TELL
    assert few.reason.startswith("too few values: ")


def test_zeros_are_judged_by_difference() -> None:
    assert judge("involuntary_switches", [0.0] * 9, [0.0] * 9).verdict is REPRODUCED
    assert judge("involuntary_switches", [0.0] * 9, [5.0] * 9).verdict is CHANGED
    mixed = [0.0, *[100.0] * 9]
    assert judge("voluntary_switches", mixed, mixed).verdict is REPRODUCED


VALUES = st.lists(st.floats(), max_size=9)


@given(before=VALUES, after=VALUES, metric=st.sampled_from(["any", "size_bytes"]))
def test_anything_gets_a_verdict(before: list[float], after: list[float], metric: str) -> None:
    assert judge(metric, before, after).reason


def test_values_that_follow_each_other_are_not_called_few() -> None:
    rising = [1 + number / 1000 for number in range(12)]
    found = judge("wall_s", rising, [2 * one for one in rising])
    assert found.verdict is CANNOT_TELL
    assert found.reason.startswith("values that follow each other: 12 recorded, 12 now; so far 2 ")
