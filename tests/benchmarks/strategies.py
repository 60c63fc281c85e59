"""What strategies cost and find, on made-up programs.

``cost``: milliseconds of processor time of one ask and tell, the mean up to 200, 2,000 and 5,000
trials, for 400 parameters.
``quality``: the true cost of what looked best after 50 and 200 evaluations, the default's being 1,
as a geometric mean over programs; for programs that 2 % of the values break, and for such as only
a few pairs break.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from ck_core.domain.tuning.strategy import Problem, StrategyFactory
from ck_core.strategies.builtin import STRATEGIES
from tuning.strategy_kit import MadeUpProgram, best_true_cost, flag_space, searched

COUNTS = (200, 2_000, 5_000)
BUDGETS = (50, 200)


def cost(name: str, factory: StrategyFactory, counts: Sequence[int]) -> None:
    """The mean of all trials up to each count; the program's own time is left out."""
    program = MadeUpProgram(space=flag_space(200, 200), seed=0, noise=0.01)
    strategy = factory(Problem(space=program.space, seed=0, evaluations=counts[-1]))
    spent_s = 0.0
    strategy.tell(program.trial({}))
    print(f"{name:22}", end="", flush=True)
    for number in range(1, counts[-1] + 1):
        began = time.process_time()
        asked = strategy.ask()
        spent_s += time.process_time() - began
        trial = program.trial(asked or {})
        began = time.process_time()
        strategy.tell(trial)
        spent_s += time.process_time() - began
        if number in counts:
            print(f"{spent_s / number * 1e3:10.2f}", end="", flush=True)
    print()


def quality(name: str, factory: StrategyFactory, seeds: int) -> None:
    print(f"{name:22}", end="", flush=True)
    for breaking in (0.02, 0.0):
        for budget in BUDGETS:
            print(f"{mean_of_best(factory, budget, breaking, seeds):10.3f}", end="", flush=True)
    print()


def mean_of_best(factory: StrategyFactory, evaluations: int, breaking: float, seeds: int) -> float:
    product = 1.0
    for seed in range(seeds):
        space = flag_space(150, 150)
        program = MadeUpProgram(space=space, seed=seed, noise=0.01, breaking=breaking)
        trials = searched(factory, program, evaluations=evaluations, seed=seed)
        product *= best_true_cost(trials, program)
    return float(product ** (1 / seeds))


def _heads(heads: Iterable[str]) -> None:
    print(f"{'':22}" + "".join(f"{one:>10}" for one in heads))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("cost", "quality"))
    parser.add_argument("--only", default="", help="names of strategies, with commas")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--most", type=int, default=COUNTS[-1], help="trials that are timed")
    given = parser.parse_args()
    names = given.only.split(",") if given.only else [*STRATEGIES]
    print("load average", " ".join(f"{one:.2f}" for one in os.getloadavg()), flush=True)
    if given.what == "cost":
        counts = [one for one in COUNTS if one <= given.most]
        _heads(f"{one:,}" for one in counts)
        for name in names:
            cost(name, STRATEGIES[name], counts)
        return
    _heads([f"{budget} {kind}" for kind in ("2 %", "pairs") for budget in BUDGETS])
    for name in names:
        quality(name, STRATEGIES[name], given.seeds)


if __name__ == "__main__":
    main()
