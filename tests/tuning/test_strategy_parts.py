"""What strategies are made of: history, steps, groups by name, sparse effects, suspects."""

from __future__ import annotations

from math import asinh, inf, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Parameter
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Trial
from ck_core.strategies.history import History
from ck_core.strategies.moves import crossed, few, mutated, other_value, source_of
from ck_core.strategies.name_groups import groups_of
from ck_core.strategies.sparse_effects import SparseEffects
from ck_core.strategies.step_size import StepSize
from ck_core.strategies.suspects import Suspects
from tuning.strategy_kit import flag_space


def trial(cost: float | None, **values: str) -> Trial:
    return Trial(configuration=values, costs=() if cost is None else (cost,))


def quantity(*values: str, default: str = "") -> Parameter:
    return Parameter(name="n", values=values, default=default, group="flags", ordered=True)


# History


def test_the_best_is_the_first_of_the_cheapest() -> None:
    history = History(flag_space(3))
    assert history.base == {}
    for one in (
        Trial(configuration={"-O": "-O2"}, costs=(2.0,)),
        Trial(configuration={"-O": "-O1"}, costs=(2.0,)),
        Trial(configuration={"-O": "-Os"}, failure="build"),
    ):
        history.told(one)
    assert history.base == {"-O": "-O2"}
    assert [one.configuration for one in history.elites] == [{"-O": "-O2"}, {"-O": "-O1"}]


def test_what_the_space_does_not_hold_is_not_learned() -> None:
    space = Space((quantity("", "1", "2"),), (Expression.parsed("n != 1"),))
    assert History(space).told(trial(1.0, n="1")) is None
    history = History(flag_space(1))
    assert history.told(trial(1.0, unknown="1")) is None
    assert history.told(Trial(configuration={"-O": "-O9"}, costs=(1.0,))) is None
    assert history.best is None


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [(10.0, 11.0, log(1.1)), (-10.0, -11.0, -log(1.1)), (0.0, 3.0, asinh(3.0)), (2.0, inf, inf)],
)
def test_costs_relative_to_the_first(first: float, then: float, expected: float) -> None:
    history = History(flag_space(1))
    history.told(trial(first))
    assert history.relative(then) == pytest.approx(expected)


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE, st.lists(FINITE))
def test_what_costs_more_is_never_better(first: float, costs: list[float]) -> None:
    history = History(flag_space(1))
    history.told(trial(first))
    found = [history.relative(one) for one in sorted(costs)]
    assert found == sorted(found)
    assert inf not in map(abs, found)


def test_below_nothing_is_better_than_nothing() -> None:
    """A logarithm would make of a hundredth more than a difference makes of 0."""
    history = History(flag_space(1))
    history.told(trial(2.0))
    found = [history.relative(one) for one in (-1.0, 0.0, 0.001, 0.01, 1.0, 2.0)]
    assert found == sorted({*found})


def test_nothing_is_given_out_twice() -> None:
    history = History(flag_space(1))
    assert history.claim({"-O": "-O2"})
    assert not history.claim({"-O": "-O2"})


# Steps


@given(
    st.lists(st.sampled_from("abcdef"), min_size=2, unique=True), st.booleans(), st.integers(0, 99)
)
def test_another_value_differs(values: list[str], ordered: bool, seed: int) -> None:  # noqa: FBT001
    one = Parameter(
        name="x", values=tuple(values), default=values[0], group="flags", ordered=ordered
    )
    for value in values:
        found = other_value(one, value, Random(seed))
        assert found != value
        assert found in values


def test_of_ordered_values_neighbours_come_first() -> None:
    source = source_of(0)
    one = quantity("", "1", "2", "4", "8", "16")
    drawn = [other_value(one, "4", source) for _ in range(400)]
    assert drawn.count("2") + drawn.count("8") > 280
    far = [other_value(one, "", source) for _ in range(400)]
    assert min(far.count(value) for value in ("1", "2", "4", "8", "16")) > 40


def test_few_are_mostly_one_or_two_but_at_times_many() -> None:
    source = source_of(1)
    drawn = [few(100, source) for _ in range(2000)]
    assert min(drawn) == 1
    assert 20 < max(drawn) <= 100
    assert sum(one <= 2 for one in drawn) > 800
    assert few(0, source) == 1


@given(st.integers(0, 999))
def test_steps_stay_in_the_space(seed: int) -> None:
    space, source = flag_space(12, 4), Random(seed)
    one, other = space.random(source), space.random(source)
    child = crossed(space, one, other, source)
    for name in space.by_name:
        assert space.value(child, name) in {space.value(one, name), space.value(other, name)}
    assert space.normalized(mutated(space, one, source)) != one


# Groups by name


def test_flags_of_one_pass_are_one_group() -> None:
    names = ["-ftree-vect-a", "-fvect-b", "-fno-vect-c", "-funroll-a", "-funroll-b", "-funroll-c"]
    names += [f"-fsingle{letter}" for letter in "abcdefghijkl"]
    names += [f"-ftree-x{letter}" for letter in "abcd"]
    parameters = [Parameter(name=one, values=("", one), group="flags") for one in names]
    groups = [{one.name for one in group} for group in groups_of(parameters, Random(0))]
    assert set(names[:3]) in groups
    assert set(names[3:6]) in groups


@given(st.lists(st.text("abcft-_=0", min_size=1, max_size=8), min_size=1, max_size=90, unique=True))
def test_each_parameter_is_in_one_group(names: list[str]) -> None:
    parameters = [Parameter(name=one, values=("", "1"), group="flags") for one in names]
    groups = groups_of(parameters, Random(0))
    assert sorted(one.name for group in groups for one in group) == sorted(names)
    assert max(map(len, groups)) <= 24


# Sparse effects


def test_finds_the_few_that_matter_with_fewer_trials_than_values() -> None:
    source, planted = Random(5), {"v3": -0.2, "v77": 0.15, "v140": -0.1}
    model = SparseEffects()
    for _ in range(150):
        given = [f"v{number}" for number in source.sample(range(300), 25)]
        model.add(given, sum(planted.get(one, 0.0) for one in given) + source.gauss(0, 0.01))
    found = {one: model.of(one).expected for one in (f"v{number}" for number in range(300))}
    largest = sorted(found, key=lambda one: -abs(found[one]))[:3]
    assert set(largest) == set(planted)
    for one, effect in planted.items():
        assert found[one] == pytest.approx(effect, abs=0.03)
        assert model.of(one).chance > 0.99
    assert model.noise < 0.04


def test_what_was_never_tried_may_be_anything() -> None:
    model = SparseEffects()
    before = model.of("new").variance
    for _ in range(20):
        model.add(["old"], 0.1)
    assert model.of("new").variance == before
    assert model.of("old").variance < before


def test_many_trials_are_forgotten_but_not_what_they_taught() -> None:
    source, model = Random(1), SparseEffects()
    for number in range(900):
        good = number % 2 == 0
        model.add([*(["good"] if good else []), f"v{number % 7}"], -0.1 * good)
    assert model.of("good").expected == pytest.approx(-0.1, abs=0.02)
    assert len(model.of("good").rows) < 320
    assert source.random() != 0


# Step size


def test_a_step_is_half_of_all_and_shrinks_where_trials_are_worse() -> None:
    step = StepSize(100)
    step.succeeded(worse=-0.3)
    assert step.value == 50.0
    for _ in range(50):
        step.succeeded(worse=0.3)
    assert step.value == 4.0


def test_a_step_holds_where_every_second_trial_is_as_good() -> None:
    step = StepSize(100)
    step.failed()
    before = step.value
    for worse in (0.01, 0.1) * 20:
        step.succeeded(worse)
    assert step.value == pytest.approx(before, rel=0.1)


def test_a_step_of_one_is_left_where_everything_fails() -> None:
    step = StepSize(100)
    for _ in range(20):
        step.failed()
    assert step.value == 1.0


# Suspects


def test_what_succeeded_is_cleared_and_the_rest_is_to_blame() -> None:
    suspects = Suspects()
    suspects.failed({"a": "1", "b": "1", "c": "1", "d": "1"}, {})
    assert suspects.blame(("a", "1")) == pytest.approx(0.9 / 4)
    suspects.succeeded({"a": "1", "b": "1"}, {})
    assert suspects.blame(("a", "1")) == 0.0
    suspects.failed({"c": "1", "a": "1"}, {})
    assert suspects.blame(("c", "1")) == pytest.approx(1 - 0.55 * 0.1)
    assert suspects.blame(("d", "1")) == pytest.approx(0.45)


def test_those_that_break_together_only_are_blamed_beside_the_best() -> None:
    suspects, base = Suspects(), {"a": "1"}
    suspects.succeeded({"a": "1"}, base)
    suspects.succeeded({"b": "1"}, base)
    suspects.failed({"a": "1", "b": "1"}, base)
    assert suspects.blame(("b", "1")) == pytest.approx(0.9)
    assert suspects.blame(("a", "1")) == 0.0
