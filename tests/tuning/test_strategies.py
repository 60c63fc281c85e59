"""What every strategy promises, and how much better than drawing by lot those are that learn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import cycle, islice
from math import prod
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ck_core.domain.tuning.expression import Expression
from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space, key_of
from ck_core.domain.tuning.strategy import Problem, StrategyFactory, Trial
from ck_core.strategies.builtin import STRATEGIES
from tuning.strategy_kit import MadeUpProgram, flag_space, mean_of_bests, searched

NEEDS = {"boca": "sklearn", "optuna": "optuna"}
LEARNING = (
    "hill-climbing",
    "combined-elimination",
    "group-mutation",
    "flag-tree",
    "genetic",
    "bandit",
    "nsga2",
    "screening",
    "boca",
    "optuna-tpe",
)
ALL = tuple(STRATEGIES)
EXAMPLES = [
    pytest.param(name, marks=pytest.mark.slow) if name.partition("-")[0] in NEEDS else name
    for name in ALL
]
"""Libraries take their time, many times over."""


def strategy(name: str) -> StrategyFactory:
    """Skips the test where its library is not installed."""
    if library := NEEDS.get(name.partition("-")[0]):
        pytest.importorskip(library)
    return STRATEGIES[name]


def program(seed: int, noise: float = 0.01) -> MadeUpProgram:
    return MadeUpProgram(space=flag_space(60, 20), seed=seed, noise=noise)


def large_program(seed: int) -> MadeUpProgram:
    """Of which hardly any random configuration runs."""
    return MadeUpProgram(space=flag_space(150, 150), seed=seed, noise=0.01)


@cache
def by_lot() -> float:
    return mean_of_bests(STRATEGIES["random"], 120, large_program, seeds=5)


@pytest.mark.parametrize("name", ALL)
def test_asks_what_the_space_allows(name: str) -> None:
    made_up = program(1)
    for one in searched(strategy(name), made_up, evaluations=60):
        for parameter, value in one.configuration.items():
            assert value in made_up.space.by_name[parameter].values
        assert made_up.space.normalized(one.configuration) == one.configuration


@pytest.mark.parametrize("name", ALL)
def test_the_same_seed_and_answers_give_the_same_search(name: str) -> None:
    searches = [searched(strategy(name), program(2), evaluations=50, seed=7) for _ in range(2)]
    assert searches[0] == searches[1]


@pytest.mark.parametrize("name", ALL)
def test_goes_on_where_everything_fails(name: str) -> None:
    one = strategy(name)(Problem(space=flag_space(5), seed=0, evaluations=50))
    for _ in range(50):
        asked = one.ask()
        assert asked is not None
        one.tell(Trial(configuration=asked, failure="build"))


@pytest.mark.parametrize("name", ALL)
def test_each_configuration_of_a_small_space_once(name: str) -> None:
    space = flag_space(2)
    one = strategy(name)(Problem(space=space, seed=0, evaluations=100))
    asked = until_none(one.ask, lambda found: one.tell(told(found)))
    assert {key_of(found) for found in asked} == {key_of(found) for found in space.all()}
    assert len(asked) == space.size


@pytest.mark.parametrize("name", [one for one in ALL if one != "exhaustive"])
def test_what_is_told_from_elsewhere_is_not_asked_again(name: str) -> None:
    space = flag_space(1)
    one = strategy(name)(Problem(space=space, seed=0))
    known: list[Configuration] = [{}, {"-O": "-O1"}, {"-O": "-Os"}]
    for found in known:
        one.tell(told(found))
    one.tell(Trial(configuration={"-fnobody-knows": "yes"}, costs=(0.1,)))
    asked = until_none(one.ask, lambda found: one.tell(told(found)))
    assert {key_of(found) for found in asked} == {
        key_of(found) for found in space.all() if found not in known
    }


@pytest.mark.parametrize("name", ALL)
def test_many_are_asked_before_one_is_told(name: str) -> None:
    one = strategy(name)(Problem(space=flag_space(30, 5), seed=0, evaluations=200))
    one.tell(told({}))
    asked = [one.ask() for _ in range(12)]
    assert len({key_of(found) for found in asked if found is not None}) == 12
    for found in asked:
        one.tell(told(found or {}))
    assert one.ask() is not None


VALUES = ("", "1", "2", "3")
CONSTRAINTS = ("p0 != 2", "p0 == 1 or p1 != 3", "p0 == 1 and p0 == 2", "nonsense > 1")


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    """A few parameters; some have an effect only with others; constraints that may forbid all."""
    parameters = [
        Parameter(
            name=f"p{number}",
            values=VALUES[: draw(st.integers(2, 4))],
            group="flags",
            ordered=draw(st.booleans()),
            condition=Expression.parsed("p0 != 0") if number and draw(st.booleans()) else None,
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    usable = [one for one in CONSTRAINTS[:3] if "p1" not in one or len(parameters) > 1]
    chosen = draw(st.lists(st.sampled_from(usable), max_size=2, unique=True))
    return Space(tuple(parameters), tuple(Expression.parsed(one) for one in chosen))


@pytest.mark.parametrize("name", [one for one in ALL if "-" not in one or "optuna" not in one])
@settings(max_examples=8, deadline=None)
@given(space=spaces(), costs=st.lists(st.sampled_from([1.0, -2.0, 0.0, None]), min_size=1))
def test_conditions_and_constraints_hold(
    name: str, space: Space, costs: list[float | None]
) -> None:
    one = strategy(name)(Problem(space=space, seed=3, evaluations=300))
    answers = iter(range(10_000))

    def answer(found: Configuration) -> None:
        cost = costs[next(answers) % len(costs)]
        failed = "" if cost is not None else "run"
        one.tell(Trial(configuration=found, costs=() if failed else (cost or 0.0,), failure=failed))

    asked = until_none(one.ask, answer)
    assert all(space.normalized(found) == found and space.allows(found) for found in asked)
    assert len(asked) == len({key_of(found) for found in asked}) == len([*space.all()])


@st.composite
def dependent_spaces(draw: st.DrawFn) -> Space:
    """Each parameter may have an effect only with one before it, or demand a value of another."""
    count = draw(st.integers(3, 8))
    numbers = st.integers(0, count - 1)
    parameters = []
    for number in range(count):
        on = draw(st.none() | st.integers(0, number - 1)) if number else None
        condition = None if on is None else Expression.parsed(f"p{on} != 0")
        values = draw(st.sampled_from(["01", "012", "0123"]))
        parameters.append(
            Parameter(
                name=f"p{number}",
                values=(*values,),
                default="0",
                group="choices",
                ordered=draw(st.booleans()),
                condition=condition,
            )
        )
    demands = draw(st.lists(st.tuples(numbers, numbers), max_size=4))
    constraints = (f"p{one} == 0 or p{other} == 1" for one, other in demands)
    return Space(tuple(parameters), tuple(map(Expression.parsed, constraints)))


@pytest.mark.parametrize("name", EXAMPLES)
@settings(max_examples=25, deadline=None)
@given(space=dependent_spaces(), seed=st.integers(0, 99))
def test_what_depends_on_others_is_asked_for_as_it_is_built(
    name: str, space: Space, seed: int
) -> None:
    """Pairs of values break it, so that values of good configurations come under suspicion."""
    source = Random(seed)
    items = [(one.name, value) for one in space.parameters for value in one.others]
    factors = {item: source.uniform(0.8, 1.1) for item in items}
    broken = [{*source.sample(items, 2)} for _ in range(3)]
    one = strategy(name)(Problem(space=space, seed=seed, evaluations=60))
    one.tell(told({}))
    for _ in range(60):
        if (asked := one.ask()) is None:
            break
        assert space.normalized(asked) == asked
        assert space.allows(asked)
        fails = any(pair <= asked.items() for pair in broken)
        costs = () if fails else (prod(factors[item] for item in asked.items()),)
        one.tell(Trial(configuration=asked, costs=costs, failure="run" if fails else ""))


COSTS = st.floats(allow_nan=False, allow_infinity=False)
SPACES = {
    "one parameter": flag_space(0),
    "one value": Space((Parameter(name="a", values=("1",), default="1", group="own"),)),
    "one value of some": Space(
        (
            Parameter(name="a", values=("",), group="own"),
            Parameter(name="b", values=("0",), default="0", group="own", ordered=True),
            *flag_space(30, 5).parameters,
        )
    ),
}


@pytest.mark.filterwarnings("ignore:overflow encountered")  # in Optuna, for the largest costs
@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
@settings(max_examples=15, deadline=None)
@given(
    answers=st.lists(st.none() | st.tuples(COSTS, COSTS), min_size=1),
    objectives=st.integers(1, 2),
)
@example(answers=[None], objectives=1)
@example(answers=[(1.0, 1.0), (1e-308, 1.0), (0.0, 0.0), (-1e308, 1e308)], objectives=2)
def test_any_costs_are_taken(
    name: str, space: Space, answers: list[tuple[float, float] | None], objectives: int
) -> None:
    problem = Problem(space=space, seed=1, evaluations=60, objectives=objectives)
    one = strategy(name)(problem)
    configuration: Configuration = {}
    for costs in islice(cycle(answers), 60):
        failure = "" if costs else "run"
        given = costs[:objectives] if costs else ()
        one.tell(Trial(configuration=configuration, costs=given, failure=failure))
        if (asked := one.ask()) is None:
            break
        configuration = asked


@pytest.mark.parametrize("name", LEARNING)
def test_learns_more_than_nothing(name: str) -> None:
    assert mean_of_bests(strategy(name), 120, large_program, seeds=5) < by_lot()


def told(configuration: Configuration) -> Trial:
    return Trial(configuration=configuration, costs=(1.0 + len(configuration),))


def until_none(
    ask: Callable[[], Configuration | None], answer: Callable[[Configuration], None]
) -> list[Configuration]:
    found: list[Configuration] = []
    while (asked := ask()) is not None:
        found.append(asked)
        answer(asked)
        assert len(found) < 1000
    return found
