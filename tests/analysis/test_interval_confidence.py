"""The interval of the median at any confidence and for any number of values."""

from __future__ import annotations

from math import comb

import pytest

from ck_core.analysis.intervals import median_interval


def coverage(count: int, cut: int) -> float:
    """Le Boudec's formula, summed as it stands."""
    outside: float = 2 * sum(comb(count, k) for k in range(cut + 1)) / 2**count
    return max(0.0, 1 - outside)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.97, 0.999])
def test_the_narrowest_that_reaches_it(confidence: float) -> None:
    for count in range(1, 120):
        found = median_interval([float(n) for n in range(count)], confidence)
        cut = int(found.low)
        assert found.high == count - 1 - cut
        assert found.coverage == pytest.approx(coverage(count, cut))
        assert cut == 0 or found.coverage >= confidence
        if cut + 1 < count // 2:
            assert coverage(count, cut + 1) < confidence


def test_many_values_are_approximated_well() -> None:
    found = median_interval([float(n) for n in range(5000)])
    exact = coverage(5000, int(found.low))
    assert exact == pytest.approx(found.coverage, abs=1e-4)
    assert 0.95 <= exact < 0.953
