"""Candidates run in turn with the best so far: a machine that gets slower misleads nobody."""

from __future__ import annotations

from dataclasses import replace
from math import isclose
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ck_core.analysis.racing import ratio
from ck_core.domain.point import Point
from ck_core.testing.fixtures import AddComponent, Ckp
from ck_core.tuning.beside import Beside
from component_kit import program_meta
from experiments.benchmark_kit import needs_gcc
from tuning.tuning_kit import configuration_of, trials_of

TIMES = st.lists(st.floats(0.001, 1000), min_size=1, max_size=12)


def beside(values: list[float], *, cost: float = 1.0) -> Beside:
    return Beside(point="best", cost=cost, values=tuple(values))


@given(TIMES, st.floats(0.5, 2), st.floats(0.01, 100))
def test_what_slows_both_changes_nothing(noise: list[float], factor: float, cost: float) -> None:
    found = beside(noise, cost=cost).cost_of([one * factor for one in noise])
    assert isclose(found, cost * factor, rel_tol=1e-9)


def test_what_made_it_the_best_does_not_tell_how_good_it_is() -> None:
    found = replace(beside([1.0] * 10), as_it_is_cost=8.0, as_it_is=(2.0,) * 10)
    assert found.is_won
    assert found.cost_of([0.1] * 10 + [1.0] * 10) == 4.0


def test_runs_in_turn_with_what_failed_then_do_not_count() -> None:
    assert beside([1.0] * 4).cost_of([0.5, 0.5, 0.5, 0.5, 9.0]) == 0.5


PHASES = r"""
#include <stdio.h>
#include <time.h>

#ifndef WORK
#define WORK 24
#endif

int main(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  const int is_slow = (now.tv_sec * 1000 + now.tv_nsec / 1000000) / 700 % 2;
  volatile unsigned long sum = 0;
  for (unsigned long n = 0; n < WORK * (is_slow ? 3 : 1) * 1000000UL; n++) sum += n;
  puts("hello");
  return 0;
}
"""
"""As a machine that is three times as slow for most of each second and a half."""
SEARCH = ("autotune", "program:it", "--compiler=gcc", "--tune=own", "--objective=cpu_s")
FAST = ("--strategy=exhaustive", "--no-reduction", "--finals=2", "--json")


def told_anew(point: Point, costs: dict[str, float], first: float) -> float:
    beside, values = point.extra["tuning"]["beside"], point.characteristics["cpu_s"]
    before = len(beside["values"])
    if "as_it_is" in beside:
        assert before == len(beside["as_it_is"]) == 10
        return first * ratio(values[before:], beside["as_it_is"])
    return costs[beside["point"]] * ratio(values, beside["values"])


def costs_by_work(home: Path) -> dict[int, float]:
    """Over that of the program as it is; told anew from what is recorded."""
    known: dict[str, float] = {}
    found: dict[int, float] = {}
    for one in trials_of(home, "tune-it"):
        told = one.extra["tuning"]
        (cost,) = told["costs"]
        if found:
            assert isclose(cost, told_anew(one, known, found[24]), rel_tol=1e-9)
        known[one.uid] = cost
        found[int(configuration_of(one).get("WORK", 24))] = cost
    return {work: cost / found[24] for work, cost in found.items()}


@needs_gcc
def test_a_machine_that_gets_slower_and_faster(
    ckp: Ckp, add_component: AddComponent, ckp_home: Path
) -> None:
    files = {"main.c": PHASES, "reference/default/none/stdout.txt": "hello\n"}
    add_component("program", "it", program_meta(), files)
    done = ckp(*SEARCH, "--param=WORK=24,12,6", *FAST)
    assert done.returncode == 0, done.stderr
    costs = costs_by_work(ckp_home)
    assert costs.keys() == {24, 12, 6}, "each ran in turn, and was told by that"
