"""A search that has ended, as its points tell of it: nothing is measured again to show it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ck_core.analysis.tuning_ending import WINNER, is_end
from ck_core.domain.component import Component
from ck_core.domain.tuning.options import Budget
from ck_core.domain.tuning.space import Space
from ck_core.tuning.baselines import gains_over
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.finals import unbeaten
from ck_core.tuning.outcome import TuningOutcome
from ck_core.tuning.resuming import Earlier

_ENDED = "it had ended: this is what was recorded; a larger budget (--evaluations) goes on"


def has_ended(earlier: Earlier, budget: Budget | None, space: Space) -> bool:
    """Whether its last runs are there, and nobody gives it a larger budget.

    Args:
        budget: that it shall have from now on; None where it keeps its own.
    """
    if not _last_session(earlier):
        return False
    return budget is None or _is_spent(earlier, budget, space)


def _is_spent(earlier: Earlier, budget: Budget, space: Space) -> bool:
    found, most, most_s = len(earlier.findings), budget.evaluations, budget.max_time_s
    all_tried = found >= space.size or (most is not None and found >= most)
    return all_tried or (most_s is not None and earlier.spent_s >= most_s)


def recorded_outcome(earlier: Earlier, experiment: Component, space: Space) -> TuningOutcome:
    """Of one that has ended."""
    options = earlier.options
    findings = sorted(earlier.findings.values(), key=lambda one: one.number)
    finalists = _last_session(earlier)
    winner = next((one for one in finalists if one.role == WINNER), None)
    return TuningOutcome(
        experiment=experiment,
        uid=earlier.uid,
        strategy=options.strategy,
        seed=options.seed or 0,
        space=space,
        objectives=options.objectives,
        findings=tuple(findings),
        failures=Counter(one.trial.failure for one in findings if one.trial.failure),
        spent_s=earlier.spent_s,
        winner=winner,
        gains=tuple(gains_over(finalists, winner, options.objectives[0])) if winner else (),
        finalists=tuple(finalists),
        frontier=tuple(unbeaten(finalists, options.objectives)),
        notes=(_ENDED,),
    )


def _last_session(earlier: Earlier) -> Sequence[Finalist]:
    """Where baselines stand beside the winner, or the frontier; empty where there is none."""
    objectives = earlier.options.objectives
    for session in reversed(earlier.finals):
        if is_end(_working(session), objectives):
            return session
    return ()


def _working(finalists: Sequence[Finalist]) -> set[str]:
    """Roles; a winner that failed has won nothing."""
    return {one.role for one in finalists if one.role != WINNER or not one.failed}
