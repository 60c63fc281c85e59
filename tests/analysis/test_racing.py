"""How good few repetitions are, and when there are enough."""

from __future__ import annotations

from random import Random
from statistics import mean, median, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.racing import fast_value, is_hopeless, is_won, ratio, wants_another

TIMES = st.lists(st.floats(0.001, 1000), min_size=1, max_size=20)


@given(TIMES)
def test_a_quarter_is_faster_at_the_most(values: list[float]) -> None:
    found = fast_value(values)
    assert sum(value < found * (1 - 1e-9) for value in values) <= 1 + len(values) / 4
    assert min(values) * (1 - 1e-9) <= found <= max(values) * (1 + 1e-9)


@pytest.mark.parametrize(("count", "found"), [(1, 1), (2, 1.25), (3, 1.5), (5, 2), (10, 3.25)])
def test_between_two_it_is_between(count: int, found: float) -> None:
    assert fast_value([float(one + 1) for one in range(count)]) == found


def test_one_lucky_run_of_five_says_nothing() -> None:
    assert fast_value([67.3, 61.4, 68.4, 69.2, 75.5]) == 67.3


def test_it_differs_less_than_the_fastest_where_runs_may_be_lucky() -> None:
    source = Random(1)
    samples = [
        [source.gauss(1, 0.02) + source.expovariate(20) for _ in range(5)] for _ in range(500)
    ]
    lucky = [[*one[:-1], one[-1] - 0.05 * (source.random() < 0.3)] for one in samples]
    assert pstdev(map(fast_value, lucky)) < pstdev(map(min, lucky))


@given(TIMES)
def test_what_was_faster_once_is_not_hopeless(ratios: list[float]) -> None:
    assert is_hopeless([max(one, 2.1) for one in ratios])
    assert not is_hopeless([*ratios, 0.99])
    assert not is_hopeless([])


def runs(each: list[float], count: int = 5) -> int:
    """How often it is run."""
    done: list[float] = []
    while wants_another(done, count):
        done.append(each[len(done) % len(each)])
    return len(done)


def test_who_leads_runs_twice_as_often_and_who_is_behind_hardly_at_all() -> None:
    assert runs([0.9]) == 10
    assert runs([1.0]) == 5
    assert runs([1.05]) == 3
    assert runs([1.2]) == 2
    assert runs([2.1]) == 1
    assert runs([0.9], count=1) == 2


def test_who_wins_is_faster_than_most() -> None:
    best = [1.0] * 10
    assert is_won([0.9] * 7 + [1.1] * 3, best, 5)
    assert not is_won([0.9] * 6 + [1.1] * 4, best, 5)
    assert not is_won([0.9] * 9, best[:9], 5), "not all of it was measured"
    assert is_won([0.9, 0.9], [1.0, 1.0], 1)


def noisy(source: Random, factor: float) -> list[float]:
    """Ten runs of a program on a machine that disturbs every second one of them."""
    return [factor * source.choice([1, 1.5]) * source.gauss(1, 0.05) for _ in range(10)]


def wins(factor: float) -> float:
    """How often it beats a program that takes 1."""
    source = Random(2)
    tries = [is_won(noisy(source, factor), noisy(source, 1), 5) for _ in range(1000)]
    return mean(tries)


def test_a_tenth_is_mostly_seen_and_chance_seldom_taken_for_it() -> None:
    assert wins(1.0) < 0.12
    assert wins(0.9) > 0.4
    assert wins(0.8) > 0.7


def test_the_ratio_is_that_of_the_middle_of_all_pairs() -> None:
    source = Random(3)
    found = [ratio(noisy(source, 0.8), noisy(source, 1)) for _ in range(500)]
    in_turn = [
        median(own / other for own, other in zip(noisy(source, 0.8), noisy(source, 1), strict=True))
        for _ in range(500)
    ]
    assert abs(mean(found) - 0.8) < 0.02
    assert pstdev(found) < 0.8 * pstdev(in_turn)


def test_a_lucky_one_is_found_out() -> None:
    lucky = [0.9, 0.9, 0.9, *[1.01] * 9]
    assert median(lucky[:5]) < 1
    assert 5 < runs(lucky) < 10
