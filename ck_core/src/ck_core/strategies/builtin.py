"""The strategies that come with the core, by name.

Those that need a library of their own load it when one is made.
"""

from __future__ import annotations

from ck_core.domain.tuning.strategy import StrategyFactory
from ck_core.strategies.bandit import Bandit
from ck_core.strategies.boca import Boca
from ck_core.strategies.combined_elimination import CombinedElimination
from ck_core.strategies.exhaustive import Exhaustive
from ck_core.strategies.flag_tree import FlagTree
from ck_core.strategies.genetic import Genetic
from ck_core.strategies.group_mutation import GroupMutation
from ck_core.strategies.hill_climbing import HillClimbing
from ck_core.strategies.nsga2 import Nsga2
from ck_core.strategies.optuna_samplers import SAMPLERS, factory_of
from ck_core.strategies.random import RandomSearch
from ck_core.strategies.screening import Screening

STRATEGIES: dict[str, StrategyFactory] = {
    "random": RandomSearch,
    "exhaustive": Exhaustive,
    "hill-climbing": HillClimbing,
    "combined-elimination": CombinedElimination,
    "group-mutation": GroupMutation,
    "flag-tree": FlagTree,
    "genetic": Genetic,
    "bandit": Bandit,
    "nsga2": Nsga2,
    "screening": Screening,
    "boca": Boca,
    **{f"optuna-{name}": factory_of(name) for name in SAMPLERS},
}
