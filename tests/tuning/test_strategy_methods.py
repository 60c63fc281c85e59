"""What sets single strategies apart."""

from __future__ import annotations

import sys
from math import log, prod
from random import Random
from statistics import median
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ck_core.builtin.strategies import autotune
from ck_core.domain.tuning.parameter import Configuration, Parameter, differing
from ck_core.domain.tuning.session import TuningSession
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, Strategy, StrategyFactory, Trial
from ck_core.errors import UsageError
from ck_core.strategies.bandit import Bandit, area
from ck_core.strategies.builtin import STRATEGIES
from ck_core.strategies.combined_elimination import CombinedElimination
from ck_core.strategies.flag_tree import FlagTree
from ck_core.strategies.group_mutation import GroupMutation
from ck_core.strategies.hill_climbing import HillClimbing
from ck_core.strategies.niches import Niches
from ck_core.strategies.nsga2 import Nsga2, crowded_last, ranked
from ck_core.strategies.patience import Patience
from ck_core.strategies.screening import Screening
from tuning.strategy_kit import MadeUpProgram, flag_space, searched, spent_s


def switches(count: int) -> Space:
    names = [f"-fs{number}" for number in range(count)]
    return Space(
        tuple(Parameter(name=one, values=("", one, f"{one}=no"), group="flags") for one in names)
    )


def problem(space: Space, evaluations: int = 200) -> Problem:
    return Problem(space=space, seed=1, evaluations=evaluations)


def search(one: Strategy, factors: dict[str, float], evaluations: int) -> list[Trial]:
    """Each value given multiplies the time."""
    found = [Trial(configuration={}, costs=(10.0,))]
    one.tell(found[0])
    for _ in range(evaluations):
        asked = one.ask()
        if asked is None:
            break
        cost = 10.0 * prod(factors.get(value, 1.0) for value in asked.values())
        found.append(Trial(configuration=asked, costs=(cost,)))
        one.tell(found[-1])
    return found


def best(trials: list[Trial]) -> Configuration:
    return min(trials, key=lambda one: one.cost).configuration


# Combined elimination


def test_elimination_begins_with_all_on_and_drops_what_hurts() -> None:
    space = switches(12)
    hurting = {"-fs2": 1.2, "-fs7": 1.3}
    helping = {f"-fs{number}": 0.95 for number in range(12) if number not in {2, 7}}
    trials = search(CombinedElimination(problem(space)), {**hurting, **helping}, 60)
    assert trials[1].configuration == {one.name: one.name for one in space.parameters}
    assert {"-fs2": "-fs2", "-fs7": "-fs7"}.items() & best(trials).items() == set()
    assert len(helping.keys() & {*best(trials).values()}) == 10


def test_a_round_drops_groups_from_all_on() -> None:
    space = switches(30)
    one = CombinedElimination(problem(space, evaluations=60))
    one.tell(Trial(configuration={}, costs=(10.0,)))
    all_on = one.ask() or {}
    one.tell(Trial(configuration=all_on, costs=(9.0,)))
    for _ in range(10):
        asked = one.ask() or {}
        assert asked.items() < all_on.items()
        assert len(asked) == 27, "ten groups of three"
        one.tell(Trial(configuration=asked, costs=(9.5,)))


def test_elimination_goes_from_the_best_known_where_all_on_breaks() -> None:
    program = MadeUpProgram(space=flag_space(40, 10), seed=4)
    trials = searched(CombinedElimination, program, evaluations=80)
    assert min(one.cost for one in trials) < min(one.cost for one in trials[:3])


# Group mutation


def test_one_group_is_mutated_at_a_time() -> None:
    one = GroupMutation(problem(flag_space(60)))
    one.tell(Trial(configuration={}, costs=(1.0,)))
    for _ in range(40):
        asked = one.ask() or {}
        assert len({name.split("-")[1] for name in asked}) == 1
        one.tell(Trial(configuration=asked, failure="run"))


# Hill climbing


def test_the_walk_begins_anew_after_long_in_vain() -> None:
    one, far = HillClimbing(problem(switches(60))), 0
    one.tell(Trial(configuration={}, costs=(1.0,)))
    for _ in range(400):
        asked = one.ask() or {}
        far += len(asked) > 8
        one.tell(Trial(configuration=asked, costs=(2.0,)))
    assert far >= 1


# Flag tree


def test_the_tree_decides_on_what_matters_and_keeps_to_it() -> None:
    trials = search(FlagTree(problem(switches(20))), {"-fs5": 0.5, "-fs9": 2.0}, 150)
    late = [one.configuration.get("-fs5") == "-fs5" for one in trials[100:]]
    assert sum(late) > len(late) / 2


# Bandit


@given(st.lists(st.booleans(), min_size=1))
def test_the_area_is_a_share_that_weighs_late_successes_more(successes: list[bool]) -> None:
    assert 0.0 <= area(successes) <= 1.0
    assert area([True] * len(successes)) == pytest.approx(1.0)
    assert area([*successes, True]) >= area([True, *successes]) - 1e-12


class Answers:
    """Asks for prepared configurations, and notes what it is told."""

    def __init__(self, *configurations: Configuration) -> None:
        self._left = list(configurations)
        self.told: list[Trial] = []

    def ask(self) -> Configuration | None:
        return self._left.pop(0) if self._left else None

    def tell(self, trial: Trial) -> None:
        self.told.append(trial)


def test_the_bandit_tells_all_and_asks_who_succeeds() -> None:
    space = switches(40)
    good = Answers(*({f"-fs{number}": f"-fs{number}"} for number in range(20)))
    bad = Answers(*({f"-fs{number}": f"-fs{number}"} for number in range(20, 40)))
    one = Bandit(problem(space), (lambda _: good, lambda _: bad))
    cost = 10.0
    for _ in range(20):
        asked = one.ask() or {}
        cost -= 0.1
        number = int(next(iter(asked)).removeprefix("-fs"))
        one.tell(Trial(configuration=asked, costs=(cost if number < 20 else 20.0,)))
    assert good.told == bad.told
    owners = [owner for owner, _ in one.uses]
    assert owners.count(0) > 3 * owners.count(1)


def test_who_has_nothing_left_is_left_out() -> None:
    first, second = Answers(), Answers({"-fs0": "-fs0"})
    one = Bandit(problem(switches(2)), (lambda _: first, lambda _: second))
    assert one.ask() == {"-fs0": "-fs0"}
    assert one.ask() is None


# NSGA-II


def of_costs(*costs: float, failure: str = "") -> Trial:
    return Trial(configuration={}, costs=costs, failure=failure)


def test_fronts_then_what_a_constraint_excludes_then_failures() -> None:
    failed, excluded = of_costs(failure="run"), of_costs(failure="constraint")
    front, behind = [of_costs(1, 3), of_costs(2, 2), of_costs(3, 1)], of_costs(3, 3)
    found = ranked([failed, behind, excluded, *front])
    assert {key(one) for one in found[:3]} == {key(one) for one in front}
    assert found[3:] == [behind, excluded, failed]


def test_in_a_front_the_lonely_come_before_the_crowded() -> None:
    front = [of_costs(0, 10), of_costs(1, 9), of_costs(1.1, 8.9), of_costs(5, 5), of_costs(10, 0)]
    found = crowded_last(front)
    assert {key(one) for one in found[:2]} == {(0, 10), (10, 0)}
    assert key(found[2]) == (5, 5)


def test_two_objectives_give_a_front_that_random_search_does_not_reach() -> None:
    def front_area(name: str) -> float:
        program = MadeUpProgram(space=flag_space(40, 20), seed=3)
        trials = searched(STRATEGIES[name], program, evaluations=150, objectives=2)
        return dominated(trials)

    assert front_area("nsga2") > front_area("random")


def key(trial: Trial) -> tuple[float, ...]:
    return trial.costs


def dominated(trials: list[Trial]) -> float:
    """The area between a front and the corner (2, 200)."""
    found, least = 0.0, 200.0
    for time, size in sorted(one.costs for one in trials if one.costs):
        if size < least and time < 2.0:
            found += (least - size) * (2.0 - time)
            least = size
    return found


def test_one_objective_is_no_special_case() -> None:
    trials = search(Nsga2(problem(switches(20))), {"-fs5": 0.5}, 150)
    assert best(trials).get("-fs5") == "-fs5"


# Screening


def test_screening_finds_the_few_among_hundreds() -> None:
    factors = {"-fs17": 0.8, "-fs80=no": 0.85, "-fs141": 0.9, "-fs33": 1.5}
    trials = search(Screening(problem(switches(150))), factors, 199)
    found = best(trials)
    assert found["-fs17"] == "-fs17"
    assert found["-fs80"] == "-fs80=no"
    assert found["-fs141"] == "-fs141"
    assert found.get("-fs33") != "-fs33"


def test_screening_leaves_out_what_breaks() -> None:
    one, space = Screening(problem(switches(60))), switches(60)
    one.tell(Trial(configuration={}, costs=(1.0,)))
    failed = []
    for _ in range(200):
        asked = one.ask() or {}
        broken = asked.get("-fs7") == "-fs7"
        failed.append(broken)
        one.tell(
            Trial(configuration=asked, failure="build")
            if broken
            else Trial(configuration=asked, costs=(1.0,))
        )
    assert any(failed)
    assert sum(failed[-100:]) <= 3
    assert space.allows({})


def test_screening_goes_on_where_two_good_ones_break_together() -> None:
    def cost(asked: Configuration) -> tuple[float, ...]:
        given = {*asked.values()}
        if {"-fs3", "-fs9"} <= given:
            return ()
        return ((0.8 if given & {"-fs3", "-fs9"} else 1.0) * (0.7 if "-fs20" in given else 1.0),)

    one = Screening(problem(switches(60)))
    one.tell(Trial(configuration={}, costs=(1.0,)))
    trials = []
    for _ in range(200):
        asked = one.ask() or {}
        costs = cost(asked)
        failure = "" if costs else "run"
        trials.append(Trial(configuration=asked, costs=costs, failure=failure))
        one.tell(trials[-1])
    assert min(one.cost for one in trials) == pytest.approx(0.8 * 0.7)
    assert sum(bool(one.failure) for one in trials[-100:]) <= 10  # nearly all, where none is blamed


def test_screening_changes_as_many_as_it_can() -> None:
    """Where nothing matters half of all; few where nearly everything makes it worse."""

    def changed_at_the_end(factors: dict[str, float]) -> float:
        trials = search(Screening(problem(switches(100))), factors, 60)
        return median(len(one.configuration) for one in trials[-20:])

    assert changed_at_the_end({}) > 40
    assert changed_at_the_end(dict.fromkeys(every_value(switches(100)), 1.2)) < 10


def test_screening_lets_what_has_one_value_alone() -> None:
    fixed = Parameter(name="fixed", values=("a",), default="a", group="choices")
    two = Parameter(name="two", values=("0", "1"), default="0", group="choices")
    one = Screening(problem(Space((fixed, two))))
    one.tell(Trial(configuration={}, costs=(1.0,)))
    assert one.ask() == {"two": "1"}
    assert one.ask() is None


def test_screening_seldom_changes_what_the_starts_vary() -> None:
    """Half of all others are changed: else effects would be seen on bad levels as well."""
    levels = Parameter(name="-O", values=("-O3", "-O2", "-O1"), default="-O3", group="flags")
    one = Screening(problem(Space((levels, *switches(60).parameters))))
    one.tell(Trial(configuration={}, costs=(10.0,)))
    one.tell(Trial(configuration={"-O": "-O1"}, costs=(30.0,)))
    asked = [one.ask() or {} for _ in range(100)]
    assert sum(found.get("-O") == "-O2" for found in asked) <= 8
    assert sum("-fs1" in found for found in asked) > 20


def test_screening_gives_no_context_up() -> None:
    """Nothing is seen to help on -O2, which might be said of it too early."""
    levels = Parameter(name="-O", values=("-O3", "-O2", "-O1"), default="-O3", group="flags")
    one = Screening(problem(Space((levels, *switches(60).parameters))))
    one.tell(Trial(configuration={"-O": "-O2"}, costs=(10.4,)))
    trials = search(one, {"-fs1": 0.9, "-O2": 1.04, "-O1": 1.04}, 150)
    assert sum(one.configuration.get("-O") == "-O2" for one in trials[-100:]) >= 10


def test_screening_steps_far_once_near_steps_gain_nothing() -> None:
    """Every change is for the worse, none more than another: the step shrinks, and stands there."""
    one, worse = Screening(problem(switches(150))), Random(1)
    one.tell(Trial(configuration={}, costs=(10.0,)))
    sizes = []
    for _ in range(200):
        asked = one.ask() or {}
        sizes.append(len(asked))
        one.tell(Trial(configuration=asked, costs=(worse.uniform(11.0, 12.0),)))
    assert sum(size < 10 for size in sizes[-100:]) > 25
    assert sum(size > 40 for size in sizes[-100:]) > 10


@pytest.mark.slow
def test_screening_takes_no_longer_the_more_trials_there_are() -> None:
    """1.3 times as long, since its model keeps some hundreds; one of all would take ten times."""
    spent = spent_s(Screening, 100, 1100)
    assert sum(spent[1000:]) < 4 * sum(spent[100:200])


def test_patience_begins_with_trials_that_know_of_the_record() -> None:
    patience = Patience()
    patience.told(0.0, 63)
    for left in range(63, 0, -1):
        patience.told(0.0, left - 1)
    assert not patience.is_over
    for _ in range(20):
        assert not patience.is_over
        patience.told(-0.001, 0)
    assert patience.is_over
    patience.told(-0.1, 0)
    assert not patience.is_over


def test_a_niche_is_near_within_a_quarter() -> None:
    niches = Niches()
    niches.learn(["-O"])
    for level, cost in (("-O3", 1.0), ("-O3", 1.4), ("-O2", 1.2), ("-O1", 1.4)):
        niches.settle(Trial(configuration={"-O": level, "-fs1": "-fs1"}, costs=(cost,)))
    assert [one.cost for one in niches.near(log)] == [1.0, 1.2]
    assert [one.cost for one in niches.near(lambda cost: cost * 1e20)] == [1.0]


@given(st.dictionaries(st.sampled_from("abcd"), st.sampled_from("12")))
def test_a_configuration_moves_to_another_context(own: dict[str, str]) -> None:
    niches = Niches()
    niches.learn("ab")
    moved = niches.moved(own, {"a": "3", "c": "3"})
    assert niches.of(moved) == {"a": "3"}
    assert {**moved, **own}.keys() - {"a", "b"} == own.keys() - {"a", "b"}
    assert all(moved[name] == own[name] for name in own.keys() - {"a", "b"})


def every_value(space: Space) -> list[str]:
    return [value for one in space.parameters for value in one.others]


# Optuna's samplers


@pytest.mark.parametrize("name", ["tpe", "cmaes", "nsga2"])
def test_samplers_find_the_few_among_hundreds(name: str) -> None:
    pytest.importorskip("optuna")
    good = {f"-fs{number}": 0.9 for number in range(3, 150, 15)}
    trials = search(STRATEGIES[f"optuna-{name}"](problem(switches(150))), good, 199)
    assert len(good.keys() & {*best(trials).values()}) >= 8


def test_a_sampler_sees_few_and_the_others_stay_near_the_best() -> None:
    pytest.importorskip("optuna")
    space = switches(150)
    trials = search(STRATEGIES["optuna-random"](problem(space)), {"-fs17": 0.5}, 199)
    for one in trials[-20:]:
        nearest = min(
            len({*differing(one.configuration, known.configuration)})
            for known in trials
            if known is not one
        )
        assert nearest < 60
    begun = trials[1:20]
    assert min(len(one.configuration) for one in begun) > 75, "all at random"


def test_random_configurations_change_less_where_they_fail() -> None:
    pytest.importorskip("optuna")
    one, sizes = STRATEGIES["optuna-tpe"](problem(switches(150))), []
    one.tell(Trial(configuration={}, costs=(1.0,)))
    for _ in range(30):
        asked = one.ask() or {}
        sizes.append(len(asked))
        failure = "" if len(asked) < 20 else "build"
        one.tell(Trial(configuration=asked, costs=() if failure else (1.0,), failure=failure))
    assert sizes[0] > 75
    assert max(sizes[15:]) < 40


def test_samplers_learn_what_breaks() -> None:
    pytest.importorskip("optuna")
    one, failed = STRATEGIES["optuna-tpe"](problem(switches(12))), []
    one.tell(Trial(configuration={}, costs=(1.0,)))
    for _ in range(150):
        asked = one.ask() or {}
        broken = asked.get("-fs7") == "-fs7"
        failed.append(broken)
        cost = () if broken else (1.0 + len(asked) / 100,)
        one.tell(Trial(configuration=asked, costs=cost, failure="build" if broken else ""))
    assert sum(failed[-50:]) < sum(failed[:50]) / 2


# Libraries


@pytest.mark.parametrize(
    ("name", "module", "extra"),
    [("boca", "sklearn.ensemble", "learning"), ("optuna-tpe", "optuna", "optuna")],
)
def test_a_missing_library_says_how_to_get_it(
    name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UsageError) as caught:
        STRATEGIES[name](problem(switches(3)))
    assert caught.value.hint == f"pip install 'ck-core[{extra}]'"
    assert name in caught.value.message


def test_the_built_in_plugin_offers_all() -> None:
    session = Offered()
    autotune(cast("TuningSession", session))
    assert session.strategies == STRATEGIES


class Offered:
    """All that the plugin needs of a session."""

    def __init__(self) -> None:
        self.strategies: dict[str, StrategyFactory] = {}

    def add_strategy(self, name: str, factory: StrategyFactory) -> None:
        self.strategies[name] = factory
