"""Which of two is faster: by hand, against scipy, and in simulated A/A and A/B tests."""

from __future__ import annotations

from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.noise_models import DRIFTING, INDEPENDENT, Noise, most_by_chance
from ck_core.analysis.comparison import Scale, Verdict, compare, needed_values
from ck_core.analysis.interleaving import Measured, pairs, plan

RUNS = 2000
ANY = st.floats(allow_nan=True, allow_infinity=True)
POSITIVE = st.floats(1e-300, 1e300)


def halves(noise: Noise, source: Random, blocks: int) -> tuple[list[float], list[float]]:
    """One slot of each block for A, one for B, as the random order has it."""
    slots = noise(source, 2 * blocks)
    order = plan(2, blocks, seed=source.randrange(1 << 30))
    measured = [Measured(slot=slot, value=slots[at]) for at, slot in enumerate(order)]
    found = pairs(measured, 0, 1)
    return list(found.a), list(found.b)


@pytest.mark.parametrize("blocks", [10, 30])
@pytest.mark.parametrize("noise", [*INDEPENDENT, *DRIFTING])
def test_a_beside_a_in_blocks(noise: Noise, blocks: int) -> None:
    """The stated error rate holds, whatever the noise: 2,000 A/A tests each."""
    source = Random(blocks)
    wrong = sum(
        compare(*halves(noise, source, blocks), paired=True).verdict is not Verdict.UNDECIDED
        for _ in range(RUNS)
    )
    assert wrong <= most_by_chance(RUNS, 0.05)


@pytest.mark.parametrize("noise", INDEPENDENT)
def test_a_beside_a_unpaired(noise: Noise) -> None:
    source = Random(5)
    wrong = 0
    for _ in range(RUNS):
        values = noise(source, 40)
        wrong += compare(values[:15], values[15:]).verdict is not Verdict.UNDECIDED
    assert wrong <= most_by_chance(RUNS, 0.05)


def test_values_that_follow_each_other_are_not_taken_for_independent() -> None:
    """A walk that returns slowly, A first and B then: without widening, most are wrong."""
    source = Random(6)
    wrong = 0
    for _ in range(500):
        values = DRIFTING[0](source, 80)
        wrong += compare(values[:40], values[40:]).verdict is not Verdict.UNDECIDED
    assert wrong <= most_by_chance(500, 0.10)


@pytest.mark.parametrize("paired", [True, False])
def test_two_percent_in_noise_of_one(*, paired: bool) -> None:
    source = Random(2)
    found = 0
    for _ in range(500):
        a = [source.gauss(1, 0.01) for _ in range(30)]
        b = [1.02 * source.gauss(1, 0.01) for _ in range(30)]
        found += compare(a, b, paired=paired).verdict is Verdict.FASTER
    assert found >= 499


@pytest.mark.parametrize("paired", [True, False])
def test_the_interval_holds_the_true_ratio(*, paired: bool) -> None:
    source = Random(3)
    held = 0
    for _ in range(RUNS):
        a = [1 + 0.05 * source.expovariate(1) for _ in range(20)]
        b = [1.3 * (1 + 0.05 * source.expovariate(1)) for _ in range(20)]
        effect = compare(a, b, paired=paired).effect
        assert effect
        held += effect.low <= 1.3 <= effect.high
    assert RUNS - held <= most_by_chance(RUNS, 0.05)


def test_the_probability_is_evenly_spread_where_nothing_differs() -> None:
    source = Random(4)
    found = [
        compare(*halves(INDEPENDENT[-1], source, 20), paired=True).probability for _ in range(RUNS)
    ]
    for limit in (0.05, 0.25, 0.5, 0.9):
        assert sum(one <= limit for one in found) / RUNS == pytest.approx(limit, abs=0.04)


def test_like_scipy() -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy, the oracle, is not installed")
    source = Random(10)  # neighbours do not follow each other: no widening, which scipy has not
    a = [source.gauss(10, 1) for _ in range(14)]
    b = [source.gauss(10.5, 1) for _ in range(14)]
    slower = stats.mannwhitneyu(a, b, alternative="greater", method="exact")
    found = compare(a, b)
    assert found.share == pytest.approx(1 - slower.statistic / 14 / 14)
    less = stats.mannwhitneyu(a, b, alternative="less", method="exact")
    middle = (1 - less.pvalue + slower.pvalue) / 2
    assert found.probability == pytest.approx(middle)


def test_by_hand() -> None:
    """Walsh averages of the logarithms of 2, 2, 2, 2, 2, 4: two is in the middle."""
    found = compare([1.0] * 6, [2.0] * 5 + [4.0], paired=True)
    assert found.verdict is Verdict.FASTER
    assert found.effect
    assert found.effect.estimate == found.effect.low == pytest.approx(2)
    assert found.effect.high == pytest.approx(4)
    assert found.effect.coverage == pytest.approx(1 - 2 / 64)
    assert (found.share, found.needed) == (1.0, 6)
    assert found.reason == "A is faster: B takes 2 times what A takes (2 to 4)"


def test_the_estimate_is_the_median_of_all_ratios() -> None:
    a, b = [1.0, 2.0, 4.0], [3.0, 5.0, 7.0]
    effect = compare(a, b).effect
    assert effect
    assert effect.estimate == pytest.approx(median(two / one for one in a for two in b))


def test_too_few_say_how_many_are_needed() -> None:
    found = compare([1.0] * 5, [9.0] * 5, paired=True)
    assert found.verdict is Verdict.UNDECIDED
    assert "95% needs 6 independent ones of each" in found.reason
    assert found.effect
    assert found.effect.coverage == pytest.approx(1 - 2 / 32)
    assert needed_values(paired=False) == 4
    assert needed_values(paired=True, confidence=0.99) == 8


def test_a_difference_where_there_is_no_ratio() -> None:
    found = compare([0.0] * 8, [3.0] * 8, paired=True)
    assert found.effect
    assert (found.effect.scale, found.effect.estimate) == (Scale.DIFFERENCE, 3.0)
    assert found.verdict is Verdict.FASTER
    assert compare([0.0] * 8, [0.0] * 8).verdict is Verdict.UNDECIDED


def test_pairs_need_partners() -> None:
    with pytest.raises(ValueError, match="cannot be paired"):
        compare([1.0], [1.0, 2.0], paired=True)


@given(st.lists(ANY, max_size=9), st.lists(ANY, max_size=9))
def test_anything_gets_an_answer(a: list[float], b: list[float]) -> None:
    found = compare(a, b)
    assert found.reason
    assert (found.effect is None) == (not a or not b or any(x - x != 0 for x in (*a, *b)))


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=1, max_size=70))
def test_swapping_turns_the_answer_around(values: list[tuple[float, float]]) -> None:
    a, b = [one for one, _ in values], [two for _, two in values]
    there, back = compare(a, b, paired=True), compare(b, a, paired=True)
    opposite = {Verdict.FASTER: Verdict.SLOWER, Verdict.SLOWER: Verdict.FASTER}
    assert back.verdict is opposite.get(there.verdict, Verdict.UNDECIDED)
    assert there.probability + back.probability == pytest.approx(1)
    assert there.share + back.share == pytest.approx(1)
    assert there.effect
    assert there.effect.low <= there.effect.estimate <= there.effect.high


def test_ten_thousand_values_take_no_matrix() -> None:
    source = Random(9)
    a = [source.gauss(1, 0.01) for _ in range(10_000)]
    b = [source.gauss(1.001, 0.01) for _ in range(10_000)]
    assert compare(a, b, paired=True).verdict is Verdict.FASTER
    assert compare(a, b).verdict is Verdict.FASTER
