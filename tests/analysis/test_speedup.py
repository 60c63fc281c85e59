"""Speed-ups over a baseline and their geometric mean."""

from __future__ import annotations

from math import exp, log
from random import Random

import pytest

from analysis.noise_models import most_by_chance
from ck_core.analysis.comparison import Verdict
from ck_core.analysis.speedup import speedup_table


def test_by_hand() -> None:
    samples = {
        "O2": {"fft": [2.0] * 8, "sort": [8.0] * 8, "zip": [1.0] * 8},
        "O3": {"fft": [1.0] * 8, "sort": [1.0] * 8},
        "Os": {"zip": [0.0] * 8, "fft": [4.0] * 8},
    }
    table = speedup_table(samples, "O2", paired=True)
    assert [(row.variant, row.benchmark) for row in table.rows] == [
        ("O3", "fft"),
        ("O3", "sort"),
        ("Os", "fft"),
    ]
    assert table.missing == (("O3", "zip"), ("Os", "sort"), ("Os", "zip"))
    assert [row.comparison.verdict for row in table.rows] == [
        Verdict.FASTER,
        Verdict.FASTER,
        Verdict.SLOWER,
    ]
    quick = table.means[0]
    assert (quick.variant, quick.count) == ("O3", 2)
    assert quick.mean == quick.low == quick.high == pytest.approx(4)
    assert quick.least == pytest.approx(2)
    assert quick.most == pytest.approx(8)


def test_too_few_values_have_no_interval() -> None:
    (mean,) = speedup_table({"a": {"x": [2.0]}, "b": {"x": [1.0]}}, "a").means
    assert mean.mean == pytest.approx(2)
    assert (mean.low, mean.high) == (None, None)


def test_the_baseline_must_be_there() -> None:
    with pytest.raises(ValueError, match="'c' is none of a, b"):
        speedup_table({"a": {}, "b": {}}, "c")


@pytest.mark.parametrize("paired", [True, False])
def test_the_interval_holds_the_true_mean(*, paired: bool) -> None:
    """Five benchmarks with speed-ups of their own and skewed noise: 95 % or nearly."""
    ratios = [1.1, 0.9, 2.0, 1.0, 1.3]
    true = exp(sum(map(log, ratios)) / 5)
    source, missed, unknown = Random(1), 0, 0
    for _ in range(500):
        base = {str(n): [1 + 0.05 * source.expovariate(1) for _ in range(15)] for n in range(5)}
        other = {
            str(n): [(1 + 0.05 * source.expovariate(1)) / ratio for _ in range(15)]
            for n, ratio in enumerate(ratios)
        }
        (mean,) = speedup_table({"base": base, "new": other}, "base", paired=paired).means
        if mean.low is None or mean.high is None:  # neighbours followed each other by chance
            unknown += 1
        else:
            missed += not mean.low <= true <= mean.high
    assert unknown <= 100
    assert missed <= most_by_chance(500, 0.05)
