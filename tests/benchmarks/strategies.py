"""What strategies cost and find, on made-up programs.

``cost``: milliseconds of processor time of one ask and tell, for 100 and 400 parameters: the mean
of the 50 trials before the 50th, the 200th and the 2,000th.
``quality``: the true cost of what looked best after 50 and 200 evaluations, the default's being 1,
as a geometric mean over programs; for programs that 2 % of the values break, and for such as only
a few pairs break.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.peers.plain_optuna import PlainOptuna
from ck_core.domain.tuning.strategy import StrategyFactory
from ck_core.strategies.builtin import STRATEGIES
from tuning.strategy_kit import MadeUpProgram, best_true_cost, flag_space, searched, spent_s

COUNTS = (50, 200, 2_000)
SIZES = (100, 400)
WINDOW = 50
BUDGETS = (50, 200)
ALL: dict[str, StrategyFactory] = {**STRATEGIES, "plain-optuna-tpe": PlainOptuna}


def cost(name: str, counts: Sequence[int]) -> None:
    print(f"{name:22}", end="", flush=True)
    for size in SIZES:
        spent = spent_s(ALL[name], size, counts[-1])
        for count in counts:
            own = spent[max(count - WINDOW, 0) : count]
            print(f"{sum(own) / len(own) * 1e3:10.2f}", end="", flush=True)
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
    names = given.only.split(",") if given.only else [*ALL]
    print("load average", " ".join(f"{one:.2f}" for one in os.getloadavg()), flush=True)
    if given.what == "cost":
        counts = [one for one in COUNTS if one <= given.most]
        _heads(f"{size}:{one:,}" for size in SIZES for one in counts)
        for name in names:
            cost(name, counts)
        return
    _heads([f"{budget} {kind}" for kind in ("2 %", "pairs") for budget in BUDGETS])
    for name in names:
        quality(name, ALL[name], given.seeds)


if __name__ == "__main__":
    main()
