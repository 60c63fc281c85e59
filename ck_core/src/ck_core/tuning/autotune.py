"""The flow of a search; read this first.

plan -> search -> finals -> reduction -> the winner beside the baselines
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ck_core.analysis.comparison import Scale
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.names import new_uid
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import Budget, TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import Space
from ck_core.errors import UsageError
from ck_core.experiments.replay.replay_points import find_experiment
from ck_core.tuning.bench import opened_bench
from ck_core.tuning.effects import least_useful_first
from ck_core.tuning.finals import (
    Finalist,
    compared,
    fastest,
    measured_beside,
    unbeaten,
)
from ck_core.tuning.journal import Journal
from ck_core.tuning.outcome import Gain, TuningOutcome
from ck_core.tuning.plan import Plan, planned
from ck_core.tuning.progress import told_by
from ck_core.tuning.reduction import Reduction
from ck_core.tuning.resuming import Earlier, earlier_search
from ck_core.tuning.search import Search
from ck_core.tuning.settings import Result, Settings, space_digest, write_result, write_settings
from ck_core.tuning.workshop import Workshop

AS_IT_IS = "as it is"
WINNER = "winner"
_REDUCTION_SHARE = 1.0
"""Of the time of the search."""
_SHORTEST_REDUCTION_S = 60.0


def autotune(options: TuningOptions, context: Context) -> TuningOutcome:
    """Searches for what is faster, smaller, or whatever the objectives are.

    Raises:
        UsageError: there is nothing to vary, or what is asked for is impossible.
        CkpError: the program does not work as it is.
        StorageError: a disk is full; every trial so far is recorded.
    """
    options = settled(options)
    plan = planned(options, context)
    return _tuned(options, plan, context, Earlier(uid=new_uid(), options=options, findings={}))


def settled(options: TuningOptions) -> TuningOptions:
    """With a seed, and a number of builds at a time, whatever was left open."""
    seed = secrets.randbelow(1 << 31) if options.seed is None else options.seed
    builds = options.care.builds or os.cpu_count() or 1
    return replace(options, seed=seed, care=replace(options.care, builds=builds))


def resumed(
    experiment: Cid, budget: Budget | None, context: Context, uid: str = ""
) -> TuningOutcome:
    """Goes on where a search stood: asked and told the same, the strategy stands there as well.

    Args:
        budget: instead of the one it was begun with.
        uid: of the search; the latest one in that experiment if empty.

    Raises:
        UsageError: no search is there, or what may be varied is not what it was.
        CkpError: as ``autotune``.
    """
    earlier = earlier_search(find_experiment(experiment, context), context, uid)
    options = earlier.options
    plan = planned(options, context, earlier.starts)
    if space_digest(plan.space) != earlier.space:
        raise UsageError(
            "what plugins and the program offer to vary has changed since this search began",
            hint=f"ckp autotune {options.run.build.program} begins a new one",
        )
    return _tuned(replace(options, budget=budget or options.budget), plan, context, earlier)


def _tuned(options: TuningOptions, plan: Plan, context: Context, earlier: Earlier) -> TuningOutcome:
    bench = opened_bench(options, plan.space, context, uid=earlier.uid, title=options.strategy)
    with bench as found:
        workshop, journal = found.workshop, found.journal
        if not earlier.space:
            _write_settings(options, plan, journal)
        search = Search(
            options,
            plan,
            workshop,
            journal,
            history=dict(earlier.findings),
            spent_s=earlier.spent_s,
        )
        work = _Work(options, plan, workshop, journal, context, search, notes=[*found.notes])
        work.run()
        return work.outcome()


def _write_settings(options: TuningOptions, plan: Plan, journal: Journal) -> None:
    """Once: whoever goes on with other budgets must stand where this one stood."""
    settings = Settings(
        uid=journal.uid, options=options, space=space_digest(plan.space), starts=plan.starts
    )
    write_settings(settings, journal.recorder.open().path)


def baselines_in(space: Space) -> dict[str, Configuration]:
    """As it is, which is -O3, and -O2 where there is such a level; by role."""
    level = space.by_name.get("-O")
    known = level is not None and "-O2" in level.values
    return {AS_IT_IS: {}, **({"-O2": {"-O": "-O2"}} if known else {})}


def gains_over(
    finalists: Sequence[Finalist], winner: Finalist, space: Space, objective: Objective
) -> list[Gain]:
    """Of the winner over each baseline among the finalists."""
    roles = baselines_in(space)
    return [
        Gain(baseline=one, compared=compared(winner, one, objective))
        for one in finalists
        if one.role in roles and not one.failed
    ]


@dataclass
class _Work:
    """One call of ``autotune``."""

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
        """After Ctrl-C what was found is told; the search can be resumed."""
        try:
            self._search()
            self._finals()
        except KeyboardInterrupt:
            if not self.search.memory.findings:
                raise
            self.interrupted = True

    def _search(self) -> None:
        title = f"tuning {self.workshop.ready.program.name}"
        try:
            with self.context.reporter.progress(title) as tell:
                self.search.run(told_by(tell, self.options, self.search))
        finally:
            self.searched_s = self.search.elapsed_s
        self._check_baseline()

    def _check_baseline(self) -> None:
        """Nothing can be said of a program that does not work as it is."""
        first = self.search.memory.findings[0]
        if first.trial.failure:
            name = self.workshop.ready.program.name
            raise UsageError(
                f"program:{name} fails as it is ({first.trial.failure})",
                hint=f"ckp run program:{name} shows why",
            )

    def _finals(self) -> None:
        """The contenders beside each other; then the best of them, anew, beside the baselines."""
        memory = self.search.memory
        contenders = {
            f"contender {at}": one.trial.configuration
            for at, one in enumerate(memory.contenders(self.options.care.finalists), start=1)
        }
        if len(self.options.objectives) > 1:
            baselines = baselines_in(self.plan.space)
            others = {k: one for k, one in contenders.items() if one not in baselines.values()}
            contenders = {**others, **baselines}
        with self.context.reporter.step(f"measuring {len(contenders)} contenders again"):
            self.finalists += self._beside(contenders)
        if len(self.options.objectives) == 1:
            self._crown()

    def _crown(self) -> None:
        """No gain is told that was chosen for being large: the winner runs once more."""
        best = fastest(self.finalists, self.options.objectives[0]).configuration
        best = self._reduced(best)
        with self.context.reporter.step("measuring the winner beside the baselines"):
            last = self._beside({WINNER: best, **baselines_in(self.plan.space)})
        self.finalists += last
        self.winner = last[0]
        self._keep_result(last[0])

    def _keep_result(self, winner: Finalist) -> None:
        """For searches to come."""
        over = next((one for one in self._gains() if one.baseline.role == AS_IT_IS), None)
        effect = over.compared.comparison.effect if over else None
        result = Result(
            program=winner.point.program.uid,
            compiler=str(winner.point.choices.get("compiler", "")),
            objective=self.options.objectives[0].metric,
            configuration=winner.configuration,
            gain=effect.low if effect and effect.scale is Scale.RATIO else 0.0,
            features=self.plan.features,
        )
        write_result(result, self.journal.recorder.open().path, self.journal.uid)

    def _reduced(self, best: Configuration) -> Configuration:
        if not self.options.care.reduces:
            return best
        findings = self.search.memory.findings
        with self.context.reporter.progress("dropping what does not matter") as tell:
            reduction = Reduction(
                winner=best,
                names=least_useful_first(best, [one.trial for one in findings]),
                workshop=self.workshop,
                journal=self.journal,
                objective=self.options.objectives[0],
                limit_s=max(_SHORTEST_REDUCTION_S, self.searched_s * _REDUCTION_SHARE),
                tell=lambda done, total: tell("", done, total),
            )
            found = reduction.run()
        if not reduction.is_complete:
            self.notes.append(
                "time was too short to try every one of these without: some may not matter"
            )
        return found

    def _beside(self, configurations: Mapping[str, Configuration]) -> list[Finalist]:
        count = self.options.care.final_repetitions
        return measured_beside(configurations, count, self.workshop, self.journal)

    def outcome(self) -> TuningOutcome:
        memory = self.search.memory
        recorder = self.journal.recorder
        assert recorder.experiment is not None  # noqa: S101  # a trial at least was recorded
        return TuningOutcome(
            experiment=recorder.experiment,
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
            frontier=tuple(unbeaten(self.finalists, self.options.objectives)),
            notes=tuple(self.notes),
            interrupted=self.interrupted,
        )

    def _gains(self) -> list[Gain]:
        if self.winner is None:
            return []
        return gains_over(self.finalists, self.winner, self.plan.space, self.options.objectives[0])
