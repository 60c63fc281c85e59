"""One search from its first trial to its last runs: what happens, in its order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from ck_core.analysis.comparison import Scale, needed_values
from ck_core.analysis.gains import CONFIDENCE
from ck_core.analysis.tuning_ending import AS_IT_IS, CONTENDER, WINNER
from ck_core.context import Context
from ck_core.domain.install import Progress
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.tuning.application import words_of
from ck_core.tuning.baselines import baselines_of, gains_over
from ck_core.tuning.effects import least_useful_first
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.finals import measured_beside, ranked, unbeaten
from ck_core.tuning.journal import Journal
from ck_core.tuning.memory import Finding, Memory
from ck_core.tuning.outcome import Gain, TuningOutcome
from ck_core.tuning.plan import Plan
from ck_core.tuning.progress import told_by
from ck_core.tuning.reduction import Reduction, reduction_limit_s
from ck_core.tuning.search import Search
from ck_core.tuning.settings import Result, write_result
from ck_core.tuning.unchecked import unchecked
from ck_core.tuning.unfulfilled import nothing_held, nothing_holds
from ck_core.tuning.workshop import Workshop

_UNREDUCED = (
    "{left} of the winner's {count} values were not tried to be left out within {limit}, and may "
    "not matter: --max-time gives more time"
)
_CONTENDERS = "contenders beside each other"
_LEAVING_OUT = "leaving out what does not matter"
_LAST = "the winner beside the baselines"
_FAILS = "{what} fails when it is measured again ({stage}) and cannot win"


@dataclass
class Work:
    """Attributes: searched_s: what the search took, with what earlier runs of it took."""

    options: TuningOptions
    plan: Plan
    workshop: Workshop
    journal: Journal
    context: Context
    search: Search
    notes: list[str] = field(default_factory=list)
    finalists: list[Finalist] = field(default_factory=list)
    winner: Finalist | None = None
    searched_s: float = 0.0
    interrupted: bool = False

    def run(self) -> None:
        """After Ctrl-C what was found is told; the search can be resumed.

        Raises:
            UsageError: the program does not work as it is.
            UnfulfilledError: nothing holds the constraints.
            RunError: what was sound in the search fails in the finals.
            StorageError: a disk is full.
        """
        self._check_finals()
        try:
            self._search()
            self._finals()
        except KeyboardInterrupt:
            if not self.search.memory.findings:
                raise
            self.interrupted = True

    def _check_finals(self) -> None:
        """Whoever lets them be too short learns it before the search."""
        count = self.options.care.final_repetitions
        needed = needed_values(paired=True, confidence=CONFIDENCE)
        if count < needed and len(self.options.objectives) == 1 and not self.workshop.is_exact:
            self.context.reporter.note(
                f"--finals {count} can prove nothing: {CONFIDENCE * 100:.0f} % needs {needed}"
            )

    def _search(self) -> None:
        title = f"tuning {self.workshop.program}"
        try:
            with self.context.reporter.progress(title) as tell:
                self.search.run(self._warned(told_by(tell, self.options, self.search)))
        finally:
            self.searched_s = self.search.elapsed_s
        if self.search.memory.best is None:
            raise nothing_holds(self.search)

    def _warned(self, told: Callable[[Memory], None]) -> Callable[[Memory], None]:
        """Whoever has outputs that nobody checks learns it before the search, and after."""

        def tell(memory: Memory) -> None:
            if len(memory.findings) == 1:
                self._check_outputs(memory.findings[0])
            told(memory)

        return tell

    def _check_outputs(self, first: Finding) -> None:
        metrics = self.journal.known.get(first.point, {})
        inexact = self.options.allow_inexact
        if warning := unchecked(self.workshop.program, metrics, allow_inexact=inexact):
            self.context.reporter.note(warning)
            self.notes.append(warning)

    def _finals(self) -> None:
        """The contenders beside each other; then the best of them, anew, beside the baselines."""
        if len(self.options.objectives) == 1:
            self._crown(self._ranked())
            return
        contenders = self._contenders_and_baselines()
        self.finalists += self._beside(contenders, f"measuring {len(contenders)} again")
        self._tell_failed(self.finalists)
        if not self._frontier():
            raise nothing_held(self.search, self.finalists)

    def _ranked(self) -> list[Configuration]:
        """The best first; exact values are in their order already."""
        contenders = self._contenders()
        if self.workshop.is_exact:
            return [*contenders.values()]
        self.finalists += self._beside(contenders, self._title(_CONTENDERS))
        self._tell_failed(self.finalists)
        return [one.configuration for one in ranked(self.finalists, self.options.objectives[0])]

    def _title(self, phase: str) -> str:
        """``finals 2 of 3: ...``"""
        skipped = {_CONTENDERS: self.workshop.is_exact, _LEAVING_OUT: not self.options.care.reduces}
        phases = [one for one in (_CONTENDERS, _LEAVING_OUT, _LAST) if not skipped.get(one)]
        return f"finals {phases.index(phase) + 1} of {len(phases)}: {phase}"

    def _tell_failed(self, finalists: Sequence[Finalist]) -> None:
        for one in finalists:
            if one.failed:
                words = words_of(self.plan.space, one.configuration) or AS_IT_IS
                what = one.role if one.role == words else f"{one.role} ({words})"
                self.notes.append(_FAILS.format(what=what, stage=one.point.stage))

    def _contenders(self) -> dict[str, Configuration]:
        found = self.search.memory.contenders(self.options.care.finalists)
        return {
            f"{CONTENDER} {at}": one.trial.configuration for at, one in enumerate(found, start=1)
        }

    def _contenders_and_baselines(self) -> dict[str, Configuration]:
        """Each once."""
        baselines = baselines_of(self.workshop)
        found = self._contenders().items()
        others = {role: one for role, one in found if one not in baselines.values()}
        return {**others, **baselines}

    def _crown(self, candidates: Sequence[Configuration]) -> None:
        """No gain is told that was chosen for being large: the winner runs once more.

        One that fails then makes way for the next.
        """
        for one in candidates:
            roles = {WINNER: self._reduced(one), **baselines_of(self.workshop)}
            last = self._beside(roles, self._title(_LAST))
            self.finalists += last
            if not last[0].failed:
                self.winner = last[0]
                self._keep_result(last[0])
                return
            self._tell_failed(last)
        raise nothing_held(self.search, self.finalists)

    def _keep_result(self, winner: Finalist) -> None:
        """For searches to come."""
        over = next((one for one in self._gains() if one.baseline.role == AS_IT_IS), None)
        effect = over.compared.comparison.effect if over else None
        result = Result(
            program=winner.point.program.uid,
            compiler=str(winner.point.choices.get("compiler", "")),
            objective=self.options.objectives[0].metric,
            maximize=self.options.objectives[0].maximize,
            configuration=winner.configuration,
            gain=effect.low if effect and effect.scale is Scale.RATIO else 0.0,
            features=self.plan.features,
        )
        write_result(result, self.journal.recorder.open().path, self.journal.uid)

    def _reduced(self, best: Configuration) -> Configuration:
        if not self.options.care.reduces:
            return best
        with self.context.reporter.progress(self._title(_LEAVING_OUT)) as tell:
            reduction = self._reduction(best, tell)
            found = reduction.run()
        if left := reduction.undecided:
            limit = f"{timedelta(seconds=round(reduction.limit_s))}"
            self.notes.append(_UNREDUCED.format(left=left, count=len(best), limit=limit))
        return found

    def _reduction(self, best: Configuration, tell: Progress) -> Reduction:
        trials = [one.trial for one in self.search.memory.findings]
        return Reduction(
            winner=best,
            names=least_useful_first(best, trials),
            workshop=self.workshop,
            journal=self.journal,
            objective=self.options.objectives[0],
            limit_s=reduction_limit_s(self.options.budget, self.searched_s),
            tell=tell,
        )

    def _beside(self, configurations: Mapping[str, Configuration], title: str) -> list[Finalist]:
        count = self.options.care.final_repetitions
        with self.context.reporter.progress(title) as tell:
            return measured_beside(configurations, count, self.workshop, self.journal, tell)

    def _frontier(self) -> list[Finalist]:
        return unbeaten(self.finalists, self.options.objectives)

    def _gains(self) -> list[Gain]:
        if self.winner is None:
            return []
        return gains_over(self.finalists, self.winner, self.options.objectives[0])

    def outcome(self) -> TuningOutcome:
        """What it came to; a trial at least was recorded."""
        memory = self.search.memory
        return TuningOutcome(
            experiment=self.journal.recorder.open(),
            uid=self.journal.uid,
            strategy=self.options.strategy,
            seed=self.options.seed or 0,
            space=self.plan.space,
            objectives=self.options.objectives,
            findings=tuple(memory.findings),
            failures=dict(memory.failures),
            spent_s=self.searched_s,
            winner=self.winner,
            gains=tuple(self._gains()),
            finalists=tuple(self.finalists),
            frontier=tuple(self._frontier()),
            notes=tuple(self.notes),
            interrupted=self.interrupted,
        )
