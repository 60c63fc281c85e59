"""Predictions from Python, evaluated on what is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ck_core.context import Context
from ck_core.domain.cid import Cid
from ck_core.domain.tuning.objective import Objective
from ck_core.domain.tuning.options import TuningOptions
from ck_core.tuning.prediction.evaluation import EXPERIMENT, Row, evaluated, recorded_programs
from ck_core.tuning.prediction.predicting import check_one_objective
from ck_core.workspace.tunings import asked_tuning, check_model, tuning_options


def evaluate(
    programs: Cid, models: Sequence[str], values: Mapping[str, object], context: Context
) -> list[Row]:
    """Raises UsageError, StorageError; what cannot be predicted of one program stops no other."""
    for model in models:
        check_model(model)

    given = {"record": EXPERIMENT, **values}

    def options_of(program: Cid) -> TuningOptions:
        return asked_tuning(program, given, context)

    options = tuning_options(Cid("program", "any"), given)
    check_one_objective(options)
    product = options.run.build.compiler.partition("@")[0]
    objective = (options.objectives or (Objective(),))[0]
    found = recorded_programs(objective, product, programs, context)
    return [*evaluated(found, options_of, models, context)]
