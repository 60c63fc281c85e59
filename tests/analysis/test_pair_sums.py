"""The k-th smallest sum, found without making all sums."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis import pair_sums
from ck_core.analysis.pair_sums import PairSums

NUMBERS = st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=12).map(sorted)


@given(NUMBERS, NUMBERS, st.floats(-1e300, 1e300))
def test_counts(rows: list[float], columns: list[float], limit: float) -> None:
    sums = PairSums(rows=rows, columns=columns)
    assert sums.at_most(limit) == sum(one + two <= limit for one, two in product(rows, columns))
    within = PairSums(rows=rows, columns=rows, within=True)
    pairs = combinations_with_replacement(rows, 2)
    assert within.at_most(limit) == sum(one + two <= limit for one, two in pairs)


@given(NUMBERS, NUMBERS, st.data())
def test_each_place_by_bisection(
    rows: list[float], columns: list[float], data: st.DataObject
) -> None:
    for sums in (
        PairSums(rows=rows, columns=columns),
        PairSums(rows=rows, columns=rows, within=True),
    ):
        place = data.draw(st.integers(0, sums.count - 1))
        assert sums._at(place) == sums.select([place])[0]  # both ways, whatever the size


@pytest.mark.parametrize("within", [True, False])
def test_many(*, within: bool) -> None:
    source = Random(1)
    rows = sorted(source.gauss(0, 1) for _ in range(300))
    sums = PairSums(rows=rows, columns=rows, within=within)
    assert sums.count > pair_sums._FEW
    ordered = sorted(
        one + two
        for one, two in (combinations_with_replacement(rows, 2) if within else product(rows, rows))
    )
    places = [0, 1, sums.count // 2, sums.count - 1]
    assert sums.select(places) == [ordered[place] for place in places]
