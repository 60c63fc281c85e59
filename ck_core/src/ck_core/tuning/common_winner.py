"""Of many programs' winners, what suits all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ck_core.analysis.comparison import Effect, Scale
from ck_core.analysis.speedup import GeometricMean, geometric_mean
from ck_core.analysis.tuning_ending import AS_IT_IS
from ck_core.context import Context
from ck_core.domain.names import new_uid
from ck_core.domain.point import Point
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.tuning.bench import opened_bench
from ck_core.tuning.finalist import Finalist
from ck_core.tuning.finals import compared, measured_beside
from ck_core.tuning.plan import known_part, planned
from ck_core.tuning.suite import SuiteRow

_TITLE = "suite"


@dataclass(frozen=True, kw_only=True)
class Common:
    """One configuration for all.

    Attributes:
        found_for: the program whose winner it is.
        mean: of its gains over the programs as they are.
        gains: by program; where it fails there is none.
        points: of its runs, by program.
    """

    found_for: str
    configuration: Configuration
    mean: GeometricMean
    gains: Mapping[str, float]
    points: Mapping[str, Point]

    @property
    def is_proved(self) -> bool:
        """Whether it is better than all of them as they are, beyond noise."""
        return self.mean.low is not None and self.mean.low > 1


def best_common(rows: Sequence[SuiteRow], context: Context) -> Common | None:
    """Each winner measured on every program; the one with the largest geometric mean, once more.

    None where no winner works for all of them, or fewer than two programs have one.

    Raises:
        StorageError: a disk is full.
    """
    won = {
        one.program: one.options
        for one in rows
        if one.options and one.outcome and one.outcome.winner
    }
    candidates = _winners(rows)
    if len(won) < 2 or not candidates:
        return None
    best = _best_of(candidates, won, context)
    if best is None or len(candidates) == 1:
        return best
    # No gain is told that was chosen for being large.
    return _best_of({best.found_for: best.configuration}, won, context)


def _best_of(
    candidates: Mapping[str, Configuration], won: Mapping[str, TuningOptions], context: Context
) -> Common | None:
    measured = {}
    whom = "each" if len(candidates) > 1 else min(candidates)
    for number, (name, options) in enumerate(won.items(), start=1):
        context.reporter.note(f"{number} of {len(won)}: {name} with what was found for {whom}")
        measured[name] = _beside(options, candidates, context)
    found = [common for role in candidates if (common := _common(role, candidates, won, measured))]
    return max(found, key=lambda one: one.mean.mean, default=None)


def _winners(rows: Sequence[SuiteRow]) -> dict[str, Configuration]:
    """By program, each once: those that are proved to be better there."""
    found: dict[object, tuple[str, Configuration]] = {}
    for one in rows:
        winner = one.outcome.winner if one.outcome and one.outcome.is_proved else None
        if winner and winner.configuration:
            found.setdefault(key_of(winner.configuration), (one.program, winner.configuration))
    return dict(found.values())


def _beside(
    options: TuningOptions, candidates: Mapping[str, Configuration], context: Context
) -> dict[str, Finalist]:
    """All of them and the program as it is, in random blocks; by role."""
    options = replace(options, from_scratch=True)
    space = planned(options, context).space
    roles = {_role(found_for): known_part(one, space) for found_for, one in candidates.items()}
    count = options.care.final_repetitions
    with opened_bench(options, space, context, uid=new_uid(), title=_TITLE) as bench:
        contenders = {AS_IT_IS: {}, **roles}
        title = f"measuring {len(contenders)} beside each other"
        with context.reporter.progress(title) as tell:
            finalists = measured_beside(contenders, count, bench.workshop, bench.journal, tell)
    return {one.role: one for one in finalists}


def _role(program: str) -> str:
    """A program may have any name, that of another role among them."""
    return f"found for {program}"


def _common(
    found_for: str,
    candidates: Mapping[str, Configuration],
    won: Mapping[str, TuningOptions],
    measured: Mapping[str, Mapping[str, Finalist]],
) -> Common | None:
    """None where it cannot be said, or must not be taken, of one of them."""
    gains = {
        name: _gain(options.objectives[0], found_for, measured[name])
        for name, options in won.items()
    }
    known = {name: effect for name, effect in gains.items() if effect}
    if len(known) < len(gains):
        return None
    return Common(
        found_for=found_for,
        configuration=candidates[found_for],
        mean=geometric_mean(found_for, [*known.values()]),
        gains={name: effect.estimate for name, effect in known.items()},
        points={name: measured[name][_role(found_for)].point for name in won},
    )


def _gain(objective: Objective, found_for: str, measured: Mapping[str, Finalist]) -> Effect | None:
    """Over the program as it is; None where it fails, breaks a constraint, or is no ratio."""
    one, base = measured[_role(found_for)], measured[AS_IT_IS]
    if base.failed or not one.holds:
        return None
    effect = compared(one, base, objective).comparison.effect
    return effect if effect and effect.scale is Scale.RATIO else None
