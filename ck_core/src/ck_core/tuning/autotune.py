"""The flow of a search; read this first, then ``work.py``.

plan -> search -> finals -> reduction -> the winner beside the baselines
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.names import new_uid
from ck_core.domain.tuning.objective import Objective, checked_objectives
from ck_core.domain.tuning.options import Budget, TuningOptions
from ck_core.experiments.measuring.jobs import check_jobs
from ck_core.system.host import available_cores
from ck_core.tuning.bench import Bench, opened_bench
from ck_core.tuning.constraints import read_constraints
from ck_core.tuning.outcome import TuningOutcome
from ck_core.tuning.plan import Plan, planned
from ck_core.tuning.recorded_outcome import has_ended, recorded_outcome
from ck_core.tuning.recorded_space import recorded_space
from ck_core.tuning.resuming import Earlier, earlier_search, find_search, for_target
from ck_core.tuning.search import Search
from ck_core.tuning.search_beside import SearchBeside
from ck_core.tuning.settings import Settings, write_settings
from ck_core.tuning.trust import check_fixed, check_varied, words_set
from ck_core.tuning.work import Work


def autotune(options: TuningOptions, context: Context) -> TuningOutcome:
    """Searches for what is faster, smaller, or whatever the objectives are.

    Raises:
        UsageError: there is nothing to vary, or what is asked for is impossible.
        CkpError: the program does not work as it is.
        UnfulfilledError: nothing that was tried holds the constraints.
        StorageError: a disk is full; every trial so far is recorded.
    """
    options = settled(options, context)
    plan = planned(options, context)
    return _tuned(options, plan, context, Earlier(uid=new_uid(), options=options))


def settled(options: TuningOptions, context: Context) -> TuningOptions:
    """With a seed, a strategy, and a number of builds at a time, whatever was left open.

    Raises:
        UsageError: objectives or constraints cannot be read, or one machine would run several.
    """
    check_jobs(options.care.jobs, options.run.launcher, context)
    checked_objectives(options.objectives)
    read_constraints(options.constraints)
    seed = secrets.randbelow(1 << 31) if options.seed is None else options.seed
    builds = options.care.builds or available_cores()
    care, strategy = replace(options.care, builds=builds), options.chosen_strategy
    return replace(options, seed=seed, care=care, strategy=strategy)


def check_common(options: TuningOptions, context: Context) -> None:
    """What is asked of several programs, before the first; raises UsageError as ``settled``."""
    settled(replace(options, objectives=options.objectives or (Objective(),)), context)


def resumed(
    experiment: Cid,
    changed: Callable[[Budget], Budget] | None,
    context: Context,
    uid: str = "",
    *,
    trusted: bool = False,
) -> TuningOutcome:
    """Goes on where a search stood: asked and told the same, the strategy stands there as well.

    One that has ended is told as it was recorded, unless the budget is larger now.

    Args:
        changed: makes its budget of the one it was begun with; None leaves that.
        uid: of the search; the latest one in that experiment if empty.
        trusted: flags and variables that may run other things are used as well.

    Raises:
        UsageError: no search is there, it is not used unasked, or program or what may be varied
            are not what they were.
        CkpError: as ``autotune``.
    """
    found = find_search(experiment, context)
    earlier = earlier_search(found, context, uid)
    context, options = for_target(earlier.target, context), earlier.options
    if not trusted:
        check_fixed(options.run, found.cid)
    plan = planned(options, context, earlier.starts, earlier.space)
    if not trusted:
        check_varied(plan.space, found.cid)
    budget = changed(options.budget) if changed else None
    if has_ended(earlier, budget, plan.space):
        return recorded_outcome(earlier, found, plan.space)
    if words := words_set(options):
        context.reporter.note(f"it goes on with {words}")
    options = replace(options, budget=_at_least(earlier, budget or options.budget))
    return _tuned(options, plan, context, earlier)


def _at_least(earlier: Earlier, budget: Budget) -> Budget:
    """What is found already is not forgotten."""
    if budget.evaluations is None:
        return budget
    return replace(budget, evaluations=max(budget.evaluations, len(earlier.findings)))


def _tuned(options: TuningOptions, plan: Plan, context: Context, earlier: Earlier) -> TuningOutcome:
    bench = opened_bench(options, plan.space, context, uid=earlier.uid, title=options.strategy)
    with bench as found:
        search = _search(options, plan, found, earlier)
        work = Work(
            options=options,
            plan=plan,
            workshop=found.workshop,
            journal=found.journal,
            context=context,
            search=search,
            notes=[*found.notes],
        )
        work.run()
        return work.outcome()


def _search(options: TuningOptions, plan: Plan, bench: Bench, earlier: Earlier) -> Search:
    kind = SearchBeside if options.care.jobs > 1 else Search
    search = kind(
        options,
        plan,
        bench.workshop,
        bench.journal,
        history=dict(earlier.findings),
        spent_s=earlier.spent_s,
    )
    bench.journal.known.update(earlier.metrics)
    bench.journal.finals = earlier.finals
    if earlier.first_s:
        bench.workshop.limit_runs(earlier.first_s)
    if earlier.space is None:
        search.begins = lambda: _write_settings(options, plan, bench)
    return search


def _write_settings(options: TuningOptions, plan: Plan, bench: Bench) -> None:
    """Once: whoever goes on with other budgets must stand where this one stood."""
    journal, target = bench.journal, bench.workshop.contexts.target
    settings = Settings(
        uid=journal.uid,
        options=options,
        space=recorded_space(plan.space),
        starts=plan.starts,
        target=target.name if target else "",
    )
    write_settings(settings, journal.recorder.open().path)
