"""Made-up programs to search: costs are computed, so that strategies are judged in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from ck_core.domain.tuning.parameter import Configuration, Parameter
from ck_core.domain.tuning.space import Space
from ck_core.domain.tuning.strategy import Problem, StrategyFactory, Trial

LEVELS = ("-O3", "-O2", "-O1", "-Os")
TOPICS = ("inline", "unroll", "vect", "sched", "ivopts", "tree", "ipa", "ira", "gcse", "peel")
Item = tuple[str, str]


def flag_space(flags: int, numbers: int = 0) -> Space:
    """As a compiler's: -O, switches, and parameters with a few ordered values."""
    level = Parameter(name="-O", values=LEVELS, default="-O3", group="flags")
    switches = (
        Parameter(name=f"-f{name}", values=("", f"-f{name}", f"-fno-{name}"), group="flags")
        for name in map(_name, range(flags))
    )
    ordered = (
        Parameter(
            name=f"--param={name}",
            values=("", *(f"--param={name}={value}" for value in (4, 8, 16, 32))),
            group="flags",
            ordered=True,
        )
        for name in map(_name, range(numbers))
    )
    return Space((level, *switches, *ordered))


def _name(number: int) -> str:
    return f"{TOPICS[number % len(TOPICS)]}-s{number}"


@dataclass
class MadeUpProgram:
    """As compilers are seen to behave, from -O3 on.

    Most values do nothing; those of one parameter in seven change the time by one per cent or two,
    rather to the worse; a handful by 5 to 30 %, rather 5. Quantities act more the further they go.
    Some values act together only, mostly those of one topic. Some break it, alone or together.

    Attributes:
        noise: the relative standard deviation of a measurement.
        breaking: share of the values that break it alone.
    """

    space: Space
    seed: int
    noise: float = 0.0
    breaking: float = 0.02
    evaluations: int = 0
    _effects: dict[Item, float] = field(default_factory=dict)
    _pairs: dict[frozenset[Item], float] = field(default_factory=dict)
    _broken: frozenset[Item] = frozenset()
    _broken_pairs: tuple[frozenset[Item], ...] = ()
    _levels: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        source = Random(self.seed)
        self._source = Random(self.seed + 1)
        flags = [one for one in self.space.parameters if one.name != "-O"]
        slower = {"-O2": (1.0, 1.2), "-O1": (1.1, 1.5), "-Os": (1.1, 1.6)}
        self._levels = {level: source.uniform(*ends) for level, ends in slower.items()}
        for number, one in enumerate(source.sample(flags, len(flags))):
            if number < 7:
                size = source.choice((-1, 1)) * 0.05 * 6 ** (source.random() ** 2)
                self._act(one, size, source)
            elif source.random() < 0.15:
                self._act(one, source.gauss(0.006, 0.012), source)
        values = [(one.name, value) for one in flags for value in one.others]
        self._join(values, source)
        broken = source.sample(values, round(len(values) * self.breaking))
        self._broken = frozenset(broken)
        self._broken_pairs = tuple(frozenset(source.sample(values, 2)) for _ in range(3))

    def _act(self, parameter: Parameter, size: float, source: Random) -> None:
        """A switch acts one way only; a quantity more and more towards one end."""
        if not parameter.ordered:
            self._effects[parameter.name, source.choice(parameter.others)] = 1 + size
            return
        others = parameter.others[:: source.choice((1, -1))]
        for step, value in enumerate(others, start=1):
            self._effects[parameter.name, value] = 1 + size * step / len(others)

    def _join(self, values: list[Item], source: Random) -> None:
        """Pairs: half of them of two values that act alone, most of one topic."""
        acting = [*self._effects]
        for number in range(max(len(values) // 60, 4) if values else 0):
            one = source.choice(acting if acting and number % 2 else values)
            alike = [each for each in values if _topic(each) == _topic(one) and each[0] != one[0]]
            other = source.choice(alike if alike and source.random() < 0.7 else values)
            self._pairs[frozenset((one, other))] = 1 + source.uniform(-0.05, 0.15)

    def trial(self, configuration: Configuration) -> Trial:
        self.evaluations += 1
        if not self.space.allows(configuration):
            return Trial(configuration=configuration, failure="constraint")
        given = {*configuration.items()}
        if given & self._broken or any(pair <= given for pair in self._broken_pairs):
            return Trial(configuration=configuration, failure="build")
        time = self.true_cost(configuration) * (1 + self._source.gauss(0, self.noise))
        return Trial(configuration=configuration, costs=(time, 100.0 + len(given)))

    def true_cost(self, configuration: Configuration) -> float:
        given = {*configuration.items()}
        cost = self._levels.get(configuration.get("-O", "-O3"), 1.0)
        for item in configuration.items():
            cost *= self._effects.get(item, 1.0)
        for pair, factor in self._pairs.items():
            cost *= factor if pair <= given else 1.0
        return cost


def _topic(item: Item) -> str:
    return next((topic for topic in TOPICS if topic in item[0]), "")


def searched(
    factory: StrategyFactory,
    program: MadeUpProgram,
    *,
    evaluations: int,
    seed: int = 0,
    batch: int = 2,
    objectives: int = 1,
) -> list[Trial]:
    """As the loop does it: the -O levels first, what is known is answered from memory."""
    problem = Problem(
        space=program.space, seed=seed, objectives=objectives, evaluations=evaluations
    )
    strategy = factory(problem)
    starts: list[Configuration] = [{}, {"-O": "-O2"}, {"-O": "-O1"}]
    trials = [program.trial(one) for one in starts]
    known = {_key(one.configuration): one for one in trials}
    for one in trials:
        strategy.tell(one)
    for _ in range(evaluations * 5):
        asked = [one for one in (strategy.ask() for _ in range(batch)) if one is not None]
        if not asked or len(trials) >= evaluations:
            break
        for configuration in asked:
            if _key(configuration) not in known:
                known[_key(configuration)] = program.trial(configuration)
                trials.append(known[_key(configuration)])
            strategy.tell(known[_key(configuration)])
    return trials


def best_true_cost(trials: list[Trial], program: MadeUpProgram) -> float:
    """Of what looked best: noise may have made it look so."""
    best = min((one for one in trials if one.costs), key=lambda one: one.cost)
    return program.true_cost(best.configuration)


def mean_of_bests(
    factory: StrategyFactory, evaluations: int, make: Callable[[int], MadeUpProgram], seeds: int
) -> float:
    """Geometric mean over programs: below 1 is faster than the default."""
    product = 1.0
    for seed in range(seeds):
        program = make(seed)
        trials = searched(factory, program, evaluations=evaluations, seed=seed)
        product *= best_true_cost(trials, program)
    return float(product ** (1 / seeds))


def spent_s(factory: StrategyFactory, size: int, trials: int) -> list[float]:
    """Processor time of each trial, without the program's own."""
    program = MadeUpProgram(space=flag_space(size // 2, size // 2), seed=0, noise=0.01)
    strategy = factory(Problem(space=program.space, seed=0, evaluations=trials))
    strategy.tell(program.trial({}))
    found = []
    for _ in range(trials):
        began = time.process_time()
        asked = strategy.ask()
        asking_s = time.process_time() - began
        trial = program.trial(asked or {})
        began = time.process_time()
        strategy.tell(trial)
        found.append(asking_s + time.process_time() - began)
    return found


def _key(configuration: Configuration) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(configuration.items()))
