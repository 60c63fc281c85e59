"""Rank statistics against counting by hand and scipy."""

from __future__ import annotations

from itertools import combinations, product

import pytest

from ck_core.analysis.null_distributions import rank_sum, signed_rank


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_signed_ranks_by_counting(count: int) -> None:
    totals = [
        sum(rank for rank, sign in enumerate(signs, start=1) if sign)
        for signs in product((0, 1), repeat=count)
    ]
    null = signed_rank(count)
    for value in range(null.largest + 1):
        share = sum(total <= value for total in totals) / len(totals)
        assert null.at_most(value) == pytest.approx(share)


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 5), (4, 4), (6, 3)])
def test_rank_sums_by_counting(first: int, second: int) -> None:
    totals = [
        sum(places) - first * (first - 1) // 2
        for places in combinations(range(first + second), first)
    ]
    null = rank_sum(first, second)
    for value in range(null.largest + 1):
        share = sum(total <= value for total in totals) / len(totals)
        assert null.at_most(value) == pytest.approx(share)


def test_a_table_of_wilcoxon() -> None:
    """Two-sided 5 %: 6 pairs need W = 0, 10 pairs 8, 25 pairs 89 (any textbook's table)."""
    assert [signed_rank(count).cut(0.025) for count in (5, 6, 10, 25)] == [-1, 0, 8, 89]


def test_the_approximation_meets_the_exact_one() -> None:
    exact, rough = signed_rank(60), signed_rank(60).widened(1)
    assert max(abs(exact.at_most(w) - rough.at_most(w)) for w in range(exact.largest)) < 2e-3
    exact, rough = rank_sum(50, 50), rank_sum(50, 50).widened(1)
    assert max(abs(exact.at_most(w) - rough.at_most(w)) for w in range(exact.largest)) < 2e-3


def test_like_scipy() -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy, the oracle, is not installed")
    for count in (7, 20, 45):
        values = [float(n if n % 3 else -n) for n in range(1, count + 1)]
        total = sum(n for n in range(1, count + 1) if n % 3)
        less = stats.wilcoxon(values, alternative="less", method="exact").pvalue
        assert signed_rank(count).at_most(total) == pytest.approx(less)
    first, second = [1.0, 4.0, 6.0, 9.0, 10.5], [2.0, 3.0, 5.0, 7.0, 8.0, 10.0, 11.0]
    test = stats.mannwhitneyu(first, second, alternative="less", method="exact")
    assert rank_sum(5, 7).at_most(test.statistic) == pytest.approx(test.pvalue)
