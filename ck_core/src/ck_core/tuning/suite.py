"""Many programs, one after the other, and what suits all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ck_core.analysis.speedup import GeometricMean, geometric_mean
from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.names import new_uid
from ck_core.domain.tuning.options import TuningOptions
from ck_core.domain.tuning.parameter import Configuration
from ck_core.domain.tuning.space import key_of
from ck_core.errors import CkpError, StorageError
from ck_core.tuning.autotune import AS_IT_IS, autotune, settled
from ck_core.tuning.bench import opened_bench
from ck_core.tuning.finals import Finalist, compared, measured_beside
from ck_core.tuning.outcome import TuningOutcome
from ck_core.tuning.plan import known_part, planned

_TITLE = "suite"


@dataclass(frozen=True, kw_only=True)
class SuiteRow:
    """One program: its search, or why there was none."""

    program: str
    options: TuningOptions
    outcome: TuningOutcome | None = None
    error: CkpError | None = None


@dataclass(frozen=True, kw_only=True)
class Common:
    """One configuration for all.

    Attributes:
        found_for: the program whose winner it is.
        mean: of its gains over the programs as they are.
        gains: by program; where it fails there is none.
    """

    found_for: str
    configuration: Configuration
    mean: GeometricMean
    gains: Mapping[str, float]


def tuned_suite(
    programs: Sequence[Cid], options_of: Callable[[Cid], TuningOptions], context: Context
) -> Iterator[SuiteRow]:
    """Row by row; a program that cannot be tuned stops no other.

    Raises:
        StorageError: a disk is full.
    """
    for cid in programs:
        options = settled(options_of(cid))
        try:
            outcome = autotune(options, context)
        except StorageError:
            raise
        except CkpError as error:
            yield SuiteRow(program=cid.name, options=options, error=error)
            continue
        yield SuiteRow(program=cid.name, options=options, outcome=outcome)
        if outcome.interrupted:
            return


def best_common(rows: Sequence[SuiteRow], context: Context) -> Common | None:
    """Each winner measured on every program; the one with the largest geometric mean.

    None where no winner works for all of them, or fewer than two programs have one.

    Raises:
        StorageError: a disk is full.
    """
    won = [one for one in rows if one.outcome and one.outcome.winner]
    candidates = _winners(won)
    if len(won) < 2 or not candidates:
        return None
    measured = {one.program: _beside(one, candidates, context) for one in won}
    found = [common for role in candidates if (common := _common(role, candidates, won, measured))]
    return max(found, key=lambda one: one.mean.mean, default=None)


def _winners(rows: Sequence[SuiteRow]) -> dict[str, Configuration]:
    """By program, each once, without what changes nothing."""
    found: dict[object, tuple[str, Configuration]] = {}
    for one in rows:
        winner = one.outcome.winner if one.outcome else None
        if winner and winner.configuration:
            found.setdefault(key_of(winner.configuration), (one.program, winner.configuration))
    return dict(found.values())


def _beside(
    row: SuiteRow, candidates: Mapping[str, Configuration], context: Context
) -> dict[str, Finalist]:
    """All of them and the program as it is, in random blocks; by role."""
    options = replace(row.options, from_scratch=True)
    space = planned(options, context).space
    roles = {role: known_part(one, space) for role, one in candidates.items()}
    count = options.care.final_repetitions
    with opened_bench(options, space, context, uid=new_uid(), title=_TITLE) as bench:
        contenders = {AS_IT_IS: {}, **roles}
        finalists = measured_beside(contenders, count, bench.workshop, bench.journal)
    return {one.role: one for one in finalists}


def _common(
    role: str,
    candidates: Mapping[str, Configuration],
    rows: Sequence[SuiteRow],
    measured: Mapping[str, Mapping[str, Finalist]],
) -> Common | None:
    """None where it fails for one of them."""
    comparisons = {}
    for row in rows:
        one, base = measured[row.program][role], measured[row.program][AS_IT_IS]
        if one.failed or base.failed:
            return None
        comparisons[row.program] = compared(one, base, row.options.objectives[0]).comparison
    effects = {name: found.effect for name, found in comparisons.items() if found.effect}
    return Common(
        found_for=role,
        configuration=candidates[role],
        mean=geometric_mean(role, [*effects.values()]),
        gains={name: effect.estimate for name, effect in effects.items()},
    )
