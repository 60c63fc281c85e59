"""What a user asks of a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ck_core.domain.options import RecordOptions, RunOptions
from ck_core.domain.tuning.objective import Objective

DEFAULT_STRATEGY = "auto"
"""Stands for the one that suits the number of objectives, see ``TuningOptions.chosen_strategy``."""
EVALUATIONS = 200
MODELS = ("nearest", "tree", "svm", "forest")
"""Of predictions; all but the first need scikit-learn."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """When a search ends, whatever comes first.

    Attributes:
        evaluations: programs built, those that fail among them.
        max_time_s: of the search, without its finals; None is no limit.
        patience: evaluations without anything better; None is no limit.
    """

    evaluations: int | None = EVALUATIONS
    max_time_s: float | None = None
    patience: int | None = None


@dataclass(frozen=True, kw_only=True)
class Care:
    """How candidates are measured.

    Attributes:
        repetitions: of a candidate that may be good; others get fewer, a new best four times.
        finalists: so many are measured again beside the baselines.
        final_repetitions: of each of them.
        builds: programs built at a time; None is one for each core that it may use.
        jobs: candidates that are measured side by side, where a launcher runs them elsewhere.
        reduces: flags of the winner that do not matter are dropped.
    """

    repetitions: int = 5
    finalists: int = 4
    final_repetitions: int = 30
    builds: int | None = None
    jobs: int = 1
    reduces: bool = True


@dataclass(frozen=True, kw_only=True)
class TuningOptions:
    """A search.

    Attributes:
        run: what all configurations have in common.
        objectives: empty stands for the time that the program is judged by.
        groups: of parameters; empty are all that there are.
        own: what the user varies: name to values; of a name that is known already, its values.
        allow_inexact: values that may change results are tried as well.
        constraints: conditions on metrics, ``peak_memory_bytes<1e8``.
        seed: None draws one.
        record: every trial is a point of this experiment.
        pin: as in ``BenchmarkOptions``.
        from_scratch: nothing is begun with that earlier searches found.
    """

    run: RunOptions
    objectives: tuple[Objective, ...] = (Objective(),)
    groups: tuple[str, ...] = ()
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    allow_inexact: bool = False
    constraints: tuple[str, ...] = ()
    strategy: str = DEFAULT_STRATEGY
    budget: Budget = field(default_factory=Budget)
    care: Care = field(default_factory=Care)
    seed: int | None = None
    record: RecordOptions = field(default_factory=RecordOptions)
    pin: str = "none"
    from_scratch: bool = False

    @property
    def chosen_strategy(self) -> str:
        """Its own name: screening sees the first objective alone."""
        if self.strategy != DEFAULT_STRATEGY:
            return self.strategy
        return "nsga2" if len(self.objectives) > 1 else "screening"
