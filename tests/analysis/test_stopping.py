"""Enough repetitions: the rule and its real coverage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log
from random import Random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.noise_models import most_by_chance
from ck_core.analysis.stopping import Rule, Step, Stop, next_look, next_step

UNLIMITED = Rule(max_time_s=1e9)
Draw = Callable[[Random], float]


@dataclass(frozen=True, kw_only=True)
class Source:
    draw: Draw
    true_median: float


SOURCES = {
    "normal 3 %": Source(draw=lambda r: r.gauss(1, 0.03), true_median=1.0),
    "normal 6 %": Source(draw=lambda r: r.gauss(1, 0.06), true_median=1.0),
    "skewed 5 %": Source(draw=lambda r: 1 + 0.05 * r.expovariate(1), true_median=1 + 0.05 * log(2)),
    "heavy tail": Source(
        draw=lambda r: 1 + 0.02 * (r.paretovariate(1.2) - 1),
        true_median=1 + 0.02 * (2 ** (1 / 1.2) - 1),
    ),
}


def until_stopped(draw: Draw, source: Random, rule: Rule) -> tuple[list[float], Step]:
    values: list[float] = []
    step = next_step(values, rule, spent_s=0.0)
    while step.stop is None:
        values += [draw(source) for _ in range(step.more)]
        step = next_step(values, rule, spent_s=sum(values))
    return values, step


@pytest.mark.parametrize("name", SOURCES)
def test_coverage_is_real_though_looked_at_repeatedly(name: str) -> None:
    """At least 95 % of the intervals at which the rule stops hold the true median."""
    source, random = SOURCES[name], Random(1)
    missed = 0
    for _ in range(1000):
        _, step = until_stopped(source.draw, random, UNLIMITED)
        assert step.interval
        assert step.stop is Stop.PRECISE
        missed += not step.interval.low <= source.true_median <= step.interval.high
    assert missed <= most_by_chance(1000, 0.05)
    assert missed <= 55, "nearer to 5 % than chance alone explains"


def test_looks_are_few() -> None:
    looks = [10]
    while looks[-1] < 100:
        looks.append(next_look(looks[-1]))
    assert looks == [10, 14, 20, 28, 40, 56, 79, 111]
    assert next_look(0) == next_look(9) == 10


def test_equal_values_stop_at_once() -> None:
    values, step = until_stopped(lambda _: 0.25, Random(1), UNLIMITED)
    assert (len(values), step.stop, step.precise) == (10, Stop.PRECISE, True)


def test_between_looks_nothing_is_judged() -> None:
    step = next_step([1.0] * 12, UNLIMITED, spent_s=1.0)
    assert (step.stop, step.more, step.precise) == (None, 2, True)


def test_time_ends_it() -> None:
    rule = Rule(max_time_s=25.0)
    draws = iter([2.0, 3.0] * 20)
    values, step = until_stopped(lambda _: next(draws), Random(1), rule)
    assert step.stop is Stop.TIME
    assert sum(values) <= 25.0 < sum(values) + 3.0
    assert not step.precise


def test_a_long_run_is_not_repeated_ten_times_before_the_clock_is_read() -> None:
    assert next_step([], Rule(max_time_s=1.0), spent_s=0.0).more == 1
    assert next_step([600.0], Rule(max_time_s=60.0), spent_s=600.0).stop is Stop.TIME


def test_count_ends_it() -> None:
    rule = Rule(max_repetitions=25, max_time_s=1e9)
    values, step = until_stopped(lambda r: r.expovariate(1), Random(1), rule)
    assert (len(values), step.stop) == (25, Stop.COUNT)


@given(
    st.lists(st.floats(0, 1e6), max_size=60),
    st.floats(0, 1e6),
    st.floats(0, 1),
    st.floats(0, 1e6),
)
def test_it_goes_on_or_stops(
    values: list[float], spent_s: float, precision: float, max_time_s: float
) -> None:
    rule = Rule(precision=precision, max_time_s=max_time_s)
    step = next_step(values, rule, spent_s=spent_s)
    assert (step.more == 0) == (step.stop is not None)
    if values:
        assert step.interval
        assert step.interval.median == median(values)
