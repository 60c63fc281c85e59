"""The loop: ask, build, measure, record, tell, until the budget ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ck_core.domain.point import STAGES
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.domain.tuning.strategy import Trial
from ck_core.errors import RunError
from ck_core.experiments.measuring.series import Series
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.costs import check_measured, costs_of, fulfils, values_of
from ck_core.tuning.journal import Journal
from ck_core.tuning.memory import Finding, Memory
from ck_core.tuning.plan import Plan
from ck_core.tuning.workshop import Workshop

_NOTHING_NEW = 1000
"""Answers from memory in a row after which a strategy has nothing left to say."""
Told = Callable[[Memory], None]


@dataclass
class Search:
    """One search.

    Attributes:
        history: what earlier runs of this search found, by configuration: the strategy is asked
            and told again, so that it stands where it stood.
        spent_s: of the time budget, by those runs.
    """

    options: TuningOptions
    plan: Plan
    workshop: Workshop
    journal: Journal
    memory: Memory = field(default_factory=Memory)
    history: dict[object, Finding] = field(default_factory=dict)
    spent_s: float = 0.0

    def __post_init__(self) -> None:
        self._began = time.monotonic() - self.spent_s

    def run(self, tell: Told) -> None:
        """Raises StorageError, KeyboardInterrupt: what was told is on the disk."""
        for configurations in self._rounds():
            for finding in self._found(configurations):
                self.memory.add(finding)
                tell(self.memory)
            for one in configurations:
                self._tell(one)

    def _found(self, configurations: Sequence[Configuration]) -> Iterator[Finding]:
        """In their order; what an earlier run of this search found is not measured again."""
        new = [one for one in configurations if key_of(one) not in self.history]
        built = {key_of(one.configuration): one for one in self.workshop.built(new)}
        for one in configurations:
            key = key_of(one)
            yield self._finished(built[key]) if key in built else self.history.pop(key)

    def _rounds(self) -> Iterator[Sequence[Configuration]]:
        """What is built side by side: the starts, then what the strategy asks for."""
        at_once = self.workshop.at_once
        starts = [one for one in self.plan.starts if self.memory.of(one) is None]
        for at in range(0, len(starts), at_once):
            yield starts[at : at + at_once]
        while not self.is_over:
            asked = self._asked(min(at_once, self._left))
            if not asked:
                return
            yield asked

    def _asked(self, count: int) -> list[Configuration]:
        """New ones; what is known already is answered at once."""
        found: list[Configuration] = []
        for _ in range(_NOTHING_NEW):
            asked = self.plan.strategy.ask()
            if asked is None or len(found) == count:
                return found
            asked = self.plan.space.normalized(asked)
            if self.memory.of(asked) is None and asked not in found:
                found.append(asked)
                if len(found) == count:
                    return found
            else:
                self._tell(asked)
        return found

    def _tell(self, configuration: Configuration) -> None:
        known = self.memory.of(configuration)
        if known is not None:
            self.plan.strategy.tell(known.trial)

    @property
    def _left(self) -> int:
        most = self.options.budget.evaluations
        return most - len(self.memory.findings) if most is not None else self.workshop.at_once

    @property
    def is_over(self) -> bool:
        budget = self.options.budget
        late = budget.max_time_s is not None and self.elapsed_s >= budget.max_time_s
        patient = budget.patience is None or self.memory.since_best < budget.patience
        return self._left <= 0 or not patient or (late and not self.history)

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def _finished(self, candidate: Candidate) -> Finding:
        """Measured, unless the same code was, and recorded."""
        number, series = len(self.memory.findings), candidate.series
        twin = self.memory.twin(candidate.identity)
        if twin is not None:
            _fail_alike(series, twin)
        elif series.error is None:
            best = self.memory.best
            self.workshop.measure(candidate, best.values if best else ())
        if number == 0 and series.error is None:
            check_measured(series, self.options.objectives)
            self.workshop.limit_runs([one.wall_s for one in series.repetitions])
        trial = self._trial(candidate, twin)
        point = self.journal.trial(candidate, number, trial, self.elapsed_s, twin)
        self.workshop.discard(candidate)
        return Finding(
            number=number,
            trial=trial,
            identity=candidate.identity,
            point=point,
            values=tuple(values_of(series, self.options.objectives[0].metric)),
        )

    def _trial(self, candidate: Candidate, twin: Finding | None) -> Trial:
        configuration, series = candidate.configuration, candidate.series
        if twin is not None:
            return Trial(
                configuration=configuration, costs=twin.trial.costs, failure=twin.trial.failure
            )
        if series.error is not None:
            return Trial(configuration=configuration, failure=series.stage)
        if not fulfils(series, self.plan.constraints):
            return Trial(configuration=configuration, failure="constraint")
        costs = costs_of(series, self.options.objectives)
        return Trial(configuration=configuration, costs=costs, failure="" if costs else "run")


def _fail_alike(series: Series, twin: Finding) -> None:
    """The same code fails again, without being run."""
    if twin.trial.failure in STAGES:
        error = RunError(f"the same code as point {twin.point}, which failed")
        series.fail(error, twin.trial.failure)
