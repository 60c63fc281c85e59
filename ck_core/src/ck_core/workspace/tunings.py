"""Searches from Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ck_core.domain.build import Level
from ck_core.domain.cid import Cid, parse_name
from ck_core.domain.options import BuildOptions, RecordOptions, RunOptions
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import Budget, TuningOptions


def tuning_options(
    program: Cid,
    *,
    compiler: str,
    command: str,
    dataset: str,
    objectives: Sequence[str],
    maximize: Sequence[str],
    groups: Sequence[str],
    own: Mapping[str, Sequence[object]],
    strategy: str,
    budget: Budget,
    seed: int | None,
    record: str | Cid,
) -> TuningOptions:
    """Raises UsageError for names that cannot be read."""
    build = BuildOptions(program=program, compiler=compiler, level=Level.DEFAULT)
    return TuningOptions(
        run=RunOptions(build=build, command_key=command, dataset=dataset),
        objectives=(
            *(Objective(metric=one) for one in objectives),
            *(Objective(metric=one, maximize=True) for one in maximize),
        ),
        groups=tuple(groups),
        own={name: tuple(map(str, values)) for name, values in own.items()},
        strategy=strategy,
        budget=budget,
        seed=seed,
        record=RecordOptions(experiment=_experiment(record, program)),
    )


def _experiment(record: str | Cid, program: Cid) -> Cid:
    if isinstance(record, Cid):
        return record
    return parse_name(record or f"tune-{program.name}", "experiment")
