"""The loop: ask, build, measure, record, tell, until the budget ends."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field

from ck_core.domain.point import STAGES
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.domain.tuning.strategy import Trial
from ck_core.errors import RunError
from ck_core.experiments.measuring.series import Series
from ck_core.tuning.as_it_is import check_as_it_is
from ck_core.tuning.beside import Beside
from ck_core.tuning.candidates import Candidate
from ck_core.tuning.constraints import FAILURE, broken, excess
from ck_core.tuning.costs import costs_of, values_of
from ck_core.tuning.deadline import TimeIsUpError
from ck_core.tuning.guidance import as_told
from ck_core.tuning.journal import Journal
from ck_core.tuning.memory import Finding, Memory
from ck_core.tuning.opponent import Opponent
from ck_core.tuning.plan import Plan
from ck_core.tuning.still_builds import check_still_builds
from ck_core.tuning.workshop import Workshop

NOTHING_NEW = 1000
"""Answers from memory in a row after which a strategy has nothing left to say."""
Told = Callable[[Memory], None]


def _nothing() -> None: ...


@dataclass
class Search:
    """One search.

    Attributes:
        history: what earlier runs of this search found, by configuration: the strategy is asked
            and told again, so that it stands where it stood.
        spent_s: of the time budget, by those runs.
        begins: called when the program works as it is, before anything is recorded.
    """

    options: TuningOptions
    plan: Plan
    workshop: Workshop
    journal: Journal
    memory: Memory = field(default_factory=Memory)
    history: dict[object, Finding] = field(default_factory=dict)
    spent_s: float = 0.0
    begins: Callable[[], None] = _nothing

    def __post_init__(self) -> None:
        self._began = time.monotonic() - self.spent_s
        self._known = len(self.history)
        self.plan.deadline.is_over = lambda: self._is_late
        self._best, self._as_it_is = Opponent(self.workshop), Opponent(self.workshop)

    def run(self, tell: Told) -> None:
        """Until the budget ends; a build or a run that has begun ends first.

        Raises:
            UsageError: the program does not work as it is, or does not give what is asked for.
            BuildError: it no longer builds as it is.
            PluginError: the strategy is not what a strategy has to be.
            StorageError, KeyboardInterrupt: what was told is on the disk.
        """
        with closing(self._best), closing(self._as_it_is), suppress(TimeIsUpError):
            for configurations in self._rounds():
                for finding in self._found(configurations):
                    self.memory.add(finding)
                    tell(self.memory)
                for one in configurations:
                    self._tell(one)

    def _found(self, configurations: Sequence[Configuration]) -> Iterator[Finding]:
        """In their order; what an earlier run of this search found is not measured again."""
        built = self._built([one for one in configurations if key_of(one) not in self.history])
        for one in configurations:
            if self.memory.findings and self._is_late:
                break
            key = key_of(one)
            yield self._finished(built.pop(key)) if key in built else self.history.pop(key)
        for left in built.values():
            self.workshop.discard(left)

    def _built(self, configurations: Sequence[Configuration]) -> dict[object, Candidate]:
        """By configuration; raises BuildError where the program as it is builds no longer."""
        found = self.workshop.built(configurations)
        if self.memory.findings:
            experiment = self.journal.recorder.open().cid
            check_still_builds(found, self.workshop, f"ckp autotune --resume {experiment}")
        return {key_of(one.configuration): one for one in found}

    def _rounds(self) -> Iterator[Sequence[Configuration]]:
        """What is built side by side: the program as it is, the starts, what is asked for."""
        first, *starts = self.plan.starts
        yield [first]  # alone: what it does not give needs no further builds
        while not self.is_over and (found := self._next(starts)):
            yield found

    def _next(self, starts: list[Configuration]) -> Sequence[Configuration]:
        """As many as are built at once, and as the budget lets; taken out of the starts."""
        count = min(self.workshop.at_once, self._left)
        taken = starts[:count]
        del starts[:count]
        return taken or self._asked(count)

    def _asked(self, count: int) -> list[Configuration]:
        """New ones; what is known already is answered at once."""
        found: list[Configuration] = []
        for _ in range(NOTHING_NEW):
            asked = self.plan.strategy.ask()
            if self._is_late:
                return []
            if asked is None:
                break
            if self.memory.of(asked) is not None or asked in found:
                self._tell(asked)
                continue
            found.append(asked)
            if len(found) == count:
                break
        return found

    def _tell(self, configuration: Configuration) -> None:
        known = self.memory.of(configuration)
        if known is not None:
            self.plan.strategy.tell(as_told(known, self.memory.findings[0]))

    @property
    def _left(self) -> int:
        most = self.options.budget.evaluations
        return most - len(self.memory.findings) if most is not None else self.workshop.at_once

    @property
    def is_over(self) -> bool:
        """Whether the budget has ended."""
        budget = self.options.budget
        patient = budget.patience is None or self.memory.since_best < budget.patience
        return self._left <= 0 or (self._is_new and not patient) or self._is_late

    @property
    def _is_late(self) -> bool:
        most_s = self.options.budget.max_time_s
        return self._is_new and most_s is not None and self.elapsed_s >= most_s

    @property
    def _is_new(self) -> bool:
        """Whether all is told that earlier runs found: none of it is forgotten."""
        return len(self.memory.findings) >= self._known

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    @property
    def left_s(self) -> float | None:
        """Until the budget ends: what is left of the time, or evaluations at the pace so far."""
        elapsed_s, most_s = self.elapsed_s, self.options.budget.max_time_s
        known = [] if most_s is None else [most_s - elapsed_s]
        found = len(self.memory.findings)
        if self.total is not None and found > self._known:
            pace_s = (elapsed_s - self.spent_s) / (found - self._known)
            known.append(pace_s * (self.total - found))
        return max(0.0, min(known)) if known else None

    @property
    def total(self) -> int | None:
        """Evaluations at the most; there are no more than configurations."""
        most = self.options.budget.evaluations
        return None if most is None else min(most, self.plan.space.size)

    def _finished(self, candidate: Candidate) -> Finding:
        """Measured, unless the same code was, and recorded."""
        twin = self.memory.twin(candidate.identity)
        self._measure(candidate, twin)
        if not self.memory.findings:
            self._begin(candidate.series)
        found = self._finding(candidate, twin)
        if not found.trial.failure and self.memory.is_better(found):
            self._best.becomes(candidate)
        else:
            self.workshop.discard(candidate)
        return found

    def _measure(self, candidate: Candidate, twin: Finding | None) -> None:
        if twin is not None:
            self._fail_alike(candidate.series, twin)
        elif candidate.series.error is None:
            self._race(candidate, self.memory.best)

    def _race(self, candidate: Candidate, best: Finding | None) -> None:
        if best is None or not self.workshop.races:
            self.workshop.measure(candidate, None, None)
            return
        first = self.memory.findings[0]
        others = self._best.lane(best), self._as_it_is.lane(first)
        race = self.workshop.measure(candidate, *others)
        if race and race.values:
            candidate.beside = Beside(
                point=best.point,
                cost=best.trial.cost,
                values=race.values,
                as_it_is_cost=first.measured[0],
                as_it_is=race.as_it_is,
            )

    def _begin(self, series: Series) -> None:
        """Raises UsageError: the program does not work as it is."""
        check_as_it_is(series, series.stage if series.error else "", self.workshop)
        self.workshop.limit_runs([one.wall_s for one in series.repetitions])
        self.begins()

    @staticmethod
    def _fail_alike(series: Series, twin: Finding) -> None:
        """The same code fails again, without being run."""
        if twin.trial.failure in STAGES:
            error = RunError(f"the same code as point {twin.point}, which failed")
            series.fail(error, twin.trial.failure)

    def _finding(self, candidate: Candidate, twin: Finding | None) -> Finding:
        number, series = len(self.memory.findings), candidate.series
        measured = twin.measured if twin else self._costs(candidate)
        trial = self._trial(candidate, twin, measured)
        point = self.journal.trial(candidate, number, trial, self.elapsed_s, twin)
        values = tuple(values_of(series, self.options.objectives[0].metric))
        return Finding(
            number=number,
            trial=trial,
            identity=candidate.identity,
            point=point,
            values=values,
            beside=candidate.beside,
            measured=measured,
            excess=twin.excess if twin else excess(series.metrics, self.workshop.constraints),
        )

    def _costs(self, candidate: Candidate) -> tuple[float, ...]:
        return costs_of(candidate.series, self.options.objectives, candidate.beside)

    def _trial(
        self, candidate: Candidate, twin: Finding | None, measured: tuple[float, ...]
    ) -> Trial:
        configuration, series = candidate.configuration, candidate.series
        if twin is not None:
            failure = twin.trial.failure
        elif series.error is not None:
            failure = series.stage
        elif broken(series.metrics, self.workshop.constraints):
            failure = FAILURE
        else:
            failure = "" if measured else "run"
        costs = () if failure else measured
        return Trial(configuration=configuration, costs=costs, failure=failure)
